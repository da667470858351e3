// The way of one sample through both nets, one phase at a time: what slow motion and single turns show in the blocks.

import { colour, fitted } from '../dom.js';
import { strings } from '../strings.en.js';

const PHASE = 1250; // milliseconds

/** What a layer gives: a vector as a row of cells, a picture as its channels, from fake's colour (low) to real's. */
export function paintNumbers(canvas, { shape, values }) {
  const [h, w, c] = shape.length === 3 ? shape : [1, shape[0], 1];
  const shown = Math.min(c, 12);
  const columns = shape.length === 3 ? Math.min(shown, 6) : 1;
  const rows = Math.ceil(shown / columns);
  const { pen, width, height } = fitted(canvas, shape.length === 3 ? (rows * h) / (columns * w) : 0.05);
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
  const [side, tall] = [width / columns, height / rows];
  pen.clearRect(0, 0, width, height);
  for (let k = 0; k < shown; k++) {
    const [left, top] = [(k % columns) * side, Math.floor(k / columns) * tall];
    for (let i = 0; i < h * w; i++) {
      const value = values[i * c + k] / largest;
      pen.fillStyle = colour(value > 0 ? 'real' : 'fake');
      pen.globalAlpha = Math.abs(value);
      pen.fillRect(left + ((i % w) * (side - 1)) / w, top + (Math.floor(i / w) * (tall - 1)) / h, side / w, tall / h);
    }
  }
  pen.globalAlpha = 1;
}

/** The phases of a player's turn, in order: [name in strings.views.phases, blocks of G reached, blocks of D reached]. */
const PHASES = {
  discriminator: [['z', 0, 0], ['generator', Infinity, 0], ['real', Infinity, 0], ['score', Infinity, Infinity],
    ['discriminator', 0, Infinity]],
  generator: [['z', 0, 0], ['generator', Infinity, 0], ['score', Infinity, Infinity], ['back', 0, Infinity],
    ['generatorMoves', Infinity, 0]],
};

export class Way {
  /** nets: {generator, discriminator}, the columns of blocks; words: where the phase is named. */
  constructor(nets, words) {
    this.nets = nets;
    this.words = words;
  }

  /** Shows a turn's way; resolves when it has been seen, or at once after `stop`. */
  async play({ player, generator, discriminator }) {
    const token = this.token = {};
    for (const [name, inG, inD] of PHASES[player]) {
      this.words.textContent = strings.views.phases[name];
      this.words.dataset.phase = name;
      this.nets.generator.inside(generator, inG);
      this.nets.discriminator.inside(discriminator, inD);
      await new Promise((resolve) => { setTimeout(resolve, PHASE); });
      if (this.token !== token) return;
    }
  }

  /** At once: all that one turn has put into the blocks. */
  show({ generator, discriminator }) {
    this.stop();
    this.nets.generator.inside(generator);
    this.nets.discriminator.inside(discriminator);
  }

  stop() {
    this.token = null;
    this.words.textContent = '';
    delete this.words.dataset.phase;
    this.nets.generator.inside(null);
    this.nets.discriminator.inside(null);
  }
}
