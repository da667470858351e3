// The training, off the page's thread. Messages in: {kind, ...}, see HANDLERS. Messages out: ready, opened, frame, way,
// saved, trouble. It trains in short bursts, so that messages are heard, and sends a frame some ten times a second.

/* global tf */

import '../vendor/tf.es2017.min.js';
import '../vendor/tf-backend-wasm.es2017.min.js';
import { registerConvolutionGradients } from './convolution.js';
import { picturesOf, pointsOf } from './data.js';
import { pictures, plane, realOf, way } from './looks.js';
import { Generator } from './pretrained.js';
import { Probe } from './probe.js';
import { Run } from './run.js';
import { step, turn } from './step.js';

const BURST = 24; // milliseconds of training between two looks at the messages
const FRAME = 90; // milliseconds from one frame to the next
const EVERY = { plane: 50, pictures: 100 }; // steps from one measurement to the next

let run = null;
let probe = null;
let real = null;
let pretrained = null;
let playing = null; // {rate: steps a second, 0: any}
let wanted = new Set();
let terms = {};
let sums = { steps: 0, terms: {} }; // since the last frame
let waiting = 0; // turns of D alone since the last whole step
let clock = { frame: 0, since: 0, steps: 0 };
let measurements = [];

const every = () => (run.data.world ? EVERY.plane : EVERY.pictures);

function train() {
  note(step(run));
  waiting = 0;
}

/** Adds a step's terms to what the next frame reports, and measures when it is time. */
function note(values, whole = true) {
  terms = { ...terms, ...values };
  sums.steps++;
  for (const [name, value] of Object.entries(values)) sums.terms[name] = (sums.terms[name] ?? 0) + value;
  if (whole && run.steps % every() === 0) measurements.push(probe.measure(terms));
}

/** One turn of one player; G's completes a step. -> terms. */
function single(player) {
  const number = player === 'discriminator' ? waiting++ : run.state.turns.discriminator;
  const values = turn(run, player, number);
  if (player === 'generator') {
    run.steps++;
    waiting = 0;
  }
  note(values, player === 'generator');
}

function frame() {
  const now = performance.now();
  const rate = playing ? (1000 * (run.steps - clock.steps)) / Math.max(now - clock.since, 1) : 0;
  if (now - clock.since > 1000) clock = { ...clock, since: now, steps: run.steps };
  const mean = Object.fromEntries(Object.entries(sums.terms).map(([name, sum]) => [name, sum / sums.steps]));
  const look = run.data.world ? plane(run, real, wanted) : pictures(run, real);
  postMessage({
    kind: 'frame', steps: run.steps, rate, terms: mean, look, measurements, histogram: probe.histogram,
    fingerprint: run.fingerprint(), playing: playing !== null,
  });
  sums = { steps: 0, terms: {} };
  measurements = [];
  clock.frame = performance.now();
}

/** Trains for a burst, and comes back after the messages that have arrived. */
function tick(token) {
  if (playing !== token) return;
  const began = performance.now();
  if (token.rate) {
    train();
    frame();
    setTimeout(tick, Math.max(0, 1000 / token.rate - (performance.now() - began)), token);
    return;
  }
  while (performance.now() - began < BURST) train();
  if (performance.now() - clock.frame > FRAME) frame();
  channel.port2.postMessage(null);
  channel.port1.onmessage = () => tick(token);
}
const channel = new MessageChannel(); // unlike a timeout it comes back at once

const HANDLERS = {
  /** A state, and the pictures of its world if it has any. */
  open({ state, pictures: given, views }) {
    run?.close();
    playing = null;
    run = new Run(state, given ? picturesOf(given) : pointsOf(state.world));
    real = realOf(run);
    probe = new Probe(run);
    wanted = new Set(views);
    [terms, sums, waiting, measurements] = [{}, { steps: 0, terms: {} }, 0, []];
    postMessage({ kind: 'opened', real, shape: run.data.shape, extent: run.data.world?.extent, every: every() });
    frame();
  },
  play({ rate }) {
    playing = { rate };
    clock = { frame: 0, since: performance.now(), steps: run.steps };
    tick(playing);
  },
  pause() {
    playing = null;
    frame();
  },
  /** So many steps, without a pause between them; for tests and benchmarks, and for links that say how far. */
  steps({ count }) {
    for (let i = 0; i < count; i++) train();
    frame();
  },
  turn({ player }) {
    single(player);
    frame();
  },
  way({ player }) {
    const before = way(run, real);
    single(player);
    postMessage({ kind: 'way', player, ...before });
    frame();
  },
  adjust({ state }) {
    run.adjust(state);
  },
  views({ views }) {
    wanted = new Set(views);
    if (!playing) frame();
  },
  pretrained({ model }) {
    pretrained = new Generator(model);
  },
  draw(wish) {
    postMessage({ kind: 'drawn', values: pretrained.draw(wish) });
  },
  save({ id }) {
    postMessage({ kind: 'saved', id, state: run.saved() });
  },
};

async function start() {
  tf.wasm.setWasmPaths(new URL('../vendor/', import.meta.url).href);
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false); // one thread adds in one order
  if (!await tf.setBackend('wasm')) throw new Error('wasm');
  await tf.ready();
  registerConvolutionGradients();
  self.onmessage = ({ data }) => {
    try {
      HANDLERS[data.kind](data);
    } catch (error) {
      playing = null;
      postMessage({ kind: 'trouble', message: error.message });
    }
  };
  postMessage({ kind: 'ready' });
}

start().catch(() => postMessage({ kind: 'trouble', message: 'wasm' }));
