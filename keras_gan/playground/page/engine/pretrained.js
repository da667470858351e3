// Numbered images of a pretrained generator: z of a seed as everywhere in the library, then truncation and a walk.

import { Network } from './network.js';
import { latents } from '../latents.js';

export class Generator {
  /** model: as state.js checks it. */
  constructor({ generator, z, arrays, values }) {
    this.network = new Network(generator, [z.dimension], 0, 0, arrays);
    [this.z, this.values] = [z, values];
  }

  /**
   * Images seed, seed + 1, ..., count of them. truncation: z times it. walk: from 0, each image, to 1, the next one, by
   * great circles for a normal z (Shoemake 1985) and straight for others. label: {what it says: a value's number}; what it
   * leaves out, or -1: each in turn.
   */
  draw({ seed, truncation, walk, label = {}, count }) {
    const seeds = Array.from({ length: count + 1 }, (_, i) => seed + i);
    const all = latents(seeds, this.z);
    const d = this.z.dimension;
    const z = new Float32Array(count * d);
    for (let i = 0; i < count; i++) {
      const [a, b] = [all.subarray(i * d, (i + 1) * d), all.subarray((i + 1) * d, (i + 2) * d)];
      const [from, to] = this.z.distribution === 'Normal' && d > 2 ? arc(a, b, walk) : [1 - walk, walk];
      for (let k = 0; k < d; k++) z[i * d + k] = truncation * (from * a[k] + to * b[k]);
    }
    return this.network.answer(z, count, this.code(seed, label, count));
  }

  /** The one-hot codes of all that the labels say, beside each other: Float32Array [count * values]. */
  code(seed, label, count) {
    const sizes = Object.entries(this.values).map(([name, { length }]) => [label[name] ?? -1, length]);
    const width = sizes.reduce((sum, [, length]) => sum + length, 0);
    const code = new Float32Array(count * width);
    for (let i = 0; i < count; i++) {
      let first = i * width;
      for (const [asked, length] of sizes) {
        code[first + (asked < 0 ? (seed + i) % length : asked)] = 1;
        first += length;
      }
    }
    return code;
  }
}

/** The shares of a and b on the great circle between them. */
function arc(a, b, share) {
  const dot = (x, y) => x.reduce((sum, value, i) => sum + value * y[i], 0);
  const angle = Math.acos(Math.max(-1, Math.min(1, dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b)))));
  return angle < 1e-6 ? [1 - share, share] : [Math.sin((1 - share) * angle) / Math.sin(angle), Math.sin(share * angle) / Math.sin(angle)];
}
