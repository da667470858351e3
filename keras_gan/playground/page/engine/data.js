// Where a minibatch of real samples comes from: a world of the plane, or pictures that lie beside the page.

import { world } from '../worlds.js';

/** {shape, minibatch(uniform, n), world} for points. */
export function pointsOf(spec) {
  const plane = world(spec);
  return { shape: [2], minibatch: plane.draw, world: plane };
}

/** Pictures at the end of a set that are not trained on. */
export const HELD_OUT = 128;

/**
 * {shape, minibatch(uniform, n), pictures, total} for pictures: {shape: [h, w, c], bytes: Uint8Array, labels, classes}, bytes
 * 0 ... 255 as -1 ... 1.
 */
export function picturesOf(pictures) {
  const size = pictures.shape.reduce((a, b) => a * b, 1);
  const total = pictures.bytes.length / size - HELD_OUT;
  return {
    shape: pictures.shape,
    pictures,
    total,
    minibatch(uniform, n) {
      const chosen = uniform(n);
      const values = new Float32Array(n * size);
      for (let i = 0; i < n; i++) values.set(picture(pictures, Math.floor(chosen[i] * total)), i * size);
      return values;
    },
  };
}

/** Picture i in [-1, 1], Float32Array [h * w * c]. */
export function picture({ shape, bytes }, i) {
  const size = shape.reduce((a, b) => a * b, 1);
  return Float32Array.from(bytes.subarray(i * size, (i + 1) * size), (byte) => byte / 127.5 - 1);
}
