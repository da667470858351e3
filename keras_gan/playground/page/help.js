// The explanation at each control: screen readers read it with the control, and everyone sees it beside the control that
// the pointer is on or the keyboard has reached. A title would not do: neither touch nor the keyboard brings it up.

const PATIENCE = 400; // milliseconds on a control before its explanation covers what is near
const MARGIN = 8; // pixels between the explanation, its control and the edge of the window

const made = (attributes) => Object.assign(document.createElement('div'), attributes);

/** Where all explanations lie; hidden, as a description may be. */
export const shelf = made({ hidden: true });
const bubble = made({ className: 'bubble', hidden: true, ariaHidden: 'true' }); // the shelf's words are already read
const known = new Map(); // words -> the id of the element that holds them

/** Ties a control to what it is for; -> the control. */
export function explained(control, words) {
  if (!known.has(words)) {
    known.set(words, `explanation-${known.size + 1}`);
    shelf.append(made({ id: known.get(words), textContent: words }));
  }
  control.setAttribute('aria-describedby', known.get(words));
  return control;
}

/** The control that an event is about: also by its label, which is the larger target. */
const controlOf = ({ target }) => (target instanceof Element
  ? target.closest('[aria-describedby]') ?? target.closest('label')?.control ?? null : null);

let shown = null;
let timer = 0;

function place() {
  if (!shown?.isConnected) return hide();
  const [at, own] = [shown.getBoundingClientRect(), bubble.getBoundingClientRect()];
  const below = at.bottom + MARGIN;
  const fits = below + own.height <= window.innerHeight;
  bubble.style.left = `${Math.max(MARGIN, Math.min(at.left, window.innerWidth - own.width - MARGIN))}px`;
  bubble.style.top = `${fits ? below : Math.max(MARGIN, at.top - own.height - MARGIN)}px`;
}

function show(control) {
  const words = document.getElementById(control?.getAttribute('aria-describedby'))?.textContent;
  if (!words || !control.isConnected) return hide();
  shown = control;
  bubble.textContent = words;
  bubble.hidden = false;
  place();
}

function hide() {
  clearTimeout(timer);
  shown = null;
  bubble.hidden = true;
}

/** Puts the explanations into the document, and shows each where it is wanted; Escape takes it away. */
export function explain() {
  document.body.append(shelf, bubble);
  document.addEventListener('focusin', (event) => (event.target.matches(':focus-visible') ? show(controlOf(event)) : hide()));
  document.addEventListener('focusout', hide);
  document.addEventListener('pointerover', (event) => {
    if (event.pointerType === 'touch' || bubble.contains(event.target)) return; // one may point at the words themselves
    const control = controlOf(event);
    if (control === shown) return;
    hide();
    if (control) timer = setTimeout(show, PATIENCE, control);
  });
  document.addEventListener('pointerdown', hide);
  document.addEventListener('keydown', ({ key }) => { if (key === 'Escape') hide(); });
  document.addEventListener('scroll', () => shown && place(), { passive: true });
}
