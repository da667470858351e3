// Undo and redo: whole states, weights and all, so that what comes back is also as well trained as it was. They are
// promises, because the worker has the weights, and the page does not wait for them to go on.

const MOST = 20;

export class History {
  constructor() {
    this.past = [];
    this.future = [];
  }

  /** `state` is being left for another. */
  leave(state) {
    this.past.push(state);
    if (this.past.length > MOST) this.past.shift();
    this.future = [];
  }

  /** The state before; `now` can be come back to. */
  undo(now) {
    this.future.push(now);
    return this.past.pop();
  }

  redo(now) {
    this.past.push(now);
    return this.future.pop();
  }

  get can() {
    return { undo: this.past.length > 0, redo: this.future.length > 0 };
  }
}
