// Updates of plain arrays, as Keras does them; in the state {name, learning_rate, momentum, beta_1, beta_2}.
// A rule gets one weight w, its gradient g and its slots (arrays like w, from 0), and t, the number of this update.

const sgd = {
  slots: 0,
  update: (w, g, _, { learning_rate: rate }) => {
    for (let i = 0; i < w.length; i++) w[i] -= rate * g[i];
  },
};

const momentum = {
  slots: 1,
  update: (w, g, [v], { learning_rate: rate, momentum: kept }) => {
    for (let i = 0; i < w.length; i++) {
      v[i] = kept * v[i] - rate * g[i];
      w[i] += v[i];
    }
  },
};

/** With torch's numbers (keras_gan.optimizers.torch_rmsprop). */
const rmsprop = {
  slots: 1,
  update: (w, g, [v], { learning_rate: rate }) => {
    for (let i = 0; i < w.length; i++) {
      v[i] = 0.99 * v[i] + 0.01 * g[i] * g[i];
      w[i] -= (rate * g[i]) / Math.sqrt(v[i] + 1e-16);
    }
  },
};

const adam = {
  slots: 2,
  update: (w, g, [m, v], { learning_rate, beta_1: b1, beta_2: b2 }, t) => {
    const rate = (learning_rate * Math.sqrt(1 - b2 ** t)) / (1 - b1 ** t);
    for (let i = 0; i < w.length; i++) {
      m[i] += (1 - b1) * (g[i] - m[i]);
      v[i] += (1 - b2) * (g[i] * g[i] - v[i]);
      w[i] -= (rate * m[i]) / (Math.sqrt(v[i]) + 1e-7);
    }
  },
};

const RULES = { sgd, momentum, rmsprop, adam };

export class Optimizer {
  /** name of a rule; weights: the arrays that it will update. kept: {updates, slots} of a saved run. */
  constructor(name, weights, kept = null) {
    this.rule = RULES[name];
    this.updates = kept?.updates ?? 0;
    this.slots = kept?.slots ?? weights.map((w) => Array.from({ length: this.rule.slots }, () => new Float32Array(w.length)));
  }

  /** Moves each weight by its gradient; settings as they are now, so that they can change while it runs. */
  apply(weights, gradients, settings) {
    this.updates++;
    weights.forEach((w, i) => this.rule.update(w, gradients[i], this.slots[i], settings, this.updates));
  }
}
