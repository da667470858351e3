// Save, load, link, and the door to Python.

import { el } from '../dom.js';
import { fragmentOf } from '../link.js';
import { checked, isPlane } from '../state.js';
import { say, strings } from '../strings.en.js';

const t = strings.door;
const LARGEST = 64 << 20; // bytes of a file

function offer(name, text, type) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = el('a', { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** A script that goes on with the game of `file` under fit. */
export function script(state, file) {
  const data = isPlane(state)
    ? `points = playground.data(${JSON.stringify(file)}, n=15_000)  # the same world, as it is drawn here`
    : `points = playground.data(${JSON.stringify(file)})  # the same pictures, in [-1, 1]`;
  const look = isPlane(state)
    ? 'print(model.sample(5, seed=0))  # the first five fakes of the page'
    : 'print(model.sample(1, seed=0)[0, :, :, 0].round(1))  # the first fake of the page';
  return `"""The game of ${file}, which the GAN playground has saved at step ${state.steps}, goes on in Python.

    pip install keras_gan, or a clone of it; then: python playground.py
"""

from keras_gan import playground

model = playground.load(${JSON.stringify(file)})
${look}
${data}
model.fit(points, batch_size=${state.batch_size * Math.max(state.turns.discriminator, 1)}, epochs=5)
playground.write(model, "trained.json")  # and back: Load it in the page
`;
}

export class Door {
  /** save(): a promise of the state; open(state): loads one. */
  constructor(save, open) {
    this.open = open;
    this.words = el('p', { class: 'soft small', role: 'status' });
    this.file = el('input', { type: 'file', accept: '.json,application/json', class: 'hidden', tabIndex: -1, 'aria-label': t.load });
    this.file.addEventListener('change', () => this.load());
    const button = (name, act) => el('button', { type: 'button', help: t[`${name}Hint`], 'data-control': name, onclick: act }, t[name]);
    this.element = el('section', { class: 'card', 'aria-label': strings.sections.door },
      el('h2', {}, strings.sections.door),
      el('div', { class: 'buttons' },
        button('save', async () => this.give('playground.json', JSON.stringify(await save()))),
        button('load', () => this.file.click()),
        button('link', async () => this.link(await save())),
        button('python', async () => {
          const state = await save();
          offer('playground.py', script(state, 'playground.json'), 'text/x-python');
          this.give('playground.json', JSON.stringify(state));
        })), this.file, this.words);
  }

  give(name, text) {
    offer(name, text, 'application/json');
    this.words.textContent = say(t.saved, { file: name });
  }

  async link(state) {
    const { fragment, whole } = await fragmentOf(state);
    window.history.replaceState(null, '', fragment);
    this.words.textContent = whole ? t.copied : t.copiedBare;
    await navigator.clipboard?.writeText(window.location.href).catch(() => {}); // the address bar has it in any case
  }

  async load() {
    const [file] = this.file.files;
    this.file.value = '';
    if (!file) return;
    try {
      if (file.size > LARGEST) throw new Error(strings.troubles.large);
      let content;
      try {
        content = JSON.parse(await file.text());
      } catch {
        throw new Error(strings.troubles.json);
      }
      const state = checked(content);
      this.words.textContent = '';
      this.open(state);
    } catch (error) {
      this.words.textContent = say(t.refused, { why: error.message });
    }
  }
}
