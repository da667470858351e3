// Nets that are known to work: for the plane, and for pictures of any size.

import { PICTURES, isPlane } from './state.js';
import { WORLDS } from './worlds.js';

const layer = (type, rest = {}) => ({ type, ...rest });
const dense = (units) => layer('dense', { units });
const leaky = layer('leaky_relu', { negative_slope: 0.2 });

/** For pictures of this shape: convolutions, from half of the side. */
function netsFor([h, w, c]) {
  const [rows, columns] = [h, w].map((side) => Math.ceil(side / 2));
  return {
    generator: [dense(rows * columns * 16), layer('batch_normalization', { momentum: 0.9 }), layer('relu'),
      layer('reshape', { height: rows, width: columns, channels: 16 }),
      layer('conv2d_transpose', { filters: 16, kernel_size: 4, strides: 2 }),
      layer('batch_normalization', { momentum: 0.9 }), layer('relu'),
      layer('conv2d', { filters: c, kernel_size: 3, strides: 1 }), layer('tanh')],
    discriminator: [layer('conv2d', { filters: 16, kernel_size: 4, strides: 2 }), leaky,
      layer('conv2d', { filters: 32, kernel_size: 4, strides: 2 }), leaky, layer('dropout', { rate: 0.3 }),
      layer('flatten'), dense(1)],
  };
}

/** The state with another world: nets and batch stay where they fit, and become fitting ones where they cannot. */
export function withWorld(state, name) {
  const world = { name };
  if (name === 'ring') world.standard_deviation = 0.05;
  const plane = name in WORLDS;
  if (plane && isPlane(state)) return { ...state, world };
  if (plane) {
    const hidden = [dense(16), layer('relu'), dense(16), layer('relu')];
    return { ...state, world, batch_size: 150, z: { ...state.z, dimension: 2 },
      generator: [...hidden, dense(2)], discriminator: [...hidden, dense(1)] };
  }
  return { ...state, world, batch_size: 32, z: { distribution: 'Normal', dimension: 32 }, ...netsFor(PICTURES[name]) };
}
