// The kernel that TensorFlow.js 4.22 lacks in wasm, and the gradient that it lacks everywhere: Conv2DBackpropFilter, the
// gradient of a convolution in its kernel. As a convolution of transposed tensors it is made of kernels that are there;
// with a gradient of its own, gradient penalties (second derivatives) go through convolutions.
// x [n, h, w, c], kernel [k, k, c, f], dy [n, ceil(h / s), ceil(w / s), f], padding "same".

/* global tf */

const KERNEL = 'Conv2DBackpropFilter';

/** Pixels that "same" adds before and after a side. */
function padding(side, kernel, stride) {
  const total = Math.max((Math.ceil(side / stride) - 1) * stride + kernel - side, 0);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

/** sum over n and pixels of dy times x, shifted by each place of the kernel. */
function correlation({ inputs: { x, dy }, attrs: { strides, filterShape } }) {
  const [stride] = [strides].flat();
  const [k, , c, f] = filterShape;
  const padded = tf.pad(x, [[0, 0], padding(x.shape[1], k, stride), padding(x.shape[2], k, stride), [0, 0]]);
  const images = tf.transpose(padded, [3, 1, 2, 0]); // channels take the place of the batch, and the batch theirs
  const kernels = tf.transpose(dy, [1, 2, 0, 3]);
  const all = tf.conv2d(images, kernels, 1, 'valid', 'NHWC', stride); // what was a stride is now a dilation
  return tf.transpose(tf.slice(all, [0, 0, 0, 0], [c, k, k, f]), [1, 2, 0, 3]);
}

export function registerConvolutionGradients() {
  tf.registerKernel({ kernelName: KERNEL, backendName: 'wasm', kernelFunc: correlation });
  tf.registerGradient({
    kernelName: KERNEL,
    inputsToSave: ['x', 'dy'],
    gradFunc: (dw, [x, dy], { strides }) => ({
      x: () => tf.conv2dTranspose(dy, dw, x.shape, strides, 'same'),
      dy: () => tf.conv2d(x, dw, strides, 'same'),
    }),
  });
}
