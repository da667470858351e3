// Elements without a framework: el('button', { class: 'quiet', help: 'what for', onclick }, 'words', child, ...).

import { explained } from './help.js';

export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === 'help') explained(element, value);
    else if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name in element && typeof value !== 'string') element[name] = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

let count = 0;

/** A labelled control: its name, the control, and what it is for. */
export function field(name, control, help) {
  control.id ||= `control-${++count}`;
  control.setAttribute('aria-label', name); // a label around a list would be read with all its options
  explained(control, help);
  return el('label', { class: 'field', for: control.id }, el('span', {}, name), control);
}

/** A <select>. options: {value: words}, {group: {value: words}}, or pairs [value, words], which keep numbers in order. */
export function choice(options, value, onchange) {
  const made = ([key, words]) => (typeof words === 'string'
    ? el('option', { value: key, selected: key === String(value) }, words)
    : el('optgroup', { label: key }, Object.entries(words).map(made)));
  const select = el('select', {}, (Array.isArray(options) ? options : Object.entries(options)).map(made));
  select.addEventListener('change', () => onchange(select.value));
  return select;
}

/** A number field that reports whole changes, and puts back what does not fit. */
export function number(value, { least, most, step = 'any' }, onchange) {
  const input = el('input', { type: 'number', min: String(least), max: String(most), step: String(step), value: String(value) });
  input.addEventListener('change', () => {
    const given = Number(input.value);
    const fits = input.value !== '' && given >= least && given <= most && (step !== 1 || Number.isInteger(given));
    if (fits) onchange(given);
    else input.value = String(value);
  });
  return input;
}

/** Colours of the theme that is on. */
export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** A canvas as wide as its place, in the screen's own pixels; -> its pen and size in CSS pixels. */
export function fitted(canvas, ratio = 1) {
  const width = Math.max(1, Math.floor(canvas.clientWidth));
  const height = Math.floor(width * ratio);
  const scale = Math.min(window.devicePixelRatio || 1, 2);
  if (canvas.width !== width * scale || canvas.height !== height * scale) {
    canvas.width = width * scale;
    canvas.height = height * scale;
  }
  const pen = canvas.getContext('2d');
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  return { pen, width, height };
}
