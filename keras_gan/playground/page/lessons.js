// Lessons: states that fail or work in a way that can be seen. Their words are in strings.en.js, under the same names.

import { encode } from './arrays.js';
import { withWorld } from './recipes.js';
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

/** Data far from where G begins, and a D with eight turns for each one of G: it is sure before G has moved. */
const too_strong = {
  ...DEFAULT,
  world: { name: 'drawn', points: [[-1.2, 1.2], [1.2, 1.2]], standard_deviation: 0.1 },
  generator: mlp(16, 2),
  discriminator: mlp(32, 1),
  objective: { name: 'minimax', number: 1 },
  optimizers: both(sgd(0.002), adam(0.01)),
  turns: both(1, 8),
};

/** A layer that starts with these numbers, for a run of SGD, which keeps nothing else. */
const begun = (...arrays) => ({ arrays: arrays.map((numbers) => encode(Float32Array.from(numbers))), slots: [[], []], updates: 0 });

/** D is a slope that does not move, 2x + 2.2: 1 at the data, and 4.6 where the fakes are, beyond them. */
const beyond = {
  ...DEFAULT,
  world: { name: 'drawn', points: [[-0.6, 0]], standard_deviation: 0.1 },
  generator: [dense(2)],
  discriminator: [dense(1)],
  optimizers: both(sgd(0.02)),
  turns: both(1, 0),
  weights: { generator: begun([0.1, 0, 0, 0.1], [1.2, 0]), discriminator: begun([2, 0], [2.2]) },
};

const orbiting = {
  ...DEFAULT,
  world: { name: 'drawn', points: [[0.8, 0]], standard_deviation: 0.1 },
  generator: [dense(2)],
  discriminator: [dense(1)],
  optimizers: both(adam(0.01)),
};

const empty = {
  ...DEFAULT,
  world: { name: 'digits' },
  z: { distribution: 'Uniform', dimension: 64 },
  generator: [dense(64), relu, dense(64), { type: 'reshape', height: 8, width: 8, channels: 1 }, { type: 'tanh' }],
  discriminator: [{ type: 'flatten' }, dense(128), relu, dense(1)],
  objective: { name: 'minimax', number: 1 },
  optimizers: both(sgd(0.05), adam(0.002)),
  turns: both(1, 5),
  batch_size: 32,
};

const non_saturating = { name: 'non_saturating', number: 1 };

/** What fails stands before what cures it, and the two differ in one setting. */
export const LESSONS = {
  start: DEFAULT,
  helvetica,
  minibatch: {
    ...helvetica,
    discriminator: [...mlp(16, 1).slice(0, -1), { type: 'minibatch_discrimination', kernels: 8, dimensions: 3 }, dense(1)],
  },
  too_strong,
  steep: { ...too_strong, objective: non_saturating },
  beyond,
  boundary: { ...beyond, objective: { name: 'least_squares' } },
  orbiting,
  settled: { ...orbiting, objective: { name: 'r1', number: 1 } },
  empty,
  filled: { ...empty, objective: non_saturating },
  mnist: withWorld(DEFAULT, 'mnist14'),
};
