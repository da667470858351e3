// The z of a seed, the same as in keras_gan: Threefry-2x32 with 20 rounds (Salmon et al. 2011), then the distribution
// that card.json names. `latents(seeds, card.latent)` -> Float32Array, row by row; seeds are integers or BigInts.

const ROTATIONS = [[13, 15, 26, 6], [17, 29, 16, 24]];
const PARITY = 0x1bd11bda;

/** Two 32-bit words of key, two of counter -> two of random bits. */
export function threefry(key, counter) {
  const keys = [key[0], key[1], key[0] ^ key[1] ^ PARITY];
  let first = (counter[0] + keys[0]) | 0;
  let second = (counter[1] + keys[1]) | 0;
  for (let block = 0; block < 5; block++) {
    for (const rotation of ROTATIONS[block % 2]) {
      first = (first + second) | 0;
      second = ((second << rotation) | (second >>> (32 - rotation))) ^ first;
    }
    first = (first + keys[(block + 1) % 3]) | 0;
    second = (second + keys[(block + 2) % 3] + block + 1) | 0;
  }
  return [first >>> 0, second >>> 0];
}

/** latent: {distribution, dimension, ...} of card.json. */
export function latents(seeds, latent) {
  const { distribution, dimension } = latent;
  if (!['Normal', 'Uniform', 'Stratified'].includes(distribution)) {
    throw new Error(`z ~ ${distribution} is not known here.`);
  }
  const z = new Float32Array(seeds.length * dimension);
  seeds.forEach((seed, row) => {
    const number = BigInt.asUintN(64, BigInt(seed));
    const key = [Number(number & 0xffffffffn) | 0, Number(number >> 32n) | 0];
    for (let column = 0; column < dimension; column++) {
      const [u, v] = threefry(key, [column, 0]).map((bits) => ((bits >>> 9) + 0.5) / 2 ** 23);
      z[row * dimension + column] = distribution === 'Normal'
        ? Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v)
        : Math.fround(latent.low) + Math.fround(Math.fround(latent.high - latent.low) * u);
    }
  });
  return z;
}
