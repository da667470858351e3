// What is measured of a run every so many steps: the figures that the page shows, and the doctor's quantities, by the
// names and with the meaning of keras_gan/doctor/probe.py.

import * as measures from './measures.js';
import { HELD_OUT, picture } from './data.js';
import { source, STREAMS } from './random.js';

export const SIDE = 30; // cells of the grid for KL and JS
export const WIDTH = 0.08; // through which densities are seen
export const LOGITS = ['minimax', 'non_saturating', 'r1', 'relativistic']; // where D = sigmoid(score)

const numbers = (n) => Array.from({ length: n }, (_, i) => i);

export class Probe {
  constructor(run) {
    this.run = run;
    this.size = run.data.shape.reduce((a, b) => a * b, 1);
    this.n = run.data.world ? 256 : 128;
    this.real = run.data.minibatch(source(run.state.seed, STREAMS.views), this.n);
    this.held = run.data.pictures ? held(run.data.pictures) : null;
    this.label = run.data.world ? (x) => run.data.world.classes(x) : (x) => this.classesOf(x);
    this.before = null;
    this.ofData = this.figures(this.real);
    if (run.data.world) {
      const { deviation, extent } = run.data.world;
      this.p = measures.onGrid(run.data.world.centres, Math.hypot(deviation, WIDTH), SIDE, extent);
    }
  }

  /** The class of the nearest real picture, Int32Array [n]; all 0 for pictures without classes. */
  classesOf(x) {
    const { labels, classes } = this.run.data.pictures;
    if (!classes) return new Int32Array(x.length / this.size);
    return Int32Array.from(this.run.neighbours(x), (i) => labels[i]);
  }

  /** -> {step, ...quantities}. terms: of the last step. */
  measure(terms) {
    const { run, n, real, size } = this;
    const fake = run.samples(numbers(n));
    const scores = { real: run.scores(real, n), fake: run.scores(fake, n) };
    const losses = Object.entries(terms).filter(([, value]) => value !== undefined);
    const found = { step: run.steps, ...this.onPlane() };
    found.largest_loss = Math.max(0, ...losses.map(([, value]) => Math.abs(value)));
    const gradients = Object.values(run.gradients);
    const all = [losses.map(([, value]) => value), gradients, scores.real, scores.fake, fake];
    found.non_finite = all.filter((values) => values.some((value) => !Number.isFinite(value))).length;
    found.generator_gradient = run.gradients.generator;
    if (found.non_finite) return found;
    this.judge(found, scores);
    const figures = this.figures(fake);
    found.effective = figures.modes;
    found.data_deviation = this.ofData.deviation;
    for (const [name, of] of [['diversity', 'deviation'], ['nearest_pair', 'nearest_pair'], ['modes', 'modes'],
      ['checker', 'checker']]) {
      if (of in figures) found[name] = figures[of] / Math.max(this.ofData[of], 1e-12);
    }
    for (const share of ['saturation', 'checker_share']) {
      if (share in figures) found[share] = figures[share] - this.ofData[share];
    }
    if (this.before) {
      const change = fake.reduce((sum, value, i) => sum + (value - this.before[i]) ** 2, 0) / fake.length;
      found.movement = Math.sqrt(change) / this.ofData.deviation;
    }
    this.before = fake;
    found.two_sample = measures.twoSampleAccuracy(real.subarray(0, 128 * size), fake.subarray(0, 128 * size), size);
    return found;
  }

  /** What D's scores say. */
  judge(found, { real, fake }) {
    const { run } = this;
    found.separation = measures.separation(real, fake);
    if (this.held) {
      found.held_out_separation = measures.separation(real, run.scores(this.held, this.held.length / this.size));
    }
    if (LOGITS.includes(run.state.objective.name)) {
      const share = (scores, right) => scores.filter(right).length / scores.length;
      const half = (scores) => scores.reduce((sum, a) => sum + Math.tanh(a / 2), 0) / scores.length;
      found.accuracy_real = share(real, (a) => a > 0);
      found.accuracy_fake = share(fake, (a) => a < 0);
      found.discriminator_error = 0.5 - (half(real) - half(fake)) / 4;
    }
  }

  figures(x) {
    const { run, size } = this;
    const found = { deviation: measures.deviation(x, size), nearest_pair: measures.nearestPair(x, size) };
    const { classes } = run.data.world ?? run.data.pictures;
    const kinds = run.data.world ? run.data.world.kinds : classes;
    if (kinds > 1) {
      this.histogram = measures.counts(this.label(x), kinds);
      found.modes = measures.effectiveNumber(this.histogram);
    }
    if (!run.data.world) {
      found.saturation = measures.saturation(x);
      const period = stride(run.state.generator);
      if (period) [found.checker, found.checker_share] = measures.checker(x, run.data.shape, period);
    }
    return found;
  }

  /** KL and JS on the grid, modes: of 1,000 samples of a plane. */
  onPlane() {
    const { run } = this;
    if (!run.data.world) return {};
    const { modes, deviation, extent } = run.data.world;
    const fake = run.samples(numbers(1000));
    const q = measures.onGrid(fake, WIDTH, SIDE, extent);
    const found = measures.divergences(this.p, q);
    if (modes) Object.assign(found, { coverage: measures.coverage(fake, modes, deviation) });
    return found;
  }
}

/** The last pictures of a set. */
function held({ shape, bytes }) {
  const size = shape.reduce((a, b) => a * b, 1);
  const total = bytes.length / size;
  const values = new Float32Array(HELD_OUT * size);
  for (let i = 0; i < HELD_OUT; i++) values.set(picture({ shape, bytes }, total - HELD_OUT + i), i * size);
  return values;
}

/** The stride of G's last transposed convolution, the period of its pattern; undefined where there is none. */
const stride = (layers) => layers.filter(({ type, strides }) => type === 'conv2d_transpose' && strides > 1).at(-1)?.strides;
