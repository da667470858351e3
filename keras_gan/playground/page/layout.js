// Where everything is.

import { el } from './dom.js';
import { explain } from './help.js';
import { strings } from './strings.en.js';

const s = strings.sections;

/** Fills the document with the parts of the page; -> {stage, trouble, phase}, which change. */
export function layout({ transport, lessons, setup, game, nets, toggles, curves, figures, doctor, door, pretrained }) {
  const stage = el('div', { id: 'stage' });
  const trouble = el('p', { class: 'trouble', role: 'alert' });
  const phase = el('p', { class: 'phase', role: 'status' });
  const card = (title, ...children) => el('section', { class: 'card', 'aria-label': title }, el('h2', {}, title), ...children);
  const key = el('p', { class: 'keys' }, el('span', { class: 'key real' }, strings.views.real), ' ', el('span', { class: 'key fake' }, strings.views.fake));
  document.title = strings.title;
  document.body.replaceChildren(
    el('a', { class: 'skip', href: '#main' }, strings.skip),
    el('header', {}, el('div', { class: 'title' }, el('h1', {}, strings.title), el('p', {}, strings.tagline)), transport.element),
    el('main', { id: 'main', tabIndex: -1 },
      el('div', { class: 'column left' }, lessons.element, setup.element, game.element),
      el('div', { class: 'column middle' },
        el('section', { class: 'card', 'aria-label': strings.views.show },
          trouble, el('div', { class: 'over' }, toggles.element, key), phase, stage),
        el('div', { class: 'column told' },
          card(s.numbers, figures.element), card(s.curves, curves.element), card(s.doctor, doctor.element))),
      el('div', { class: 'column right' }, nets.generator.element, nets.discriminator.element, door.element, pretrained.element)));
  explain();
  return { stage, trouble, phase };
}
