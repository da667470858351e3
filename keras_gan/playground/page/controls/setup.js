// The world, its noise and its drawing; z; the batch size.

import { choice, el, field, number } from '../dom.js';
import { PICTURES, isPlane } from '../state.js';
import { strings } from '../strings.en.js';
import { WORLDS } from '../worlds.js';

const t = strings.worlds;

export class Setup {
  /** change(state): another state, from the start. clear(): the drawing is to be empty. missing: {picture: why not}. */
  constructor(change, clear) {
    this.change = change;
    this.clear = clear;
    this.element = el('section', { class: 'card', 'aria-label': strings.sections.data });
  }

  show(state, missing = {}) {
    const named = (names) => Object.fromEntries(names.map((name) => [name, t[name]]));
    const worlds = choice({ [t.points]: named(Object.keys(WORLDS)), [t.pictures]: named(Object.keys(PICTURES)) },
      state.world.name, (name) => this.change(withWorld(state, name)));
    const parts = [field(t.label, worlds, t.hint)];
    for (const option of worlds.querySelectorAll('option')) option.disabled = option.value in missing;
    if (isPlane(state)) parts.push(...this.ofPlane(state));
    else {
      parts.push(field(t.batch, number(state.batch_size, { least: 2, most: 512, step: 1 },
        (size) => this.change({ ...state, batch_size: size })), t.batchHint));
    }
    parts.push(...Object.entries(missing).map(([name, why]) => el('p', { class: 'soft small' },
      t.missing.replace('{name}', t[name]).replace('{why}', why))));
    this.element.replaceChildren(el('h2', {}, strings.sections.data), el('div', { class: 'fields' }, ...parts),
      el('h2', {}, strings.sections.noise), el('div', { class: 'fields' }, ...this.noise(state)));
  }

  ofPlane(state) {
    const { world } = state;
    const key = world.name === 'swiss_roll' ? 'noise' : 'standard_deviation';
    const set = (value) => this.change({ ...state, world: { ...world, [key]: value } });
    const now = Number((world[key] ?? WORLDS[world.name].defaults[key]).toPrecision(3));
    const parts = [
      field(t.width, number(now, { least: 0.001, most: 1, step: 'any' }, set), t.widthHint),
      field(t.batch, number(state.batch_size, { least: 2, most: 512, step: 1 },
        (size) => this.change({ ...state, batch_size: size })), t.batchHint)];
    if (world.name === 'drawn') {
      parts.push(el('p', { class: 'soft small' }, t.draw),
        el('button', { type: 'button', class: 'quiet', help: t.clearHint, onclick: this.clear, 'data-control': 'clear' }, t.clear));
    }
    return parts;
  }

  noise(state) {
    const n = strings.noise;
    const set = (z) => this.change({ ...state, z: { ...state.z, ...z } });
    return [
      field(n.dimension, number(state.z.dimension, { least: 1, most: 512, step: 1 }, (dimension) => set({ dimension })),
        n.dimensionHint),
      field(n.distribution, choice({ Normal: n.Normal, Uniform: n.Uniform }, state.z.distribution,
        (distribution) => set({ distribution })), n.distributionHint)];
  }
}

const layer = (type, rest = {}) => ({ type, ...rest });
const dense = (units) => layer('dense', { units });
const leaky = layer('leaky_relu', { negative_slope: 0.2 });

/** Nets that are known to work for the pictures of a world: convolutions, from a quarter of the side. */
function netsFor([h, w, c]) {
  const [rows, columns] = [h, w].map((side) => Math.ceil(side / 2));
  return {
    generator: [dense(rows * columns * 16), layer('batch_normalization', { momentum: 0.9 }), layer('relu'),
      layer('reshape', { height: rows, width: columns, channels: 16 }),
      layer('conv2d_transpose', { filters: 16, kernel_size: 4, strides: 2 }),
      layer('batch_normalization', { momentum: 0.9 }), layer('relu'),
      layer('conv2d', { filters: c, kernel_size: 3, strides: 1 }), layer('tanh')],
    discriminator: [layer('conv2d', { filters: 16, kernel_size: 4, strides: 2 }), leaky,
      layer('conv2d', { filters: 32, kernel_size: 4, strides: 2 }), leaky, layer('dropout', { rate: 0.3 }),
      layer('flatten'), dense(1)],
  };
}

/** The state with another world: nets and batch stay where they fit, and become fitting ones where they cannot. */
export function withWorld(state, name) {
  const world = { name };
  if (name === 'ring') world.standard_deviation = 0.05;
  const plane = name in WORLDS;
  if (plane && isPlane(state)) return { ...state, world };
  if (plane) {
    const hidden = [dense(16), layer('relu'), dense(16), layer('relu')];
    return { ...state, world, batch_size: 150, z: { ...state.z, dimension: 2 },
      generator: [...hidden, dense(2)], discriminator: [...hidden, dense(1)] };
  }
  return { ...state, world, batch_size: 32, z: { distribution: 'Normal', dimension: 32 }, ...netsFor(PICTURES[name]) };
}
