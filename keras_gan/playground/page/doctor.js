// The doctor's table: symptoms, tests and thresholds of keras_gan/doctor/verdicts.py, in its order, each with its remedy
// as a change of the state. tests/playground compares the two tables.

const RECENT = 5;

const STATISTICS = {
  recent: (values) => {
    const last = values.slice(-RECENT).sort((a, b) => a - b);
    const middle = last.length >> 1;
    return last.length % 2 ? last[middle] : (last[middle - 1] + last[middle]) / 2;
  },
  latest: (values) => values.at(-1),
  largest: (values) => Math.max(...values),
  often_below: (values, limit) => share(values, (value) => value < limit),
  often_above: (values, limit) => share(values, (value) => value > limit),
};

function share(values, beyond) {
  const half = values.slice(values.length >> 1);
  return half.filter(beyond).length / half.length;
}

/** [quantity, statistic, sign, threshold, {limit, least}]. */
export const SYMPTOMS = {
  not_finite: { tests: [['non_finite', 'latest', '>', 0]] },
  exploding: { tests: [['largest_loss', 'recent', '>', 50]] },
  frozen: { tests: [['movement', 'largest', '<', 1e-3, { least: 3 }]] },
  constant_output: { tests: [['diversity', 'recent', '<', 0.05]] },
  few_modes: {
    tests: [['modes', 'recent', '<', 0.5], ['diversity', 'recent', '>', 0.05], ['movement', 'largest', '>', 1e-3]],
    unless: ['frozen', 'constant_output'],
  },
  discriminator_too_strong: {
    tests: [['separation', 'recent', '>', 0.995], ['discriminator_error', 'recent', '<', 0.02]],
  },
  discriminator_overfits: { tests: [['held_out_separation', 'recent', '>', 0.9]] },
  orbiting: {
    tests: [['separation', 'often_below', '>', 0.15, { limit: 0.35, least: 8 }],
      ['separation', 'often_above', '>', 0.15, { limit: 0.65, least: 8 }]],
  },
  saturated_output: { tests: [['saturation', 'recent', '>', 0.2]] },
  checker_artefacts: { tests: [['checker', 'recent', '>', 5], ['checker_share', 'recent', '>', 0.01]] },
};

function value(records, [quantity, statistic, , , { limit, least = 1 } = {}]) {
  const values = records.map((record) => record[quantity]).filter((number) => number !== undefined);
  return values.length >= least ? STATISTICS[statistic](values, limit) : undefined;
}

function holds(records, test) {
  const number = value(records, test);
  return number !== undefined && (test[2] === '>' ? number > test[3] : number < test[3]);
}

/** [{name, evidence: {quantity: number}}] of what holds now. records: measurements, oldest first. */
export function diagnose(records) {
  const found = [];
  const names = () => found.map(({ name }) => name);
  for (const [name, { tests, unless = [] }] of Object.entries(SYMPTOMS)) {
    if (!records.length || names().includes('not_finite') || unless.some((other) => names().includes(other))) continue;
    if (tests.every((test) => holds(records, test))) {
      found.push({ name, evidence: Object.fromEntries(tests.map((test) => [test[0], value(records, test)])) });
    }
  }
  return found;
}

const rates = (state, factors) => ({
  ...state,
  optimizers: Object.fromEntries(Object.entries(state.optimizers).map(([player, optimizer]) => [
    player, { ...optimizer, learning_rate: optimizer.learning_rate * (factors[player] ?? 1) }])),
});
const slower = (state) => rates(state, { generator: 0.1, discriminator: 0.1 });

/** A layer before D's last one, unless there is one of its type. */
function withLayer(state, layer) {
  const layers = state.discriminator;
  if (layers.some(({ type }) => type === layer.type)) return state;
  return { ...state, discriminator: [...layers.slice(0, -1), layer, ...layers.slice(-1)] };
}

/** A batch norm after each layer of G with weights but the last. */
function normalised(state) {
  const { generator } = state;
  const weighed = ({ type }) => ['dense', 'conv2d', 'conv2d_transpose'].includes(type);
  const last = generator.findLastIndex(weighed);
  const layers = generator.flatMap((layer, i) => (weighed(layer) && i !== last && generator[i + 1]?.type !== 'batch_normalization'
    ? [layer, { type: 'batch_normalization', momentum: 0.9 }] : [layer]));
  return { ...state, generator: layers, z: { ...state.z, dimension: Math.max(state.z.dimension, 8) } };
}

const adam = { name: 'adam', learning_rate: 0.002, momentum: 0.9, beta_1: 0.5, beta_2: 0.9 };

/** symptom -> a state without it, one hopes. */
export const REMEDIES = {
  not_finite: slower,
  exploding: slower,
  frozen: (state) => ({ ...state, optimizers: { generator: adam, discriminator: adam } }),
  constant_output: normalised,
  few_modes: (state) => withLayer(
    ['r1', 'relativistic', 'wasserstein_penalty'].includes(state.objective.name)
      ? { ...state, objective: { name: 'non_saturating', number: 1 } } : state,
    { type: 'minibatch_discrimination', kernels: 8, dimensions: 3 }),
  discriminator_too_strong: (state) => rates(
    { ...state, objective: { name: 'non_saturating', number: 1 } }, { discriminator: 0.25 }),
  discriminator_overfits: (state) => withLayer(state, { type: 'dropout', rate: 0.4 }),
  orbiting: (state) => ({
    ...state,
    objective: { name: 'r1', number: 1 },
    discriminator: state.discriminator.filter(({ type }) => !['minibatch_discrimination', 'batch_normalization'].includes(type)),
  }),
  saturated_output: (state) => rates(state, { generator: 0.25 }),
  checker_artefacts: (state) => ({
    ...state,
    generator: state.generator.map((layer) => (layer.type === 'conv2d_transpose'
      ? { ...layer, kernel_size: layer.strides * Math.max(1, Math.round(layer.kernel_size / layer.strides)) } : layer)),
  }),
};
