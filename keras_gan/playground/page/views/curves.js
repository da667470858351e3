// The loss curves: what each player minimises, over the steps. Old stretches are thinned, so that a long run stays whole.

import { colour, el, fitted } from '../dom.js';
import { say, strings } from '../strings.en.js';

const t = strings.curves;
const POINTS = 400;

export class Curves {
  constructor() {
    this.canvas = el('canvas', { class: 'curves', role: 'img', 'aria-label': t.label });
    this.words = el('p', { class: 'legend' }, t.empty);
    this.element = el('div', {}, this.canvas, this.words);
    this.clear();
  }

  clear() {
    this.points = []; // [step, D, G], either undefined where a player had no turn
    this.words.textContent = t.empty;
    this.draw();
  }

  add(steps, terms) {
    const sum = (first) => {
      const own = Object.entries(terms).filter(([name]) => name.startsWith(first)).map(([, value]) => value);
      return own.length ? own.reduce((a, b) => a + b) : undefined;
    };
    const [d, g] = [sum('d_'), sum('g_')];
    if (d === undefined && g === undefined) return;
    this.points.push([steps, d, g]);
    if (this.points.length > POINTS) this.points = this.points.filter((_, i) => i % 2 || i > POINTS / 2);
    const words = (first) => Object.entries(terms).filter(([name]) => name.startsWith(first))
      .map(([name, value]) => `${name.slice(2).replaceAll('_', ' ')} ${value.toFixed(3)}`).join(' + ') || '–';
    this.words.replaceChildren(
      el('span', { class: 'key' }, 'D'), ` ${words('d_')}   `, el('span', { class: 'key fake' }, 'G'), ` ${words('g_')}`);
    this.canvas.setAttribute('aria-label', `${t.label}. ${say(t.terms, { d: words('d_'), g: words('g_') })}`);
    this.draw();
  }

  draw() {
    this.canvas.hidden = !this.points.length;
    if (!this.canvas.isConnected || this.canvas.hidden) return;
    const { pen, width, height } = fitted(this.canvas, 0.34);
    pen.clearRect(0, 0, width, height);
    const values = this.points.flatMap(([, d, g]) => [d, g]).filter(Number.isFinite);
    if (!values.length) return;
    const [left, bottom] = [38, height - 18];
    let [low, high] = [Math.min(...values), Math.max(...values)];
    if (high - low < 1e-3) [low, high] = [low - 0.5, high + 0.5];
    const [first, last] = [this.points[0][0], Math.max(this.points.at(-1)[0], this.points[0][0] + 1)];
    const x = (step) => left + ((width - left - 6) * (step - first)) / (last - first);
    const y = (value) => 6 + ((bottom - 6) * (high - value)) / (high - low);
    pen.font = '11px ui-sans-serif, system-ui, sans-serif';
    pen.fillStyle = colour('soft');
    pen.strokeStyle = colour('line');
    pen.lineWidth = 1;
    for (const value of [low, (low + high) / 2, high]) {
      pen.beginPath();
      pen.moveTo(left, Math.round(y(value)) + 0.5);
      pen.lineTo(width, Math.round(y(value)) + 0.5);
      pen.stroke();
      pen.textAlign = 'right';
      pen.fillText(value.toPrecision(2).replace('-', '−'), left - 5, y(value) + 4);
    }
    pen.textAlign = 'left';
    pen.fillText(first.toLocaleString('en'), left, height - 4);
    pen.textAlign = 'right';
    pen.fillText(`${last.toLocaleString('en')} ${t.axis}`, width - 2, height - 4);
    for (const [column, name] of [[1, 'ink'], [2, 'fake']]) {
      pen.strokeStyle = colour(name);
      pen.lineWidth = 1.6;
      pen.beginPath();
      for (const point of this.points) if (Number.isFinite(point[column])) pen.lineTo(x(point[0]), y(point[column]));
      pen.stroke();
    }
  }
}
