// The page's side of the worker: sends what is to be done, and calls back with what has become of it.

export class Engine {
  /** listeners: {ready, opened, frame, way, trouble}, each called with the worker's message. */
  constructor(listeners) {
    this.listeners = listeners;
    this.answers = new Map();
    this.worker = new Worker(new URL('./engine/worker.js', import.meta.url), { type: 'module' });
    this.worker.onerror = () => listeners.trouble({ message: 'wasm' });
    this.worker.onmessage = ({ data }) => {
      if (data.kind === 'saved') {
        this.answers.get(data.id)(data.state);
        this.answers.delete(data.id);
      } else listeners[data.kind](data);
    };
  }

  send(kind, content = {}) {
    this.worker.postMessage({ kind, ...content });
  }

  /** The state as it is now, with weights. */
  save() {
    return new Promise((resolve) => {
      const id = crypto.randomUUID?.() ?? String(performance.now());
      this.answers.set(id, resolve);
      this.send('save', { id });
    });
  }
}
