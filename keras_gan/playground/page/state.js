// The state of a session: ONE plain JSON object, which the link, undo, files, lessons and keras_gan.playground share.
// What comes from outside (a link, a file) is checked here, field by field, before anything is made of it.

import { decode } from './arrays.js';
import { LAYERS, shapesOf, weightsOf, withDefaults } from './shapes.js';
import { say, strings } from './strings.en.js';
import { WORLDS } from './worlds.js';

export const SCHEMA = 1;

/** Pictures beside the page: name -> shape. */
export const PICTURES = { digits: [8, 8, 1], mnist14: [14, 14, 1], mnist28: [28, 28, 1], faces: [16, 16, 3] };

/** Objectives and the range of the number that each takes, if any, with its default. */
export const NUMBERS = {
  minimax: [1, 0.5, 1], non_saturating: [1, 0.5, 1], r1: [1, 0, 100], least_squares: null,
  wasserstein_clip: [0.1, 0.001, 1], wasserstein_penalty: [0.1, 0, 100], hinge: null, relativistic: [0.1, 0, 100],
};
export const RULES = ['sgd', 'momentum', 'rmsprop', 'adam'];
export const PLAYERS = ['generator', 'discriminator'];
const POINTS = 4000; // of a drawing

const adam = (rate) => ({ name: 'adam', learning_rate: rate, momentum: 0.9, beta_1: 0.5, beta_2: 0.9 });
const dense = (units) => ({ type: 'dense', units });

export const DEFAULT = {
  schema: SCHEMA,
  world: { name: 'ring', standard_deviation: 0.05 },
  seed: 1,
  z: { distribution: 'Normal', dimension: 2 },
  generator: [dense(64), { type: 'relu' }, dense(64), { type: 'relu' }, dense(2)],
  discriminator: [dense(64), { type: 'relu' }, dense(64), { type: 'relu' }, dense(1)],
  objective: { name: 'non_saturating', number: 1 },
  optimizers: { generator: adam(0.001), discriminator: adam(0.001) },
  turns: { generator: 1, discriminator: 1 },
  batch_size: 150,
  steps: 0,
  views: ['heat', 'realPoints', 'fakePoints', 'arrows'],
};
export const VIEWS = ['heat', 'optimal', 'manifold', 'arrows', 'realPoints', 'fakePoints'];

export const isPlane = (state) => state.world.name in WORLDS;
export const shapeOf = (state) => (isPlane(state) ? [2] : PICTURES[state.world.name]);
export const inputOf = (state, player) => (player === 'generator' ? [state.z.dimension] : shapeOf(state));
export const outputOf = (state, player) => (player === 'generator' ? shapeOf(state) : [1]);

class Refused extends Error {}

const refuse = (field, value) => { throw new Refused(say(strings.troubles.field, { field, value: JSON.stringify(value) })); };
const pick = (field, value, known) => (known.includes(value) ? value : refuse(field, value));

function number(field, value, least, most, whole = false) {
  const fits = typeof value === 'number' && value >= least && value <= most && (!whole || Number.isInteger(value));
  return fits ? value : refuse(field, value);
}

function object(field, value) {
  return value && typeof value === 'object' && !Array.isArray(value) ? value : refuse(field, value);
}

function list(field, value, most) {
  return Array.isArray(value) && value.length <= most ? value : refuse(field, Array.isArray(value) ? value.length : value);
}

/** A state that may be run, or an Error that says in one sentence why not. */
export function checked(given) {
  const from = object('the file', given);
  if (from.schema !== SCHEMA) throw new Refused(say(strings.troubles.schema, { schema: JSON.stringify(from.schema) }));
  const state = {
    schema: SCHEMA,
    world: checkedWorld(object('world', from.world)),
    seed: number('seed', from.seed, 0, 2 ** 31 - 1, true),
    z: {
      distribution: pick('z.distribution', object('z', from.z).distribution, ['Normal', 'Uniform']),
      dimension: number('z.dimension', from.z.dimension, 1, 512, true),
    },
    generator: checkedLayers('generator', from.generator),
    discriminator: checkedLayers('discriminator', from.discriminator),
    objective: checkedObjective(object('objective', from.objective)),
    optimizers: checkedPlayers('optimizers', from.optimizers, checkedOptimizer),
    turns: checkedPlayers('turns', from.turns, (field, turns) => number(field, turns, 0, 10, true)),
    batch_size: number('batch_size', from.batch_size, 2, 512, true),
    steps: number('steps', from.steps ?? 0, 0, 2 ** 31 - 1, true),
    views: list('views', from.views ?? DEFAULT.views, 10).map((view) => pick('views', view, VIEWS)),
  };
  return from.weights ? { ...state, weights: checkedPlayers('weights', from.weights, checkedWeights(state)) } : state;
}

function checkedWorld(from) {
  const name = pick('world.name', from.name, [...Object.keys(WORLDS), ...Object.keys(PICTURES)]);
  const world = { name };
  for (const key of Object.keys(WORLDS[name]?.defaults ?? {})) {
    if (!(key in from)) continue;
    if (key === 'points') {
      const points = list('world.points', from.points, POINTS);
      if (!points.length) refuse('world.points', []);
      world.points = points.map((point) => list('world.points', point, 2).map((x) => number('world.points', x, -2, 2)));
      if (world.points.some((point) => point.length !== 2)) refuse('world.points', from.points.length);
    } else world[key] = number(`world.${key}`, from[key], key === 'count' || key === 'side' ? 1 : 1e-3, 25);
  }
  return world;
}

/** quiet layers belong to pretrained generators, which are sampled and not trained. */
const checkedLayers = (field, from, known = Object.keys(LAYERS).filter((type) => !LAYERS[type].quiet)) => list(field, from, 40).map((layer) => {
  const { type } = object(field, layer);
  const { takes } = LAYERS[pick(`${field}.type`, type, known)];
  const whole = withDefaults(layer);
  for (const [name, { least, most, whole: integer }] of Object.entries(takes)) {
    number(`${field}.${type}.${name}`, whole[name], least, most, integer);
  }
  return whole;
});

function checkedObjective({ name, number: value }) {
  const range = NUMBERS[pick('objective.name', name, Object.keys(NUMBERS))];
  return range ? { name, number: number('objective.number', value ?? range[0], range[1], range[2]) } : { name };
}

const checkedPlayers = (field, from, check) => Object.fromEntries(PLAYERS.map((player) => [
  player, check(`${field}.${player}`, object(field, from)[player])]));

const checkedOptimizer = (field, from) => ({
  name: pick(`${field}.name`, object(field, from).name, RULES),
  learning_rate: number(`${field}.learning_rate`, from.learning_rate, 0, 10),
  momentum: number(`${field}.momentum`, from.momentum ?? 0.9, 0, 0.999),
  beta_1: number(`${field}.beta_1`, from.beta_1 ?? 0.5, 0, 0.999),
  beta_2: number(`${field}.beta_2`, from.beta_2 ?? 0.9, 0, 0.9999),
});

/** Arrays as long as the nets' weights, and slots as long as the trainable ones. */
const checkedWeights = (state) => (field, from) => {
  const player = field.split('.')[1];
  const weights = weightsOf(state[player], inputOf(state, player));
  const fits = (text, { size }) => typeof text === 'string' && text.length < 1 << 27 && decode(text).length === size;
  const arrays = list(field, object(field, from).arrays, 200);
  const trainable = weights.filter((weight) => weight.trainable);
  const slots = list(field, from.slots, 200);
  const right = arrays.length === weights.length && arrays.every((text, i) => fits(text, weights[i]))
    && slots.length === trainable.length
    && slots.every((of, i) => list(field, of, 2).every((text) => fits(text, trainable[i])));
  if (!right) throw new Refused(strings.troubles.weights);
  return { arrays, slots, updates: number(`${field}.updates`, from.updates, 0, 2 ** 31 - 1, true) };
};

/** A pretrained generator: {z, generator, arrays, values}, as keras_gan.playground exports it. */
export function checkedPretrained(from) {
  const generator = checkedLayers('generator', object('the file', from).generator, Object.keys(LAYERS));
  const { distribution, dimension, low = -1, high = 1 } = object('z', from.z);
  const z = {
    distribution: pick('z.distribution', distribution, ['Normal', 'Uniform', 'Stratified']),
    dimension: number('z.dimension', dimension, 1, 4096, true), low: number('z.low', low, -100, 100), high: number('z.high', high, -100, 100),
  };
  const weights = weightsOf(generator, [z.dimension]);
  const arrays = list('arrays', from.arrays, 200).map(decode);
  if (arrays.length !== weights.length || arrays.some((array, i) => array.length !== weights[i].size)) throw new Refused(strings.troubles.weights);
  const values = object('values', from.values);
  for (const [name, names] of Object.entries(values)) {
    list(`values.${name}`, names, 1000).forEach((one) => (typeof one === 'string' ? one : refuse(`values.${name}`, one)));
  }
  return { generator, z, arrays, values, shape: shapesOf(generator, [z.dimension]).at(-1).shape };
}

/** The state without weights, at step 0: where a run begins. */
export function fresh(state) {
  const { weights, ...rest } = state;
  return { ...rest, steps: 0 };
}
