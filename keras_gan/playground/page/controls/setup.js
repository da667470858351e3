// The world, its noise and its drawing; z; the batch size.

import { choice, el, field, number } from '../dom.js';
import { withWorld } from '../recipes.js';
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
    if (isPlane(state)) parts.push(this.width(state));
    parts.push(field(t.batch, number(state.batch_size, { least: 2, most: 512, step: 1 },
      (size) => this.change({ ...state, batch_size: size })), t.batchHint));
    if (state.world.name === 'drawn') {
      parts.push(el('p', { class: 'soft small' }, t.draw),
        el('button', { type: 'button', class: 'quiet', help: t.clearHint, onclick: this.clear, 'data-control': 'clear' }, t.clear));
    }
    parts.push(...Object.entries(missing).map(([name, why]) => el('p', { class: 'soft small' },
      t.missing.replace('{name}', t[name]).replace('{why}', why))));
    this.element.replaceChildren(el('h2', {}, strings.sections.data), el('div', { class: 'fields' }, ...parts),
      el('h2', {}, strings.sections.noise), el('div', { class: 'fields' }, ...this.noise(state)));
  }

  /** How far the points of a world lie from its line or its centres. */
  width(state) {
    const { world } = state;
    const key = world.name === 'swiss_roll' ? 'noise' : 'standard_deviation';
    const set = (value) => this.change({ ...state, world: { ...world, [key]: value } });
    const now = Number((world[key] ?? WORLDS[world.name].defaults[key]).toPrecision(3));
    return field(t.width, number(now, { least: 0.001, most: 1, step: 'any' }, set), t.widthHint);
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
