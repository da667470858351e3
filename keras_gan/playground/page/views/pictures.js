// Pictures: fakes and real ones with D's verdict beneath each, the nearest real picture to each fake, and the classes.

import { colour, el, fitted } from '../dom.js';
import { strings } from '../strings.en.js';

const t = strings.views;
const COLUMNS = 8;

/** A canvas of pictures [n * h * w * c] in [-1, 1] in rows of eight; verdicts in (0, 1), drawn as a bar beneath each. */
export function paintPictures(canvas, values, [h, w, c], verdicts = null) {
  const n = values.length / (h * w * c);
  const rows = Math.ceil(n / COLUMNS);
  const bar = verdicts ? 6 : 0;
  const { pen, width } = fitted(canvas, (rows * (1 / COLUMNS)) + (rows * bar) / Math.max(canvas.clientWidth, 1));
  const side = width / COLUMNS;
  pen.imageSmoothingEnabled = false;
  pen.clearRect(0, 0, width, rows * (side + bar));
  for (let i = 0; i < n; i++) {
    const [x, y] = [(i % COLUMNS) * side, Math.floor(i / COLUMNS) * (side + bar)];
    pen.drawImage(asImage(values, i, [h, w, c]), x + 1, y + 1, side - 2, side - 2);
    if (!verdicts) continue;
    pen.fillStyle = colour('line');
    pen.fillRect(x + 1, y + side, side - 2, 3);
    pen.fillStyle = colour(verdicts[i] > 0.5 ? 'real' : 'fake');
    pen.fillRect(x + 1, y + side, (side - 2) * verdicts[i], 3);
  }
}

export function asImage(values, i, [h, w, c]) {
  const image = new ImageData(w, h);
  for (let p = 0; p < h * w; p++) {
    for (let k = 0; k < 3; k++) {
      image.data[4 * p + k] = 127.5 * (1 + values[(i * h * w + p) * c + (c === 3 ? k : 0)]);
    }
    image.data[4 * p + 3] = 255;
  }
  const canvas = new OffscreenCanvas(w, h);
  canvas.getContext('2d').putImageData(image, 0, 0);
  return canvas;
}

export class Pictures {
  constructor() {
    const panel = (title, hint) => {
      const canvas = el('canvas', { class: 'pictures', role: 'img', 'aria-label': `${title}: ${hint}` });
      return [canvas, el('figure', {}, el('figcaption', {}, el('b', {}, title), ' ', hint), canvas)];
    };
    [this.fakes, this.fakePanel] = panel(t.fakesTitle, t.fakesHint);
    [this.nearest, this.nearestPanel] = panel(t.nearestTitle, t.nearestHint);
    [this.real, this.realPanel] = panel(t.realTitle, t.realHint);
    this.bars = el('canvas', { class: 'bars', role: 'img', 'aria-label': `${t.histogram} ${t.histogramHint}` });
    this.barsPanel = el('figure', {}, el('figcaption', {}, el('b', {}, t.histogram), ' ', t.histogramHint), this.bars);
    this.words = el('p', { class: 'summary' });
    this.element = el('div', { class: 'stage gallery' },
      this.fakePanel, this.nearestPanel, this.realPanel, this.barsPanel, this.words);
  }

  open({ real, shape }) {
    this.scene = { real, shape };
    this.look = null;
  }

  draw(look) {
    this.look = look;
    if (!this.scene || !look?.verdicts || !this.element.isConnected) return;
    const { real, shape } = this.scene;
    paintPictures(this.fakes, look.fake, shape, look.verdicts);
    paintPictures(this.nearest, look.nearest, shape);
    paintPictures(this.real, real, shape, look.ofReal);
  }

  again() {
    this.draw(this.look);
    if (this.counts) this.histogram(this.counts);
  }

  /** counts of each class among the fakes, or undefined where the pictures have no classes. */
  histogram(counts) {
    this.counts = counts;
    this.barsPanel.hidden = !counts;
    if (!counts || !this.bars.isConnected) return;
    const { pen, width, height } = fitted(this.bars, 0.22);
    const most = Math.max(...counts, 1);
    const side = width / counts.length;
    const bottom = height - 16;
    pen.clearRect(0, 0, width, height);
    pen.font = '11px ui-sans-serif, system-ui, sans-serif';
    pen.textAlign = 'center';
    counts.forEach((count, i) => {
      pen.fillStyle = colour('fake');
      pen.fillRect(i * side + 2, bottom - (bottom * count) / most, side - 4, (bottom * count) / most);
      pen.fillStyle = colour('soft');
      pen.fillText(String(i), (i + 0.5) * side, height - 3);
    });
    const even = bottom - (bottom * counts.reduce((a, b) => a + b, 0)) / counts.length / most;
    pen.strokeStyle = colour('real');
    pen.beginPath();
    pen.moveTo(0, even);
    pen.lineTo(width, even);
    pen.stroke();
  }
}
