// Lessons: states that fail or work in a way that can be seen. Their words are in strings.en.js, under the same names.

import { DEFAULT } from './state.js';

const dense = (units) => ({ type: 'dense', units });
const relu = { type: 'relu' };
const mlp = (units, end) => [dense(units), relu, dense(units), relu, dense(end)];
const adam = (learning_rate) => ({ name: 'adam', learning_rate, momentum: 0.9, beta_1: 0.5, beta_2: 0.9 });
const sgd = (learning_rate) => ({ ...adam(learning_rate), name: 'sgd' });
const both = (generator, discriminator = generator) => ({ generator, discriminator });

const helvetica = {
  ...DEFAULT, generator: mlp(16, 2), discriminator: mlp(16, 1), optimizers: both(adam(0.002)),
};

/** Data far from where G begins: beyond D's boundary, where log(1 - D) is flat. */
const far = {
  ...DEFAULT,
  world: { name: 'drawn', points: [[-1, 1], [1, 1]], standard_deviation: 0.1 },
  generator: mlp(16, 2),
  discriminator: mlp(32, 1),
};

export const LESSONS = {
  start: DEFAULT,
  helvetica,
  minibatch: {
    ...helvetica,
    discriminator: [...mlp(16, 1).slice(0, -1), { type: 'minibatch_discrimination', kernels: 8, dimensions: 3 }, dense(1)],
  },
  too_strong: {
    ...far, objective: { name: 'minimax', number: 1 }, optimizers: both(sgd(0.001), adam(0.01)), turns: both(1, 5),
  },
  boundary: { ...far, objective: { name: 'least_squares' }, optimizers: both(adam(0.002)) },
  orbiting: {
    ...DEFAULT,
    world: { name: 'drawn', points: [[0.8, 0]], standard_deviation: 0.1 },
    generator: [dense(2)],
    discriminator: [dense(1)],
    optimizers: both(adam(0.01)),
  },
  empty: {
    ...DEFAULT,
    world: { name: 'digits' },
    z: { distribution: 'Uniform', dimension: 64 },
    generator: [dense(64), relu, dense(64), { type: 'reshape', height: 8, width: 8, channels: 1 }, { type: 'tanh' }],
    discriminator: [{ type: 'flatten' }, dense(128), relu, dense(1)],
    objective: { name: 'minimax', number: 1 },
    optimizers: both(sgd(0.05), adam(0.002)),
    turns: both(1, 5),
    batch_size: 32,
  },
};
