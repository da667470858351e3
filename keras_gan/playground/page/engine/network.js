// A net: a list of layers and its weights, which are plain Float32Arrays: what is saved, sent and updated is these.
// For a turn they become tensors, and the gradients of a turn come back as arrays.

/* global tf */

import { APPLY } from './layers.js';
import { source, STREAMS } from './random.js';
import { mixesSamples, weightsOf } from '../shapes.js';

/** U(-limit, limit), limit = sqrt(6 / (fan in + fan out)) (Glorot and Bengio 2010), as Keras starts kernels. */
function started({ start, size, fans }, uniform) {
  if (start === 'zeros') return new Float32Array(size);
  if (start === 'ones') return new Float32Array(size).fill(1);
  const limit = Math.sqrt(6 / fans);
  return Float32Array.from(uniform(size), (u) => limit * (2 * u - 1));
}

/** {name: tensor} -> {name: Float32Array}, before the tidy of a gradient disposes of them. */
const read = (tensors) => Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tensor.dataSync()]));

export class Network {
  /** layers, input shape; seed and number (0: G, 1: D) of the first weights; or the weights themselves. */
  constructor(layers, input, seed, number, arrays = null) {
    this.layers = layers;
    this.input = input;
    this.weights = weightsOf(layers, input);
    const uniform = source(seed, STREAMS.weights, number);
    this.arrays = arrays ?? this.weights.map((weight) => started(weight, uniform));
    this.trainable = this.weights.flatMap(({ trainable }, i) => (trainable ? [i] : []));
    this.mixes = mixesSamples(layers);
  }

  /** Its weights as tensors; the caller's tidy disposes of them. */
  tensors() {
    return this.weights.map(({ shape }, i) => tf.tensor(this.arrays[i], shape));
  }

  /**
   * x [n, ...] -> [n, ...]. tensors: as `tensors` gives them, perhaps some replaced by what is differentiated.
   * training: null at rest, else {uniform, moved}: the source of dropout, and a list that takes the moving statistics.
   * seen: a list that takes what each layer gives. code: that of each row's label, for layers that are told it.
   */
  call(x, tensors, training = null, seen = null, code = null) {
    let next = 0;
    this.layers.forEach((layer, i) => {
      const named = {};
      const first = next;
      while (next < this.weights.length && this.weights[next].layer === i) named[this.weights[next].name] = tensors[next++];
      const moves = (statistics, momentum) => training.moved.push({ first, layer: i, momentum, statistics: read(statistics) });
      x = APPLY[layer.type](x, named, layer, { training: training !== null, uniform: training?.uniform, moves, code });
      seen?.push(x);
    });
    return x;
  }

  /** moving <- momentum moving + (1 - momentum) statistic, for all that a turn has noted. */
  move(moved) {
    for (const { first, layer, statistics, momentum } of moved) {
      for (let i = first; i < this.weights.length && this.weights[i].layer === layer; i++) {
        statistics[this.weights[i].name]?.forEach((value, j) => { this.arrays[i][j] = momentum * this.arrays[i][j] + (1 - momentum) * value; });
      }
    }
  }

  /** The answer to x, a Float32Array of rows, at rest. */
  answer(x, rows, code = null) {
    return tf.tidy(() => this.call(tf.tensor(x, [rows, ...this.input]), this.tensors(), null, null, code).dataSync());
  }
}
