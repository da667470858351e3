// The page: puts its parts together, keeps the state, and carries messages between the controls and the training.

import { Door } from './controls/door.js';
import { Drawing } from './controls/drawing.js';
import { Game, whyNot } from './controls/game.js';
import { Lessons } from './controls/lessons.js';
import { Net } from './controls/net.js';
import { Pretrained } from './controls/pretrained.js';
import { Setup } from './controls/setup.js';
import { Transport } from './controls/transport.js';
import { Toggles } from './controls/toggles.js';
import { Engine } from './engine.js';
import { keepingFocus } from './focus.js';
import { History } from './history.js';
import { layout } from './layout.js';
import { stateOf } from './link.js';
import { atHand, pictures } from './pictures.js';
import { DEFAULT, PLAYERS, checked, fresh, isPlane } from './state.js';
import { say, strings } from './strings.en.js';
import { Curves } from './views/curves.js';
import { Doctor, Figures } from './views/figures.js';
import { Pictures } from './views/pictures.js';
import { Plane } from './views/plane.js';
import { Way } from './views/way.js';

class Page {
  constructor() {
    this.state = DEFAULT;
    this.history = new History();
    this.playing = false;
    this.slow = false;
    this.rate = 0;
    this.missing = {};
    const change = (state) => this.change(state);
    this.transport = new Transport(this.controls());
    this.plane = new Plane();
    this.gallery = new Pictures();
    this.drawing = new Drawing(this.plane, (points) => change({ ...this.state, world: { ...this.state.world, points } }));
    this.setup = new Setup(change, () => this.drawing.clear());
    this.nets = Object.fromEntries(PLAYERS.map((player) => [
      player, new Net(player, (layers) => change({ ...this.state, [player]: layers }))]));
    this.game = new Game(change, (state) => this.adjust(state));
    this.toggles = new Toggles((views) => this.look(views));
    this.curves = new Curves();
    this.figures = new Figures();
    this.doctor = new Doctor((remedy) => change(remedy(this.state)));
    this.lessons = new Lessons(change);
    this.door = new Door(() => this.saved(), change);
    this.pretrained = new Pretrained(() => this.engine);
    this.parts = layout(this);
    this.way = new Way(this.nets, this.parts.phase);
    this.engine = new Engine({
      ready: () => this.begin(), opened: (scene) => this.opened(scene), frame: (frame) => this.frame(frame),
      way: (way) => this.showWay(way), drawn: (drawn) => this.pretrained.drawn(drawn),
      trouble: ({ message }) => this.trouble(strings.troubles[message] ?? message),
    });
    this.show();
    window.addEventListener('resize', () => this.again());
    window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.again());
    window.addEventListener('hashchange', () => this.fromLink());
  }

  /** What the transport's controls do. */
  controls() {
    return {
      play: () => (this.playing ? this.pause() : this.play()),
      reset: () => this.change(fresh(this.state)),
      discriminator: () => this.single('discriminator'),
      generator: () => this.single('generator'),
      slow: () => this.slowly(!this.slow),
      speed: (rate) => {
        this.rate = rate;
        if (this.playing) this.play();
      },
      seed: (seed) => this.change({ ...fresh(this.state), seed }),
      undo: () => this.travel('undo'),
      redo: () => this.travel('redo'),
    };
  }

  /** The worker is there: the state of the link, or the first lesson. */
  async begin() {
    atHand().then(({ missing }) => {
      this.missing = missing;
      this.show();
    });
    this.pretrained.begin();
    if (!await this.fromLink()) await this.open(this.state);
    document.body.dataset.ready = 'true';
  }

  async fromLink() {
    try {
      const state = await stateOf(window.location.hash);
      if (state) await this.open(state);
      return state !== null;
    } catch (error) {
      this.trouble(say(strings.door.refused, { why: error.message }));
      return false;
    }
  }

  /** Another state: one with weights goes on where it was, others begin. What is left can be come back to. */
  async change(given) {
    this.history.leave(this.saved());
    await this.open(given.weights ? given : fresh(given));
  }

  /** Numbers that change in the same run: at once, since the next control that is touched changes this state. */
  adjust(state) {
    this.history.leave(this.saved());
    this.state = { ...state, steps: this.state.steps };
    this.engine.send('adjust', { state });
    this.show();
  }

  async travel(way) {
    if (!this.history.can[way]) return;
    await this.open(await this.history[way](this.saved()));
  }

  /** The state with the weights of the run, if one is on: as it is now, whatever is sent to the worker after this. */
  async saved() {
    return this.runs ? { ...await this.engine.save(), views: this.state.views } : this.state;
  }

  async open(state) {
    this.stop();
    this.state = checked(state);
    this.runs = false;
    this.show();
    const trouble = whyNot(this.state);
    if (trouble) return this.trouble(trouble);
    let given = null;
    if (!isPlane(this.state)) {
      const name = strings.worlds[this.state.world.name];
      try {
        this.trouble(say(strings.worlds.loading, { name }));
        given = await pictures(this.state.world.name);
      } catch (error) {
        return this.trouble(say(strings.worlds.missing, { name, why: error.message }));
      }
    }
    this.trouble('');
    this.runs = true;
    this.engine.send('open', { state: this.state, pictures: given, views: this.state.views });
    const { weights, ...rest } = this.state; // the worker has them now
    this.state = rest;
  }

  play() {
    if (!this.runs) return;
    this.slowly(false);
    this.playing = true;
    this.transport.playing(true);
    this.engine.send('play', { rate: this.rate });
  }

  pause() {
    this.playing = false;
    this.transport.playing(false);
    this.engine.send('pause');
  }

  /** Nothing moves on by itself. */
  stop() {
    if (this.playing) this.pause();
    this.slowly(false);
  }

  single(player) {
    if (!this.runs) return;
    if (this.playing) this.pause();
    this.slowly(false);
    this.engine.send('way', { player });
  }

  slowly(on) {
    if (on && !this.runs) return;
    if (on && this.playing) this.pause();
    this.slow = on;
    this.transport.slow.setAttribute('aria-pressed', String(on));
    if (on) this.engine.send('way', { player: 'discriminator' });
    else this.way.stop();
  }

  async showWay(way) {
    if (!this.slow) return this.way.show(way);
    await this.way.play(way);
    if (this.slow) this.engine.send('way', { player: way.player === 'generator' ? 'discriminator' : 'generator' });
  }

  look(views) {
    this.state = { ...this.state, views };
    this.engine.send('views', { views });
    this.again();
  }

  opened(scene) {
    this.view.open(scene);
    this.curves.clear();
    this.figures.clear();
    this.doctor.clear(scene.every);
  }

  frame(frame) {
    this.state = { ...this.state, steps: frame.steps };
    this.transport.frame(frame);
    this.view.draw(frame.look, this.state.views);
    if (!isPlane(this.state)) this.gallery.histogram(frame.histogram);
    this.curves.add(frame.steps, frame.terms);
    this.figures.add(frame.measurements);
    this.doctor.add(frame.measurements);
    if (frame.measurements.length) {
      this.view.words.textContent = say(strings.views.summary, {
        steps: frame.steps.toLocaleString('en'), figures: this.figures.sentence() });
    }
  }

  get view() {
    return isPlane(this.state) ? this.plane : this.gallery;
  }

  show() {
    const { state } = this;
    keepingFocus(() => {
      this.transport.show(state, this.history.can);
      this.setup.show(state, this.missing);
      this.game.show(state);
      this.drawing.show(state);
      this.toggles.show(state);
      this.lessons.show(this.missing);
      for (const player of PLAYERS) this.nets[player].show(state);
    });
    if (!this.view.element.isConnected) this.parts.stage.replaceChildren(this.view.element);
  }

  again() {
    this.view.again();
    this.curves.draw();
  }

  trouble(words) {
    this.parts.trouble.textContent = words;
  }
}

window.page = new Page();
