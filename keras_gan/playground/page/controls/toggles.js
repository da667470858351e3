// What the plane shows, as check-boxes, each with the colour that it is drawn in.

import { el } from '../dom.js';
import { VIEWS, isPlane } from '../state.js';
import { strings } from '../strings.en.js';

const t = strings.views;

export class Toggles {
  /** show(views): the list that is now on. */
  constructor(show) {
    this.pick = show;
    this.element = el('fieldset', { class: 'toggles' });
  }

  show(state) {
    this.element.hidden = !isPlane(state);
    const box = (view) => {
      const [name, hint] = t[view];
      const input = el('input', { type: 'checkbox', checked: state.views.includes(view), 'data-view': view, help: hint });
      input.addEventListener('change', () => {
        const others = this.views.filter((other) => other !== view && !(input.checked && isHeat(view) && isHeat(other)));
        const views = input.checked ? [...others, view] : others;
        this.pick(views);
        this.views = views;
        for (const other of this.element.querySelectorAll('input')) other.checked = views.includes(other.dataset.view);
      });
      return el('label', { class: `toggle ${view}` }, input, el('span', {}, name));
    };
    this.views = state.views;
    this.element.replaceChildren(el('legend', {}, t.show), ...VIEWS.map(box));
  }
}

/** D and D* are painted on the same ground: one at a time. */
const isHeat = (view) => view === 'heat' || view === 'optimal';
