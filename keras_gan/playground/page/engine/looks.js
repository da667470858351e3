// What the views draw, as arrays: the worker makes them, the page paints them.

/* global tf */

import { onGrid } from './measures.js';
import { OBJECTIVES } from './objectives.js';
import { LOGITS, WIDTH } from './probe.js';
import { source, STREAMS } from './random.js';
import { picture } from './data.js';

export const HEAT = 48; // places along each side of the heat map
export const FOLD = 21; // lines of the manifold
const CURVE = 200; // points of the manifold of a z of one number
const POINTS = 400;
const ARROWS = 60;
const SHOWN = 24; // pictures

const numbers = (n) => Array.from({ length: n }, (_, i) => i);
const probability = (score) => 1 / (1 + Math.exp(-score));

/** Scores as D in (0, 1): a probability, or a critic's score relative to what it gives to real and fake. */
export function asShare(run, scores, around = scores) {
  if (LOGITS.includes(run.state.objective.name)) return Float32Array.from(scores, probability);
  const mean = around.reduce((a, b) => a + b, 0) / around.length;
  const spread = Math.sqrt(around.reduce((sum, a) => sum + (a - mean) ** 2, 0) / around.length) || 1;
  return Float32Array.from(scores, (score) => probability((2 * (score - mean)) / spread));
}

/** The real samples that a run shows, which stay the same. */
export function realOf(run) {
  const { data, state } = run;
  return data.minibatch(source(state.seed, STREAMS.views, 1), data.world ? POINTS : SHOWN);
}

/** Everything of a plane that is asked for: {fake, heat, optimal, manifold, arrows}. wanted: a Set. */
export function plane(run, real, wanted) {
  const { extent, centres, deviation } = run.data.world;
  const look = { fake: run.samples(numbers(POINTS)) };
  if (wanted.has('heat')) {
    const around = run.scores(join(real, look.fake), 2 * POINTS);
    look.heat = asShare(run, run.scores(places(HEAT, extent), HEAT * HEAT), around);
  }
  if (wanted.has('optimal')) {
    run.p ??= onGrid(centres, Math.hypot(deviation, WIDTH), HEAT, extent);
    const q = onGrid(run.samples(numbers(1000)), WIDTH, HEAT, extent);
    look.optimal = Float32Array.from(q, (value, i) => (run.p[i] + 1e-4) / (run.p[i] + value + 2e-4));
  }
  if (wanted.has('manifold')) look.manifold = manifold(run);
  if (wanted.has('arrows')) look.arrows = arrows(run, look.fake.subarray(0, 2 * ARROWS), real);
  return look;
}

function join(a, b) {
  const both = new Float32Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** Centres of the cells of a square, from the lower left, row by row. */
function places(side, extent) {
  const points = new Float32Array(2 * side * side);
  for (let i = 0; i < side * side; i++) {
    points[2 * i] = extent * ((2 * ((i % side) + 0.5)) / side - 1);
    points[2 * i + 1] = extent * ((2 * (Math.floor(i / side) + 0.5)) / side - 1);
  }
  return points;
}

/** G of a grid over the first two numbers of z (a line for one): FOLD * FOLD points, or CURVE along the line. */
function manifold(run) {
  const { dimension, distribution } = run.state.z;
  const reach = distribution === 'Normal' ? 2 : 1; // 95 % of a normal number
  const count = dimension === 1 ? CURVE : FOLD * FOLD;
  const z = new Float32Array(count * dimension);
  for (let i = 0; i < count; i++) {
    if (dimension === 1) z[i] = reach * ((2 * i) / (count - 1) - 1);
    else {
      z[i * dimension] = reach * ((2 * (i % FOLD)) / (FOLD - 1) - 1);
      z[i * dimension + 1] = reach * ((2 * Math.floor(i / FOLD)) / (FOLD - 1) - 1);
    }
  }
  return run.generator.answer(z, count);
}

/** Minus the slope of G's objective at each fake, relative to the largest: where G is pushed, [n * 2]. */
function arrows(run, fake, real) {
  const { discriminator, state } = run;
  const n = fake.length / 2;
  const objective = OBJECTIVES[state.objective.name];
  return tf.tidy(() => {
    const weights = discriminator.tensors();
    const scores = (x) => discriminator.call(x, weights);
    const judged = { real: scores(tf.tensor(real.subarray(0, 2 * n), [n, 2])) };
    const cost = (x) => tf.addN(Object.values(objective.generator({ ...judged, fake: scores(x) }, state.objective.number)));
    const slopes = tf.grad(cost)(tf.tensor(fake, [n, 2])).dataSync();
    return Float32Array.from(slopes, (slope) => -slope * n);
  });
}

/** {fake, verdicts of fakes, verdicts of the real ones, nearest: the pictures nearest to the fakes}. */
export function pictures(run, real) {
  const fake = run.samples(numbers(SHOWN));
  const scores = [run.scores(fake, SHOWN), run.scores(real, SHOWN)];
  const around = join(...scores);
  const near = run.neighbours(fake);
  const size = run.data.shape.reduce((a, b) => a * b, 1);
  const nearest = new Float32Array(SHOWN * size);
  near.forEach((index, i) => nearest.set(picture(run.data.pictures, index), i * size));
  const [verdicts, ofReal] = scores.map((own) => asShare(run, own, around));
  return { fake, verdicts, ofReal, nearest };
}

/** One sample on its way: what each layer gives, [{shape, values}], for G from z 0 and for D from a fake and a real. */
export function way(run, real) {
  return tf.tidy(() => {
    const size = run.data.shape.reduce((a, b) => a * b, 1);
    const through = (network, x) => {
      const seen = [];
      network.call(x, network.tensors(), null, seen);
      return seen.map((tensor) => ({ shape: tensor.shape.slice(1), values: tensor.dataSync() }));
    };
    const z = run.latents([0]);
    const made = through(run.generator, tf.tensor(z, [1, run.state.z.dimension]));
    const fake = made.at(-1).values;
    const judged = [fake, real.subarray(0, size)].map((x) => through(run.discriminator, tf.tensor(x, [1, ...run.data.shape])));
    const verdicts = asShare(run, judged.map((layers) => layers.at(-1).values[0]));
    return { z, generator: made, discriminator: judged[0], verdicts, shape: run.data.shape };
  });
}
