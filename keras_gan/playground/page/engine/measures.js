// Figures of samples against the data. Pure functions of arrays: points [n * d] of equal length.

/** Densities on a square grid, each the mean of round Gaussians of `width` at points: Float64Array [side * side]. */
export function onGrid(points, width, side, extent) {
  const n = points.length / 2;
  const grid = new Float64Array(side * side);
  const place = Array.from({ length: side }, (_, i) => extent * ((2 * (i + 0.5)) / side - 1));
  const along = (centre) => Float64Array.from(place, (x) => Math.exp(-0.5 * ((x - centre) / width) ** 2));
  for (let i = 0; i < n; i++) {
    const [across, up] = [along(points[2 * i]), along(points[2 * i + 1])];
    for (let row = 0; row < side; row++) {
      if (up[row] < 1e-9) continue;
      for (let column = 0; column < side; column++) grid[row * side + column] += up[row] * across[column];
    }
  }
  const scale = 1 / (n * 2 * Math.PI * width ** 2);
  return grid.map((value) => value * scale);
}

/** {kl: KL(p || q), js} of two densities on one grid, in nats, each taken as a distribution over its cells. */
export function divergences(p, q) {
  const floor = 1e-9; // of a cell: KL is infinite where q is 0, and here as large as it can be seen
  const share = (density) => {
    const sum = density.reduce((a, b) => a + b, 0) || 1;
    return density.map((value) => value / sum + floor);
  };
  const [a, b] = [share(p), share(q)];
  let [kl, js] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    const middle = (a[i] + b[i]) / 2;
    kl += a[i] * Math.log(a[i] / b[i]);
    js += (a[i] * Math.log(a[i] / middle) + b[i] * Math.log(b[i] / middle)) / 2;
  }
  return { kl, js };
}

function squares(a, i, b, j, d) {
  let sum = 0;
  for (let k = 0; k < d; k++) sum += (a[i * d + k] - b[j * d + k]) ** 2;
  return sum;
}

/** Index of the nearest row of `to` for each row of `from`, and the squared distance. skip: a row is not its own. */
export function nearest(from, to, d, skip = false) {
  const [n, m] = [from.length / d, to.length / d];
  const [index, distance] = [new Int32Array(n), new Float64Array(n).fill(Infinity)];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      if (skip && i === j) continue;
      const square = squares(from, i, to, j, d);
      if (square < distance[i]) [distance[i], index[i]] = [square, j];
    }
  }
  return { index, distance };
}

/** Modes with a sample within 3 standard deviations, and the share of such samples (keras_gan.metrics.mode_coverage). */
export function coverage(points, modes, deviation) {
  const { index, distance } = nearest(points, Float32Array.from(modes.flat()), 2);
  const near = index.filter((_, i) => distance[i] <= (3 * deviation) ** 2);
  return { modes: new Set(near).size, of: modes.length, high_quality: near.length / index.length };
}

/** Accuracy of the leave-one-out nearest neighbour that tells two sets apart (keras_gan.metrics.two_sample_accuracy). */
export function twoSampleAccuracy(real, fake, d) {
  const within = [real, fake].map((x) => nearest(x, x, d, true).distance);
  const across = [nearest(real, fake, d).distance, nearest(fake, real, d).distance];
  let right = 0;
  within.forEach((own, side) => own.forEach((distance, i) => { right += distance < across[side][i] ? 1 : 0; }));
  return right / (within[0].length + within[1].length);
}

/** P(a > b) + P(a = b) / 2. */
export function separation(above, below) {
  let sum = 0;
  for (const a of above) for (const b of below) sum += a > b ? 1 : a === b ? 0.5 : 0;
  return sum / (above.length * below.length);
}

/** Root mean square over columns of the standard deviation over rows. */
export function deviation(x, d) {
  const n = x.length / d;
  let sum = 0;
  for (let k = 0; k < d; k++) {
    let [mean, square] = [0, 0];
    for (let i = 0; i < n; i++) mean += x[i * d + k] / n;
    for (let i = 0; i < n; i++) square += (x[i * d + k] - mean) ** 2 / n;
    sum += square;
  }
  return Math.sqrt(sum / d);
}

/** Median over rows of the distance to the nearest other row. */
export const nearestPair = (x, d) => median(nearest(x, x, d, true).distance.map(Math.sqrt));

export function median(values) {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function counts(labels, classes) {
  const found = new Array(classes).fill(0);
  for (const label of labels) found[label]++;
  return found;
}

/** exp(entropy) of a histogram: from 1, all the same, to the number of classes. */
export function effectiveNumber(histogram) {
  const n = histogram.reduce((a, b) => a + b, 0);
  return Math.exp(-histogram.reduce((sum, count) => sum + (count ? (count / n) * Math.log(count / n) : 0), 0));
}

/** Share of values beyond +-0.99. */
export const saturation = (x) => x.reduce((n, value) => n + (Math.abs(value) > 0.99), 0) / x.length;

/**
 * [contrast, share] of a pattern that repeats after `period` pixels (keras_gan.doctor.measurements.checker): the mean
 * power on the lines of its frequency over that on the two lines below, and the part of all power that lies on them.
 */
export function checker(images, [h, w, c], period) {
  const power = new Float64Array(h * w);
  const turn = (size) => Array.from({ length: size }, (_, i) => [
    Math.cos((2 * Math.PI * i) / size), -Math.sin((2 * Math.PI * i) / size)]);
  const [down, across] = [turn(h), turn(w)];
  const n = images.length / (h * w * c);
  for (let image = 0; image < n; image++) {
    for (let channel = 0; channel < c; channel++) addPower(images, image, channel, [h, w, c], down, across, power);
  }
  power[0] = 0;
  const [row, column] = [Math.round(h / period), Math.round(w / period)];
  const sumOfRow = (r) => { let sum = 0; for (let i = 0; i < w; i++) sum += power[r * w + i]; return sum; };
  const sumOfColumn = (k) => { let sum = 0; for (let i = 0; i < h; i++) sum += power[i * w + k]; return sum; };
  const on = sumOfRow(row) + sumOfColumn(column);
  const near = [1, 2].map((below) => sumOfRow(row - below) + sumOfColumn(column - below));
  const total = power.reduce((a, b) => a + b, 0);
  return [on / Math.max((near[0] + near[1]) / 2, 1e-12), total ? (on - power[row * w + column]) / total : 0];
}

/** Adds |discrete Fourier transform|^2 of one channel of one image, rows first. */
function addPower(images, image, channel, [h, w, c], down, across, power) {
  const rows = new Float64Array(2 * h * w);
  for (let y = 0; y < h; y++) {
    for (let v = 0; v < w; v++) {
      for (let x = 0; x < w; x++) {
        const value = images[((image * h + y) * w + x) * c + channel];
        const [cosine, sine] = across[(x * v) % w];
        rows[2 * (y * w + v)] += value * cosine;
        rows[2 * (y * w + v) + 1] += value * sine;
      }
    }
  }
  for (let u = 0; u < h; u++) {
    for (let v = 0; v < w; v++) {
      let [a, b] = [0, 0];
      for (let y = 0; y < h; y++) {
        const [cosine, sine] = down[(y * u) % h];
        a += rows[2 * (y * w + v)] * cosine - rows[2 * (y * w + v) + 1] * sine;
        b += rows[2 * (y * w + v)] * sine + rows[2 * (y * w + v) + 1] * cosine;
      }
      power[u * w + v] += a * a + b * b;
    }
  }
}
