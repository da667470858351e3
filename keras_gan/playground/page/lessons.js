// Lessons: states that fail or work in a way that can be seen, each with a paragraph, and what to do about it.

import { DEFAULT } from './state.js';

const dense = (units) => ({ type: 'dense', units });
const relu = { type: 'relu' };
const mlp = (units, depth, end) => [...Array.from({ length: depth }, () => [dense(units), relu]).flat(), dense(end)];
const adam = (learning_rate, beta_1 = 0.5) => ({ name: 'adam', learning_rate, momentum: 0.9, beta_1, beta_2: 0.9 });
const sgd = (learning_rate) => ({ ...adam(learning_rate), name: 'sgd' });

/** name -> a state. Their words are in strings.en.js, under the same names. */
export const LESSONS = {
  start: DEFAULT,
};
