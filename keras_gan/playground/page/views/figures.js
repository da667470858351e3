// Figures of the samples as numbers with a line of their past, and the doctor's verdicts with a remedy as a button.

import { colour, el, fitted } from '../dom.js';
import { diagnose, REMEDIES } from '../doctor.js';
import { say, strings } from '../strings.en.js';

const t = strings.figures;
const PAST = 60;

/** name -> [its number in a measurement, as words]. */
const FIGURES = {
  kl: [({ kl }) => kl, (value) => value.toFixed(2)],
  js: [({ js }) => js, (value) => value.toFixed(3)],
  modes: [({ coverage }) => coverage?.modes, (value, { coverage }) => `${value} of ${coverage.of}`],
  high_quality: [({ coverage }) => coverage?.high_quality, (value) => `${Math.round(100 * value)} %`],
  classes: [({ coverage, kl, effective }) => (coverage || kl !== undefined ? undefined : effective), (value) => value.toFixed(1)],
  nearest: [({ two_sample }) => two_sample, (value) => value.toFixed(2)],
  separation: [({ separation }) => separation, (value) => value.toFixed(2)],
};

export class Figures {
  constructor() {
    this.element = el('div');
    this.clear();
  }

  clear() {
    this.records = [];
    this.element.replaceChildren(el('p', { class: 'soft' }, t.none));
  }

  add(records) {
    if (!records.length) return;
    this.records.push(...records);
    const last = this.records.at(-1);
    const shown = Object.entries(FIGURES).filter(([, [of]]) => Number.isFinite(of(last)));
    this.element.replaceChildren(el('dl', { class: 'figures' }, shown.map(([name, [of, words]]) => {
      const [title, hint] = t[name];
      const line = el('canvas', { class: 'spark', 'aria-hidden': 'true' });
      requestAnimationFrame(() => paintLine(line, this.records.slice(-PAST).map(of)));
      return el('div', { title: hint }, el('dt', {}, title, el('span', { class: 'hidden' }, `: ${hint}`)),
        el('dd', { 'data-figure': name }, words(of(last), last)), line);
    })));
  }

  /** One sentence for those who do not see the picture. */
  sentence() {
    const last = this.records.at(-1);
    if (!last) return '';
    return Object.entries(FIGURES).filter(([, [of]]) => Number.isFinite(of(last)))
      .map(([name, [of, words]]) => `${t[name][0]} ${words(of(last), last)}`).join(', ');
  }
}

function paintLine(canvas, values) {
  if (!canvas.isConnected) return;
  const { pen, width, height } = fitted(canvas, 0.25);
  const known = values.filter(Number.isFinite);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  pen.strokeStyle = colour('soft');
  pen.lineWidth = 1.2;
  pen.beginPath();
  values.forEach((value, i) => {
    if (!Number.isFinite(value)) return;
    const share = high > low ? (high - value) / (high - low) : 0.5;
    pen.lineTo((i / Math.max(values.length - 1, 1)) * width, 2 + share * (height - 4));
  });
  pen.stroke();
}

export class Doctor {
  /** remedy(change): what a button does with its change of the state. */
  constructor(remedy) {
    this.remedy = remedy;
    this.element = el('div', { class: 'doctor', role: 'status' });
    this.clear(50);
  }

  clear(every) {
    this.records = [];
    this.said = null;
    this.element.replaceChildren(el('p', { class: 'soft' }, say(strings.doctor.early, { every })));
  }

  add(records) {
    if (!records.length) return;
    this.records.push(...records);
    const found = diagnose(this.records);
    const names = found.map(({ name }) => name).join();
    if (names === this.said) return; // a button that is being pressed must stay where it is
    this.said = names;
    if (!found.length) this.element.replaceChildren(el('p', {}, strings.doctor.fine));
    else this.element.replaceChildren(...found.map((verdict) => this.card(verdict)));
  }

  card({ name, evidence }) {
    const [title, seen, remedy] = strings.doctor[name];
    const numbers = Object.entries(evidence).map(([quantity, value]) => `${quantity.replaceAll('_', ' ')} ${value.toPrecision(3)}`);
    return el('article', { class: 'verdict', 'data-symptom': name }, el('h3', {}, title), el('p', {}, seen),
      el('p', { class: 'soft' }, say(strings.doctor.why, { evidence: numbers.join(', ') })),
      el('button', { type: 'button', help: strings.doctor.buttonHint, onclick: () => this.remedy(REMEDIES[name]) }, say(strings.doctor.button, { remedy })));
  }
}
