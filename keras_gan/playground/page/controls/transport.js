// Play, pause, single turns, slow motion, reset, speed, seed, undo and redo.

import { choice, el, number } from '../dom.js';
import { explained } from '../help.js';
import { say, strings } from '../strings.en.js';

const t = strings.transport;

export class Transport {
  /** does: {play, reset, discriminator, generator, slow, speed, seed, undo, redo}, what each control does. */
  constructor(does) {
    const button = (name, key, quiet = false) => el('button', {
      type: 'button', class: quiet ? 'quiet' : null, help: t.hints[name], 'data-control': name, 'aria-keyshortcuts': key,
      onclick: () => does[name](),
    }, t[name]);
    this.play = button('play', 'Space');
    this.play.classList.add('primary');
    this.slow = button('slow', 's');
    this.slow.setAttribute('aria-pressed', 'false');
    this.undo = button('undo', null, true);
    this.redo = button('redo', null, true);
    this.steps = el('output', { class: 'steps' });
    this.rate = el('span', { class: 'soft rate' });
    this.print = el('code', { class: 'print' });
    this.speed = choice(t.speeds, 0, (value) => does.speed(Number(value)));
    this.speed.setAttribute('aria-label', t.speed);
    explained(this.speed, t.hints.speed);
    this.seedPlace = el('label', { class: 'field inline' }, el('span', {}, t.seed));
    this.does = does;
    this.element = el('div', { class: 'transport', role: 'toolbar', 'aria-label': t.label },
      el('div', { class: 'group' }, this.play, button('reset', 'r')),
      el('div', { class: 'group' }, button('discriminator', 'd'), button('generator', 'g'), this.slow),
      el('div', { class: 'group' }, this.speed, this.seedPlace),
      el('div', { class: 'group' }, this.undo, this.redo),
      el('div', { class: 'group counts' }, this.steps, this.rate, this.print));
    document.addEventListener('keydown', (event) => this.key(event));
  }

  /** Letters act where they are not being typed. */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest('input, select, textarea, canvas.drawing')) return;
    if (event.key === ' ' && event.target.closest('button, a')) return; // it presses that
    const name = { ' ': 'play', r: 'reset', d: 'discriminator', g: 'generator', s: 'slow' }[event.key];
    if (!name) return;
    event.preventDefault();
    this.does[name]();
  }

  show(state, { undo, redo }) {
    const seed = number(state.seed, { least: 0, most: 2 ** 31 - 1, step: 1 }, (next) => this.does.seed(next));
    this.seedPlace.replaceChildren(this.seedPlace.firstChild, explained(seed, t.hints.seed));
    this.undo.disabled = !undo;
    this.redo.disabled = !redo;
  }

  frame({ steps, rate, fingerprint, playing }) {
    this.steps.value = say(t.step, { steps: steps.toLocaleString('en') });
    this.rate.textContent = playing && rate ? say(t.rate, { rate: rate < 10 ? rate.toFixed(1) : Math.round(rate) }) : '';
    this.print.textContent = fingerprint;
    this.print.title = say(t.fingerprint, { print: fingerprint });
  }

  playing(on) {
    this.play.textContent = on ? t.pause : t.play;
    this.element.classList.toggle('playing', on);
  }
}
