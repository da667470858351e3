// One net as a column of blocks: each layer with its arguments, the shape of what it gives, and how it may be changed.
// In slow motion and single turns a block also shows what is in it.

import { choice, el, number } from '../dom.js';
import { explained } from '../help.js';
import { inputOf, outputOf } from '../state.js';
import { LAYERS, shapesOf, troubleOf, weightsOf, withDefaults } from '../shapes.js';
import { say, strings } from '../strings.en.js';
import { paintNumbers } from '../views/way.js';

const t = strings.nets;
const named = (layer) => strings.layers[layer.type][0];

export class Net {
  /** player: 'generator' or 'discriminator'. change(layers): another net. */
  constructor(player, change) {
    this.player = player;
    this.change = change;
    this.element = el('section', { class: `card net ${player}`, 'aria-label': strings.players[player] });
  }

  show(state) {
    const layers = state[this.player];
    const input = inputOf(state, this.player);
    const shapes = shapesOf(layers, input);
    const trouble = troubleOf(layers, input, outputOf(state, this.player), this.player);
    const count = trouble ? 0 : weightsOf(layers, input).reduce((sum, { size }) => sum + size, 0);
    this.blocks = layers.map((layer, i) => this.block(layers, layer, i, shapes[i]));
    this.trouble = trouble;
    const ends = (words, shape) => el('div', { class: 'end' }, el('span', {}, words), el('span', { class: 'shape' }, shape));
    this.element.replaceChildren(
      el('h2', {}, strings.players[this.player], el('span', { class: 'soft count' }, say(t.weights, { count: count.toLocaleString('en') }))),
      el('p', { class: 'soft small' }, t[`${this.player}Hint`]),
      ends(t.input[this.player], input.join(' × ')),
      el('ol', { class: 'blocks' }, this.blocks),
      ends(t.output[this.player], outputOf(state, this.player).join(' × ')),
      this.adder(layers),
      el('p', { class: 'trouble', role: 'alert' }, trouble ?? ''));
  }

  block(layers, layer, i, found) {
    const name = named(layer);
    const small = (action, text, act, disabled) => el('button', {
      type: 'button', class: 'tiny', 'aria-label': say(t[action], { layer: name }), help: t[`${action}Hint`], disabled, onclick: act,
    }, text);
    const swapped = (a, b) => layers.map((other, j) => (j === a ? layers[b] : j === b ? layers[a] : other));
    const inputs = Object.entries(LAYERS[layer.type].takes).filter(([, { quiet }]) => !quiet).map(([key, range]) => el('label', { class: 'argument' },
      el('span', {}, strings.arguments[key][0]),
      explained(number(layer[key], { ...range, step: range.whole ? 1 : 'any' },
        (value) => this.change(layers.map((other, j) => (j === i ? { ...layer, [key]: value } : other)))),
      strings.arguments[key][1])));
    const canvas = el('canvas', { class: 'inside', 'aria-hidden': 'true', hidden: true });
    return el('li', { class: `block ${found?.trouble ? 'wrong' : ''}`, 'data-layer': layer.type },
      el('div', { class: 'row' }, el('span', { class: 'name', help: strings.layers[layer.type][1] }, name),
        el('span', { class: 'shape' }, found?.shape?.join(' × ') ?? '?'),
        el('div', { class: 'edit' },
          small('up', '↑', () => this.change(swapped(i, i - 1)), i === 0),
          small('down', '↓', () => this.change(swapped(i, i + 1)), i === layers.length - 1),
          small('remove', '×', () => this.change(layers.filter((_, j) => j !== i))))),
      inputs.length ? el('div', { class: 'arguments' }, inputs) : null,
      canvas);
  }

  /** A list of all layers; one that is chosen goes before the last that has weights. */
  adder(layers) {
    const options = Object.fromEntries(Object.keys(LAYERS).filter((type) => !LAYERS[type].quiet).map((type) => [type, strings.layers[type][0]]));
    const select = choice({ '': t.add, ...options }, '', (type) => {
      if (!type) return;
      const last = layers.findLastIndex((layer) => LAYERS[layer.type].weights);
      const at = last < 0 ? layers.length : last;
      this.change([...layers.slice(0, at), withDefaults({ type }), ...layers.slice(at)]);
    });
    select.setAttribute('aria-label', `${t.add}: ${strings.players[this.player]}`);
    select.dataset.control = 'add';
    return explained(select, t.addHint);
  }

  /** What is in each block: [{shape, values}]; null: nothing. upTo: how many blocks are reached. */
  inside(layers, upTo = Infinity) {
    this.blocks?.forEach((block, i) => {
      const canvas = block.querySelector('.inside');
      canvas.hidden = !layers || i >= upTo;
      block.classList.toggle('lit', Boolean(layers) && i < upTo);
      if (!canvas.hidden) paintNumbers(canvas, layers[i]);
    });
  }
}
