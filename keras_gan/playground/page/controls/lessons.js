// The lessons: a list, and the paragraph of the one that was chosen.

import { choice, el } from '../dom.js';
import { explained } from '../help.js';
import { LESSONS } from '../lessons.js';
import { checked } from '../state.js';
import { strings } from '../strings.en.js';

export class Lessons {
  /** open(state): begins a lesson. */
  constructor(open) {
    this.open = open;
    this.name = null;
    this.element = el('section', { class: 'card lesson', 'aria-label': strings.sections.lesson });
  }

  /** missing: pictures that are not at hand, whose lessons cannot be had. */
  show(missing) {
    for (const option of this.element.querySelectorAll('option')) option.disabled = LESSONS[option.value].world.name in missing;
    if (this.element.childElementCount) return;
    const titles = Object.fromEntries(Object.keys(LESSONS).map((name) => [name, strings.lessons[name][0]]));
    const pick = choice(titles, 'start', (name) => this.begin(name));
    pick.setAttribute('aria-label', strings.sections.lesson);
    pick.dataset.control = 'lesson';
    explained(pick, strings.help.lesson);
    this.words = el('p', { 'aria-live': 'polite' }, strings.lessons.start[1]);
    this.element.append(el('h2', {}, strings.sections.lesson), pick, this.words);
  }

  begin(name) {
    this.words.textContent = strings.lessons[name][1];
    this.open(checked(LESSONS[name]));
  }
}
