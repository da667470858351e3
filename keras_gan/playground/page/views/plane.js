// The plane: D's heat map, the manifold of G, real points, fakes, and the arrows that G's objective draws.

import { colour, el, fitted } from '../dom.js';
import { strings } from '../strings.en.js';

const HEAT = 48; // cells along a side, as engine/looks.js makes them
const FOLD = 21;
const t = strings.views;

export class Plane {
  constructor() {
    this.canvas = el('canvas', { class: 'plane', role: 'img', 'aria-label': t.plane });
    this.words = el('p', { class: 'summary' });
    this.element = el('figure', { class: 'stage' }, this.canvas, this.words);
    this.small = el('canvas', { width: HEAT, height: HEAT });
    this.scene = null;
    this.pending = null;
  }

  /** real: points that stay; extent: the plane is [-extent, extent]^2. */
  open({ real, extent }) {
    this.scene = { real, extent };
    this.look = null;
  }

  /** What a frame holds, and which views are on. */
  draw(look, views) {
    [this.look, this.views] = [look, views];
    if (!this.scene || !this.canvas.isConnected) return;
    const { pen, width } = fitted(this.canvas);
    const half = width / 2;
    const place = (x, y) => [half * (1 + x / this.scene.extent), half * (1 - y / this.scene.extent)];
    pen.clearRect(0, 0, width, width);
    if (views.includes('heat') && look?.heat) this.paintHeat(pen, look.heat, width);
    if (views.includes('optimal') && look?.optimal) this.paintHeat(pen, look.optimal, width);
    paintAxes(pen, width, this.scene.extent, place);
    if (views.includes('manifold') && look?.manifold) paintManifold(pen, look.manifold, place);
    const size = Math.max(1.4, width / 260);
    if (views.includes('realPoints')) paintPoints(pen, this.scene.real, place, size, colour('real'));
    if (this.strokes) paintPoints(pen, this.strokes, place, size, colour('real'));
    if (views.includes('fakePoints') && look) paintPoints(pen, look.fake, place, size, colour('fake'));
    if (views.includes('arrows') && look?.arrows) paintArrows(pen, look, place, width);
    if (this.cursor) paintCursor(pen, place(...this.cursor));
  }

  again() {
    if (this.look !== undefined && this.views) this.draw(this.look, this.views);
  }

  /** A share of 0 (fake) to 1 (real) in each cell, blended through the paper's colour at 1/2. */
  paintHeat(pen, heat, width) {
    const [fake, paper, real] = ['fake-rgb', 'paper-rgb', 'real-rgb'].map((name) => colour(name).split(' ').map(Number));
    const image = new ImageData(HEAT, HEAT);
    for (let i = 0; i < HEAT * HEAT; i++) {
      const row = HEAT - 1 - Math.floor(i / HEAT);
      const to = 4 * (row * HEAT + (i % HEAT));
      const strength = 0.55 * Math.abs(2 * heat[i] - 1);
      const end = heat[i] > 0.5 ? real : fake;
      for (let c = 0; c < 3; c++) image.data[to + c] = paper[c] + strength * (end[c] - paper[c]);
      image.data[to + 3] = 255;
    }
    this.small.getContext('2d').putImageData(image, 0, 0);
    pen.imageSmoothingEnabled = true;
    pen.drawImage(this.small, 0, 0, width, width);
  }
}

function paintAxes(pen, width, extent, place) {
  pen.strokeStyle = colour('line');
  pen.fillStyle = colour('soft');
  pen.lineWidth = 1;
  pen.font = '11px ui-sans-serif, system-ui, sans-serif';
  for (const at of [-1, 0, 1]) {
    const [x, y] = place(at, at);
    pen.beginPath();
    pen.moveTo(Math.round(x) + 0.5, 0);
    pen.lineTo(Math.round(x) + 0.5, width);
    pen.moveTo(0, Math.round(y) + 0.5);
    pen.lineTo(width, Math.round(y) + 0.5);
    pen.stroke();
    const words = String(at).replace('-', '−');
    pen.fillText(words, x + 4, width - 5);
    pen.fillText(words, 4, y - 4);
  }
}

function paintPoints(pen, points, place, radius, fill) {
  pen.fillStyle = fill;
  pen.globalAlpha = 0.75;
  pen.beginPath();
  for (let i = 0; i < points.length; i += 2) {
    const [x, y] = place(points[i], points[i + 1]);
    pen.moveTo(x + radius, y);
    pen.arc(x, y, radius, 0, 7);
  }
  pen.fill();
  pen.globalAlpha = 1;
}

function paintManifold(pen, points, place) {
  const square = points.length === 2 * FOLD * FOLD;
  const at = (i) => place(points[2 * i], points[2 * i + 1]);
  const line = (indices) => {
    pen.beginPath();
    indices.forEach((i) => pen.lineTo(...at(i)));
    pen.stroke();
  };
  const steps = Array.from({ length: FOLD }, (_, i) => i);
  pen.strokeStyle = colour('fake');
  pen.globalAlpha = 0.45;
  pen.lineWidth = 1;
  if (!square) line(Array.from({ length: points.length / 2 }, (_, i) => i)); // z is one number: a curve
  else {
    for (const i of steps) {
      line(steps.map((j) => i * FOLD + j));
      line(steps.map((j) => j * FOLD + i));
    }
  }
  pen.globalAlpha = 1;
}

/** The longest arrow is a tenth of the plane; one is drawn where it is long enough to have a direction. */
function paintArrows(pen, { fake, arrows }, place, width) {
  let longest = 0;
  for (let i = 0; i < arrows.length; i += 2) longest = Math.max(longest, Math.hypot(arrows[i], arrows[i + 1]));
  if (!longest) return;
  pen.strokeStyle = colour('ink');
  pen.lineWidth = 1.2;
  pen.globalAlpha = 0.7;
  pen.beginPath();
  for (let i = 0; i < arrows.length; i += 2) {
    const [x, y] = place(fake[i], fake[i + 1]);
    const [dx, dy] = [arrows[i], -arrows[i + 1]].map((part) => (part / longest) * (width / 10));
    if (Math.hypot(dx, dy) < 3) continue;
    const angle = Math.atan2(dy, dx);
    pen.moveTo(x, y);
    pen.lineTo(x + dx, y + dy);
    for (const side of [-2.6, 2.6]) {
      pen.moveTo(x + dx, y + dy);
      pen.lineTo(x + dx + 4 * Math.cos(angle + side), y + dy + 4 * Math.sin(angle + side));
    }
  }
  pen.stroke();
  pen.globalAlpha = 1;
}

function paintCursor(pen, [x, y]) {
  pen.strokeStyle = colour('ink');
  pen.lineWidth = 1.5;
  pen.beginPath();
  pen.arc(x, y, 7, 0, 7);
  pen.moveTo(x - 11, y);
  pen.lineTo(x + 11, y);
  pen.moveTo(x, y - 11);
  pen.lineTo(x, y + 11);
  pen.stroke();
}

/** Points [n * d] alone, as large as they spread; numbers on a line as a histogram. */
export function paintCloud(canvas, points, d) {
  const { pen, width } = fitted(canvas);
  const reach = 1.05 * points.reduce((most, x) => Math.max(most, Math.abs(x)), 1e-9);
  const half = width / 2;
  pen.clearRect(0, 0, width, width);
  if (d === 2) {
    paintPoints(pen, points, (x, y) => [half * (1 + x / reach), half * (1 - y / reach)], 1.6, colour('fake'));
    return;
  }
  const bins = new Array(40).fill(0);
  for (const x of points) bins[Math.min(39, Math.floor(20 * (1 + x / reach)))]++;
  const most = Math.max(...bins);
  pen.fillStyle = colour('fake');
  bins.forEach((count, i) => pen.fillRect((i * width) / 40, width * (1 - (0.9 * count) / most), width / 42, (0.9 * width * count) / most));
}
