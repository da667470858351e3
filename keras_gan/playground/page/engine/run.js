// A training: the two nets of a state with their weights, both optimisers, the data, and how many steps are done.

/* global tf */

import { Network } from './network.js';
import { Optimizer } from './optimizers.js';
import { latents } from '../latents.js';
import { decode, encode } from '../arrays.js';

export const PLAYERS = ['generator', 'discriminator'];

export class Run {
  /** state: as state.js checks it. data: of data.js. */
  constructor(state, data) {
    this.state = state;
    this.data = data;
    this.steps = state.steps;
    this.optimizers = {};
    this.gradients = { generator: 0, discriminator: 0 }; // norms, of the last turns
    const inputs = { generator: [state.z.dimension], discriminator: data.shape };
    PLAYERS.forEach((player, number) => {
      const kept = state.weights?.[player];
      const network = new Network(state[player], inputs[player], state.seed, number, kept?.arrays.map(decode));
      const slots = kept && { updates: kept.updates, slots: kept.slots.map((of) => of.map(decode)) };
      const trainable = network.trainable.map((index) => network.arrays[index]);
      this[player] = network;
      this.optimizers[player] = new Optimizer(state.optimizers[player].name, trainable, slots);
    });
  }

  /** The state as it is now, with all that a continuation needs. */
  saved() {
    const weights = Object.fromEntries(PLAYERS.map((player) => [player, {
      arrays: this[player].arrays.map(encode),
      updates: this.optimizers[player].updates,
      slots: this.optimizers[player].slots.map((of) => of.map(encode)),
    }]));
    return { ...this.state, steps: this.steps, weights };
  }

  /** What changes while it runs: learning rates and other numbers of the optimisers, of the objective, and the turns. */
  adjust({ optimizers, objective, turns }) {
    this.state = { ...this.state, optimizers, objective, turns };
  }

  /** z of numbered samples, as keras_gan.sampling draws them: sample i is the same here and in Python. */
  latents(seeds) {
    const { distribution, dimension } = this.state.z;
    return latents(seeds, { distribution, dimension, low: -1, high: 1 });
  }

  /** Samples of the numbers, Float32Array [n * size]. */
  samples(seeds) {
    return this.generator.answer(this.latents(seeds), seeds.length);
  }

  /** D's scores of rows. */
  scores(x, rows) {
    return this.discriminator.answer(x, rows);
  }

  /** For each row of x the number of the nearest training picture. ||a - b||^2 = ||a||^2 - 2 a.b + ||b||^2, by products. */
  neighbours(x) {
    const { pictures, total, shape } = this.data;
    const size = shape.reduce((a, b) => a * b, 1);
    if (!this.all) {
      const rows = tf.tensor(Float32Array.from(pictures.bytes.subarray(0, total * size), (byte) => byte / 127.5 - 1), [total, size]);
      this.all = { rows, squares: tf.tidy(() => tf.sum(tf.square(rows), 1)) };
    }
    return tf.tidy(() => {
      const products = tf.matMul(tf.tensor(x, [x.length / size, size]), this.all.rows, false, true);
      return tf.argMin(tf.sub(this.all.squares, tf.mul(2, products)), 1).dataSync();
    });
  }

  /** Gives back what tensors it holds. */
  close() {
    if (this.all) tf.dispose([this.all.rows, this.all.squares]);
    this.all = null;
  }

  /** Eight hexadecimal digits of all weights (FNV-1a): two runs with the same are the same. */
  fingerprint() {
    let hash = 0x811c9dc5;
    for (const player of PLAYERS) {
      for (const array of this[player].arrays) {
        for (const byte of new Uint8Array(array.buffer, array.byteOffset, array.byteLength)) {
          hash = Math.imul(hash ^ byte, 0x01000193);
        }
      }
    }
    return (hash >>> 0).toString(16).padStart(8, '0');
  }
}
