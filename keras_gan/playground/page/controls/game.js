// The game: objective and its number; each player's optimiser, learning rate and turns, which may change while it runs.

import { choice, el, field, number } from '../dom.js';
import { mixesSamples, troubleOf } from '../shapes.js';
import { NUMBERS, PLAYERS, RULES, inputOf, outputOf } from '../state.js';
import { strings } from '../strings.en.js';

const [o, p] = [strings.objectives, strings.optimizers];
const APART = ['r1', 'wasserstein_penalty', 'relativistic']; // objectives that judge samples one by one

/** Why a state's objective cannot be played by its nets, or null. */
const troubleOfGame = ({ objective, discriminator }) => (
  APART.includes(objective.name) && mixesSamples(discriminator) ? o.mixes : null);

/** Why a state cannot be trained, its nets or its objective, or null. */
export const whyNot = (state) => PLAYERS
  .map((player) => troubleOf(state[player], inputOf(state, player), outputOf(state, player), player))
  .find(Boolean) ?? troubleOfGame(state);

export class Game {
  /** change(state): from the start; adjust(state): at once, in the same run. */
  constructor(change, adjust) {
    this.change = change;
    this.adjust = adjust;
    this.element = el('section', { class: 'card', 'aria-label': strings.sections.game });
  }

  show(state) {
    const { name, number: value } = state.objective;
    const objectives = Object.fromEntries(Object.keys(NUMBERS).map((key) => [key, o[key][0]]));
    const pick = choice(objectives, name, (next) => this.change({
      ...state, objective: NUMBERS[next] ? { name: next, number: NUMBERS[next][0] } : { name: next } }));
    const parts = [field(o.label, pick, o.hint)];
    if (NUMBERS[name]) {
      const [, least, most] = NUMBERS[name];
      parts.push(field(o.numbers[name], number(value, { least, most },
        (next) => this.adjust({ ...state, objective: { name, number: next } })), o.numberHints[name]));
    }
    this.element.replaceChildren(el('h2', {}, strings.sections.game), el('div', { class: 'fields' }, parts),
      el('p', { class: 'soft small' }, o[name][1]), el('p', { class: 'trouble', role: 'alert' }, troubleOfGame(state) ?? ''),
      ...PLAYERS.map((player) => this.player(state, player)));
  }

  player(state, player) {
    const settings = state.optimizers[player];
    const withSettings = (changed) => ({
      ...state, optimizers: { ...state.optimizers, [player]: { ...settings, ...changed } } });
    const live = (key, least, most) => number(settings[key], { least, most }, (value) => this.adjust(withSettings({ [key]: value })));
    const rules = Object.fromEntries(RULES.map((name) => [name, p[name]]));
    const parts = [
      field(p.label, choice(rules, settings.name, (name) => this.change(withSettings({ name }))), p.hint),
      field(p.learning_rate, live('learning_rate', 0, 10), p.rateHint)];
    if (settings.name === 'momentum') parts.push(field(p.momentumLabel, live('momentum', 0, 0.999), p.momentumHint));
    if (settings.name === 'adam') {
      parts.push(field(p.beta_1, live('beta_1', 0, 0.999), p.beta_1Hint), field(p.beta_2, live('beta_2', 0, 0.9999), p.beta_2Hint));
    }
    parts.push(field(p.turns, number(state.turns[player], { least: 0, most: 10, step: 1 },
      (turns) => this.adjust({ ...state, turns: { ...state.turns, [player]: turns } })), p.turnsHint));
    return el('fieldset', { class: player }, el('legend', {}, strings.players[player]), el('div', { class: 'fields' }, parts));
  }
}
