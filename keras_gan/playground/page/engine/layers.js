// The arithmetic of each layer of shapes.js. apply(x, weights, arguments, how) -> tensor; weights: {name: tensor} of this
// layer; how: {training, uniform, moves}. Kernels and their gradients are TensorFlow.js's, but where a gradient penalty
// needs a second derivative that it lacks: comparisons have none, and layers that compare are composed of relu; and
// what a gradient takes from a kernel's output (tanh' = 1 - tanh^2) is cut off from x in a gradient of a gradient,
// because 4.22 records the copy of the output before the kernel that made it. `twice` takes it from x instead.

/* global tf */

/** The larger of two, in a form that can be differentiated twice. */
const larger = (a, b) => tf.add(a, tf.relu(tf.sub(b, a)));

/** max over the middle axis of [a, pieces, b] -> [a, b]. */
function largest(x) {
  const [a, pieces, b] = x.shape;
  const piece = (i) => tf.reshape(tf.slice(x, [0, i, 0], [a, 1, b]), [a, b]);
  let found = piece(0);
  for (let i = 1; i < pieces; i++) found = larger(found, piece(i));
  return found;
}

/** (x - mean) / sqrt(variance + epsilon) * gamma + beta. */
const normalised = (x, mean, variance, { gamma, beta }, { epsilon }) =>
  tf.add(tf.mul(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, epsilon))), gamma), beta);

/** Mean and variance over some axes, as x can be broadcast with. */
function moments(x, axes) {
  const mean = tf.mean(x, axes, true);
  return [mean, tf.mean(tf.square(tf.sub(x, mean)), axes, true)];
}

/** f with its slope as a function of x, which may be differentiated again. slope: (f, x) -> f'(x). */
function twice(f, slope) {
  const differentiable = tf.customGrad((x, save) => {
    save([x]);
    return { value: f(x), gradFunc: (dy, [x]) => tf.mul(dy, slope(differentiable, x)) };
  });
  return differentiable;
}

const tanh = twice((x) => tf.tanh(x), (f, x) => tf.sub(1, tf.square(f(x))));
const sigmoid = twice((x) => tf.sigmoid(x), (f, x) => tf.mul(f(x), tf.sub(1, f(x))));

export const APPLY = {
  dense: (x, { kernel, bias }) => tf.add(tf.matMul(x, kernel), bias),

  maxout(x, { kernel, bias }, { units, pieces }) {
    const all = tf.add(tf.matMul(x, kernel), bias); // the pieces of a unit lie side by side
    return tf.reshape(largest(tf.reshape(all, [x.shape[0] * units, pieces, 1])), [x.shape[0], units]);
  },

  conv2d: (x, { kernel, bias }, { strides }) => tf.add(tf.conv2d(x, kernel, strides, 'same'), bias),

  conv2d_transpose(x, { kernel, bias }, { filters, strides }) {
    const [n, h, w] = x.shape;
    return tf.add(tf.conv2dTranspose(x, kernel, [n, h * strides, w * strides, filters], strides, 'same'), bias);
  },

  batch_normalization(x, weights, layer, { training, moves }) {
    if (!training) return normalised(x, weights.moving_mean, weights.moving_variance, weights, layer);
    const axes = x.shape.map((_, axis) => axis).slice(0, -1);
    const [mean, variance] = moments(x, axes);
    moves({ moving_mean: mean, moving_variance: variance }, layer.momentum);
    return normalised(x, mean, variance, weights, layer);
  },

  layer_normalization: (x, weights, layer) => normalised(x, ...moments(x, [x.shape.length - 1]), weights, layer),

  // c_b(x_i, x_j) = exp(-||M_ib - M_jb||_1), o_b(x_i) = sum_{j != i} c_b (Salimans et al. 2016, section 3.2).
  minibatch_discrimination(x, { kernel }, { kernels, dimensions }) {
    const n = x.shape[0];
    const rows = tf.reshape(tf.matMul(x, kernel), [n, kernels, dimensions]);
    let distance = null;
    for (let i = 0; i < dimensions; i++) {
      const m = tf.slice(rows, [0, 0, i], [n, kernels, 1]);
      const apart = tf.abs(tf.sub(tf.reshape(m, [n, 1, kernels]), tf.reshape(m, [1, n, kernels])));
      distance = distance ? tf.add(distance, apart) : apart;
    }
    return tf.concat([x, tf.sub(tf.sum(tf.exp(tf.neg(distance)), 1), 1)], 1);
  },

  dropout(x, _, { rate }, { training, uniform }) {
    if (!training || rate === 0) return x;
    const kept = Float32Array.from(uniform(x.size), (u) => (u < rate ? 0 : 1 / (1 - rate)));
    return tf.mul(x, tf.tensor(kept, x.shape));
  },

  max_pooling2d(x, _, { pool_size: pool }) {
    const [n, h, w, c] = x.shape;
    const [rows, columns] = [Math.floor(h / pool), Math.floor(w / pool)];
    const whole = tf.slice(x, [0, 0, 0, 0], [n, rows * pool, columns * pool, c]);
    const down = largest(tf.reshape(whole, [n * rows, pool, columns * pool * c]));
    return tf.reshape(largest(tf.reshape(down, [n * rows * columns, pool, c])), [n, rows, columns, c]);
  },

  rescaling: (x, _, { scale, offset }) => tf.add(tf.mul(x, scale), offset),

  /** The code of each sample's label beside x, in every place of a picture. */
  label(x, _, { values }, { code }) {
    const shape = [...x.shape.slice(0, -1), values];
    const told = tf.tensor(code, shape.length === 2 ? shape : [shape[0], 1, 1, values]);
    const planes = shape.length === 2 ? told : tf.mul(tf.ones(shape), told);
    return tf.concat([x, planes], shape.length - 1);
  },

  reshape: (x, _, { height, width, channels }) => tf.reshape(x, [x.shape[0], height, width, channels]),
  flatten: (x) => tf.reshape(x, [x.shape[0], x.size / x.shape[0]]),
  relu: (x) => tf.relu(x),
  leaky_relu: (x, _, { negative_slope: slope }) => tf.sub(tf.relu(x), tf.mul(tf.relu(tf.neg(x)), slope)),
  tanh: (x) => tanh(x),
  sigmoid: (x) => sigmoid(x),
};
