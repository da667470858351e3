// Pretrained generators of the library: numbered images, truncation, a walk through z, the class.

import { choice, el, field, number } from '../dom.js';
import { checkedPretrained } from '../state.js';
import { say, strings } from '../strings.en.js';
import { paintPictures } from '../views/pictures.js';
import { paintCloud } from '../views/plane.js';

const t = strings.pretrained;
const SHOWN = 24;
const CLOUD = 600;

export class Pretrained {
  /** engine(): the worker's side, which opens and samples. */
  constructor(engine) {
    this.engine = engine;
    this.canvas = el('canvas', { class: 'pictures', role: 'img', hidden: true, 'aria-label': t.label });
    this.words = el('p', { class: 'soft small', role: 'status' });
    this.controls = el('div', { class: 'fields' });
    this.element = el('section', { class: 'card pretrained', 'aria-label': strings.sections.pretrained, hidden: true });
    this.values = { seed: 0, truncation: 1, walk: 0, label: {} };
  }

  /** Asks which there are; without any the card says where they are to be had. */
  async begin() {
    let names = [];
    try {
      names = await (await fetch('pretrained/index.json')).json();
    } catch { /* a folder of files without them */ }
    const head = el('h2', {}, strings.sections.pretrained);
    this.element.hidden = false;
    if (!names.length) {
      this.element.replaceChildren(head, el('p', { class: 'soft small' }, t.unavailable));
      return;
    }
    const pick = choice({ '': t.none, ...Object.fromEntries(names.map((name) => [name, name])) }, '', (name) => this.open(name));
    pick.dataset.control = 'pretrained';
    this.element.replaceChildren(head, el('div', { class: 'fields whole' }, field(t.label, pick, t.hint)), this.controls, this.canvas, this.words);
  }

  async open(name) {
    this.model = null;
    this.controls.replaceChildren();
    this.canvas.hidden = true;
    if (!name) return;
    try {
      this.words.textContent = say(strings.worlds.loading, { name });
      const answer = await fetch(`pretrained/${name}.json`);
      if (!answer.ok) throw new Error(await answer.text());
      this.model = checkedPretrained(await answer.json());
      this.values.label = {};
      this.words.textContent = '';
      this.canvas.setAttribute('aria-label', name);
      this.engine().send('pretrained', { model: this.model });
      this.show();
    } catch (error) {
      this.words.textContent = say(t.failed, { why: error.message });
    }
  }

  show() {
    const set = (key) => (value) => {
      this.values[key] = Number(value);
      this.ask();
    };
    const slider = (key, most, hint) => {
      const input = el('input', { type: 'range', min: '0', max: String(most), step: '0.01', value: String(this.values[key]), 'data-control': key });
      input.addEventListener('input', () => set(key)(input.value));
      return field(t[key], input, hint);
    };
    const seed = number(this.values.seed, { least: 0, most: 2 ** 31 - 1, step: 1 }, set('seed'));
    seed.dataset.control = 'first';
    const parts = [field(t.seed, seed, t.seedHint), slider('truncation', 1.5, t.truncationHint), slider('walk', 1, t.walkHint)];
    for (const [name, values] of Object.entries(this.model.values)) {
      const pick = choice([['-1', t.any], ...values.map((value, i) => [String(i), value])], -1, (value) => {
        this.values.label[name] = Number(value);
        this.ask();
      });
      parts.push(field(t.says[name] ?? name, pick, t.saysHint));
    }
    this.controls.replaceChildren(...parts);
    this.ask();
  }

  ask() {
    const count = this.model.shape.length === 3 ? SHOWN : CLOUD;
    this.engine().send('draw', { ...this.values, count });
  }

  drawn({ values }) {
    if (!this.model) return;
    this.canvas.hidden = false;
    if (this.model.shape.length === 3) paintPictures(this.canvas, values, this.model.shape);
    else paintCloud(this.canvas, values, this.model.shape[0]);
  }
}
