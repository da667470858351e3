// What a layer is, without its arithmetic: its arguments, the shape of what it gives, its weights. The names are those of
// Keras, so that a list of layers is also what `keras_gan.playground.load` builds. Shapes leave out the batch.

import { strings, say } from './strings.en.js';

const number = (fallback, least, most, whole = true) => ({ fallback, least, most, whole });
const EPSILON = { ...number(1e-3, 0, 1, false), quiet: true }; // quiet: not offered for editing, and kept if it is there
const size = (shape) => shape.reduce((product, side) => product * side, 1);
const refuse = (name, values) => { throw new RangeError(say(strings.shapes[name], values)); };
const shown = (shape) => shape.join(' × ');

const flat = (shape, layer) => shape.length === 1 ? shape : refuse('flat', { layer, shape: shown(shape) });
const picture = (shape, layer) => shape.length === 3 ? shape : refuse('picture', { layer, shape: shown(shape) });
const same = (shape) => shape;
const halved = (side, strides) => Math.ceil(side / strides); // padding "same"

const kernel = (shape, inputs, outputs) => ({ name: 'kernel', shape, start: 'glorot_uniform', fans: inputs + outputs });
const zeros = (name, shape, trainable = true) => ({ name, shape, start: 'zeros', trainable });
const ones = (name, shape, trainable = true) => ({ name, shape, start: 'ones', trainable });

const convolution = { filters: number(16, 1, 256), kernel_size: number(3, 1, 7), strides: number(1, 1, 4) };

/** type -> {its arguments, shape(input, arguments) or a RangeError in one sentence, weights(input, arguments)}. */
export const LAYERS = {
  dense: {
    takes: { units: number(16, 1, 4096) },
    shape: (x, { units }) => flat(x, 'dense') && [units],
    weights: ([n], { units }) => [kernel([n, units], n, units), zeros('bias', [units])],
  },
  maxout: {
    takes: { units: number(16, 1, 1024), pieces: number(2, 2, 8) },
    shape: (x, { units }) => flat(x, 'maxout') && [units],
    weights: ([n], { units, pieces }) => [
      kernel([n, units * pieces], n, units * pieces), zeros('bias', [units * pieces])],
  },
  conv2d: {
    takes: convolution,
    shape: (x, { filters, strides }) => {
      const [h, w] = picture(x, 'conv2d');
      return [halved(h, strides), halved(w, strides), filters];
    },
    weights: ([, , c], { filters, kernel_size: k }) => [
      kernel([k, k, c, filters], k * k * c, k * k * filters), zeros('bias', [filters])],
  },
  conv2d_transpose: {
    takes: { ...convolution, kernel_size: number(4, 1, 7), strides: number(2, 1, 4) },
    shape: (x, { filters, strides }) => {
      const [h, w] = picture(x, 'conv2d_transpose');
      return [h * strides, w * strides, filters];
    },
    weights: ([, , c], { filters, kernel_size: k }) => [
      kernel([k, k, filters, c], k * k * c, k * k * filters), zeros('bias', [filters])],
  },
  batch_normalization: {
    takes: { momentum: number(0.9, 0, 0.9999, false), epsilon: EPSILON },
    shape: same,
    weights: (x) => [ones('gamma', x.slice(-1)), zeros('beta', x.slice(-1)),
      zeros('moving_mean', x.slice(-1), false), ones('moving_variance', x.slice(-1), false)],
    mixes: true,
  },
  layer_normalization: {
    takes: { epsilon: EPSILON },
    shape: same,
    weights: (x) => [ones('gamma', x.slice(-1)), zeros('beta', x.slice(-1))],
  },
  minibatch_discrimination: {
    takes: { kernels: number(8, 1, 64), dimensions: number(3, 1, 8) },
    shape: (x, { kernels }) => [flat(x, 'minibatch_discrimination')[0] + kernels],
    weights: ([n], { kernels, dimensions }) => [
      kernel([n, kernels * dimensions], n, kernels * dimensions)],
    mixes: true,
  },
  dropout: { takes: { rate: number(0.3, 0, 0.9, false) }, shape: same },
  max_pooling2d: {
    takes: { pool_size: number(2, 2, 4) },
    shape: (x, { pool_size: pool }) => {
      const [h, w, c] = picture(x, 'max_pooling2d');
      if (Math.min(h, w) < pool) refuse('pool', { pool, shape: shown(x) });
      return [Math.floor(h / pool), Math.floor(w / pool), c];
    },
  },
  reshape: {
    takes: { height: number(4, 1, 64), width: number(4, 1, 64), channels: number(16, 1, 512) },
    shape: (x, { height, width, channels }) => {
      const wanted = [height, width, channels];
      if (size(wanted) !== size(x)) {
        refuse('reshape', { from: shown(x), have: size(x), to: shown(wanted), need: size(wanted) });
      }
      return wanted;
    },
  },
  flatten: { takes: {}, shape: (x) => [size(x)] },
  rescaling: { takes: { scale: number(1, -10, 10, false), offset: number(0, -10, 10, false) }, shape: same, quiet: true },
  label: { takes: { values: number(10, 1, 1000) }, shape: (x, { values }) => [...x.slice(0, -1), x.at(-1) + values], quiet: true },
  relu: { takes: {}, shape: same },
  leaky_relu: { takes: { negative_slope: number(0.2, 0, 0.9, false) }, shape: same },
  tanh: { takes: {}, shape: same },
  sigmoid: { takes: {}, shape: same },
};

/** A layer with every argument it takes. */
export const withDefaults = (layer) => ({
  type: layer.type,
  ...Object.fromEntries(Object.entries(LAYERS[layer.type].takes).map(([name, { fallback }]) => [
    name, layer[name] ?? fallback])),
});

/** Shapes after each layer of a net: [{shape}, ... or {trouble: sentence} for the first that does not fit]. */
export function shapesOf(layers, input) {
  const found = [];
  let shape = input;
  for (const layer of layers) {
    try {
      shape = LAYERS[layer.type].shape(shape, layer);
      if (size(shape) > 1 << 16) refuse('large', { shape: shown(shape) });
      found.push({ shape });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      found.push({ trouble: error.message });
      break;
    }
  }
  return found;
}

/** Where a net does not fit, one sentence; null where it does. wanted: the shape it must end in. */
export function troubleOf(layers, input, wanted, player) {
  const found = shapesOf(layers, input);
  const last = found.at(-1) ?? { shape: input };
  if (last.trouble) return last.trouble;
  if (shown(last.shape) === shown(wanted)) return null;
  return say(strings.shapes.end[player], { shape: shown(last.shape), wanted: shown(wanted) });
}

/** Every weight of a net, in Keras's order: [{layer, name, shape, size, start, fans, trainable}]. */
export function weightsOf(layers, input) {
  const shapes = [input, ...shapesOf(layers, input).map(({ shape }) => shape)];
  return layers.flatMap((layer, i) => (LAYERS[layer.type].weights?.(shapes[i], layer) ?? []).map((weight) => ({
    trainable: true, ...weight, layer: i, size: size(weight.shape) })));
}

/** Whether the score of one sample depends on the others. */
export const mixesSamples = (layers) => layers.some(({ type }) => LAYERS[type].mixes);
