// Random numbers that belong to a number: a draw is a function of (seed, stream, step, turn, index) and of nothing else,
// so that a run can be stopped, saved, opened elsewhere and continued, and is the same run again. No Math.random.

import { threefry } from '../latents.js';

/** What is drawn; each has numbers of its own. */
export const STREAMS = { weights: 1, data: 2, z: 3, penalty: 4, dropout: 5, views: 6 };

/**
 * A source of uniform numbers in (0, 1) for one purpose: `source(count)` -> Float64Array, each call others.
 * seed: 32-bit; step, turn: where in the training.
 */
export function source(seed, stream, step = 0, turn = 0) {
  const key = [seed | 0, stream | 0];
  const where = ((step * 64) + turn) | 0;
  let next = 0;
  return (count) => {
    const drawn = new Float64Array(count);
    for (let i = 0; i < count; i += 2) {
      const [first, second] = threefry(key, [next++, where]);
      drawn[i] = ((first >>> 9) + 0.5) / 2 ** 23;
      if (i + 1 < count) drawn[i + 1] = ((second >>> 9) + 0.5) / 2 ** 23;
    }
    return drawn;
  };
}

/** Standard normal numbers of a source, by Box and Muller: both of each pair are used. */
export function normals(uniform, count) {
  const u = uniform(count + (count % 2));
  const drawn = new Float32Array(count);
  for (let i = 0; i < count; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(u[i]));
    drawn[i] = radius * Math.cos(2 * Math.PI * u[i + 1]);
    if (i + 1 < count) drawn[i + 1] = radius * Math.sin(2 * Math.PI * u[i + 1]);
  }
  return drawn;
}

/** z of a minibatch, Float32Array [n * dimension]. z: {distribution: 'Normal' or 'Uniform' on (-1, 1), dimension}. */
export function minibatch(z, n, uniform) {
  const count = n * z.dimension;
  return z.distribution === 'Normal' ? normals(uniform, count) : Float32Array.from(uniform(count), (u) => 2 * u - 1);
}
