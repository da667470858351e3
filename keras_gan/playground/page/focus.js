// Controls are made anew when the state changes; whoever works with the keyboard stays where they were.

const CONTROLS = 'button, input, select, canvas[tabindex="0"]';

/** What tells a control from its neighbours, apart from its value. */
const named = (control) => [control.tagName, control.getAttribute('aria-label') ?? control.textContent].join();

/** Does `act`, and puts the focus on the control that has taken the place of the one that had it, in the same section. */
export function keepingFocus(act) {
  const had = document.activeElement;
  const section = had?.closest('section');
  const before = section ? [...section.querySelectorAll(CONTROLS)] : [];
  const alike = before.filter((control) => named(control) === named(had));
  const [place, turn] = [before.indexOf(had), alike.indexOf(had)];
  act();
  if (place < 0 || had.isConnected) return;
  const after = [...section.querySelectorAll(CONTROLS)].filter((control) => !control.disabled);
  const next = after.filter((control) => named(control) === named(had))[turn] ?? after[Math.min(place, after.length - 1)];
  next?.focus({ preventScroll: true });
}
