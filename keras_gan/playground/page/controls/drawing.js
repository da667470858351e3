// Draw your own world: strokes of the pointer, or points by key, become the centres of small Gaussians.

import { explained } from '../help.js';
import { strings } from '../strings.en.js';

const SPACING = 0.04; // between two points of a stroke
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const MOST = 2000;

export class Drawing {
  /** plane: the view that is drawn on. done(points): the world's points, when a stroke ends. */
  constructor(plane, done) {
    this.plane = plane;
    this.done = done;
    this.points = null; // null: another world is on
    this.empty = false; // the next stroke begins a new drawing
    const { canvas } = plane;
    canvas.addEventListener('pointerdown', (event) => this.begin(event));
    canvas.addEventListener('pointermove', (event) => this.stroke && this.add(this.place(event)));
    canvas.addEventListener('pointerup', () => this.end());
    canvas.addEventListener('pointercancel', () => this.end());
    canvas.addEventListener('keydown', (event) => this.key(event));
    canvas.addEventListener('blur', () => { plane.cursor = null; plane.again(); });
  }

  show(state) {
    this.points = state.world.name === 'drawn' ? state.world.points ?? [] : null;
    const { canvas } = this.plane;
    canvas.classList.toggle('drawing', this.points !== null);
    canvas.tabIndex = this.points ? 0 : -1; // a picture that nothing can be done with is no stop
    if (this.points) explained(canvas, strings.worlds.draw);
    else canvas.removeAttribute('aria-describedby');
    if (!this.points) this.clear(false);
  }

  clear(again = true) {
    this.empty = again;
    this.plane.strokes = null;
    this.plane.again();
  }

  place({ offsetX, offsetY }) {
    const { clientWidth } = this.plane.canvas;
    const { extent } = this.plane.scene;
    return [extent * ((2 * offsetX) / clientWidth - 1), extent * (1 - (2 * offsetY) / clientWidth)];
  }

  begin(event) {
    if (!this.points) return;
    this.plane.canvas.setPointerCapture(event.pointerId);
    this.stroke = [];
    this.add(this.place(event));
  }

  add(point) {
    const last = this.stroke.at(-1);
    if (last && Math.hypot(point[0] - last[0], point[1] - last[1]) < SPACING) return;
    if (Math.max(...point.map(Math.abs)) > 2 || this.stroke.length >= MOST) return;
    this.stroke.push(point.map((x) => Math.round(x * 1000) / 1000));
    this.plane.strokes = Float32Array.from(this.stroke.flat());
    this.plane.again();
  }

  end() {
    if (!this.stroke?.length) return;
    const points = [...(this.empty ? [] : this.points), ...this.stroke].slice(-MOST);
    [this.stroke, this.empty, this.plane.strokes] = [null, false, null];
    this.done(points);
  }

  key(event) {
    if (!this.points) return;
    const { plane } = this;
    if (event.key in KEYS) {
      const [x, y] = plane.cursor ?? [0, 0];
      const [dx, dy] = KEYS[event.key].map((way) => way * (event.shiftKey ? 0.01 : 0.1));
      plane.cursor = [x + dx, y + dy].map((at) => Math.max(-1.4, Math.min(1.4, at)));
      plane.again();
    } else if (event.key === 'Enter') {
      this.stroke = [];
      this.add(plane.cursor ?? [0, 0]);
      this.end();
    } else return;
    event.preventDefault();
  }
}
