// The adversarial step (Goodfellow et al. 2014, Algorithm 1): k turns of D, each on fresh data and fresh z, then those of
// G. A turn is: minibatch and z, the player's objective, its gradient, one update. All noise is a function of
// (seed, step, turn). run: {state, generator, discriminator, optimizers, data, steps}; see run.js.

/* global tf */

import { OBJECTIVES } from './objectives.js';
import { minibatch, source, STREAMS } from './random.js';

/** A whole step; -> {term: value} of both players' last turns. */
export function step(run) {
  const { turns } = run.state;
  const terms = {};
  for (let k = 0; k < turns.discriminator; k++) Object.assign(terms, turn(run, 'discriminator', k));
  for (let k = 0; k < turns.generator; k++) Object.assign(terms, turn(run, 'generator', turns.discriminator + k));
  run.steps++;
  return terms;
}

/** One turn of one player: its terms, and its weights moved. number: which turn of the step. */
export function turn(run, player, number) {
  return tf.tidy(() => {
    const { state, generator, discriminator } = run;
    const n = state.batch_size;
    const draws = (stream) => source(state.seed, stream, run.steps, number);
    const moved = { generator: [], discriminator: [] };
    const training = (name) => ({ uniform: dropouts, moved: moved[name] });
    const dropouts = draws(STREAMS.dropout);
    const real = tf.tensor(run.data.minibatch(draws(STREAMS.data), n), [n, ...run.data.shape]);
    const z = tf.tensor(minibatch(state.z, n, draws(STREAMS.z)), [n, state.z.dimension]);
    const generate = (weights) => generator.call(z, weights, training('generator'));
    const critic = (weights) => (x) => discriminator.call(x, weights, training('discriminator'));
    const epsilon = () => tf.tensor(Float32Array.from(draws(STREAMS.penalty)(n)), [n, ...run.data.shape.map(() => 1)]);

    const objective = OBJECTIVES[state.objective.name];
    const weights = { generator: generator.tensors(), discriminator: discriminator.tensors() };
    const made = player === 'discriminator' ? generate(weights.generator) : null; // D's gradient does not go through G
    const terms = (own) => {
      const fake = made ?? generate(own);
      const judge = critic(player === 'discriminator' ? own : weights.discriminator);
      const scores = both(judge, real, fake, discriminator.mixes);
      return objective[player](scores, state.objective.number, { real, fake, critic: judge, epsilon });
    };
    const values = update(run, player, weights[player], terms);
    generator.move(moved.generator);
    discriminator.move(moved.discriminator);
    return values;
  });
}

/** Scores of real and fake: in one pass where D judges samples one by one, in two where it compares within a batch. */
function both(critic, real, fake, mixes) {
  if (mixes) return { real: critic(real), fake: critic(fake) };
  const scores = critic(tf.concat([real, fake], 0));
  const [n] = real.shape;
  return { real: tf.slice(scores, [0, 0], [n, 1]), fake: tf.slice(scores, [n, 0], [n, 1]) };
}

/** The gradient of the sum of `terms(weights)` in the player's trainable weights, and one update; -> {term: value}. */
function update(run, player, tensors, terms) {
  const network = run[player];
  let named;
  const total = (...trainable) => {
    const all = [...tensors];
    network.trainable.forEach((index, i) => { all[index] = trainable[i]; });
    named = terms(all);
    Object.values(named).forEach(tf.keep); // beyond the tidy of the gradient, to be read
    return tf.addN(Object.values(named));
  };
  const { grads } = tf.valueAndGrads(total)(network.trainable.map((index) => tensors[index]));
  const arrays = network.trainable.map((index) => network.arrays[index]);
  const { optimizers, objective } = run.state;
  const slopes = grads.map((gradient) => gradient.dataSync());
  run.gradients[player] = Math.sqrt(slopes.reduce((sum, g) => g.reduce((s, x) => s + x * x, sum), 0));
  run.optimizers[player].apply(arrays, slopes, optimizers[player]);
  if (player === 'discriminator' && objective.name === 'wasserstein_clip') clip(arrays, objective.number);
  return Object.fromEntries(Object.entries(named).map(([name, value]) => {
    const [number] = value.dataSync();
    value.dispose();
    return [name, number];
  }));
}

/** w <- clip(w, -c, c) (Arjovsky et al. 2017, algorithm 1). */
function clip(arrays, c) {
  for (const w of arrays) for (let i = 0; i < w.length; i++) w[i] = Math.min(Math.max(w[i], -c), c);
}
