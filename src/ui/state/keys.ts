import { createStore } from './store.js';
import { go, page } from './page.js';
import { VIEWS } from './route.js';

/** The keys that work everywhere, as the list under `?` describes them. */
export const KEYS: readonly [string, string][] = [
  ['1 2 3', 'Segments, Requests, Controls'],
  ['/', 'Filter'],
  ['j k', 'Next and previous row'],
  ['Enter', 'Open the row'],
  ['Esc', 'Close what is open'],
  ['c', 'Copy as curl'],
  ['t', 'Switch between light and dark'],
  ['?', 'This list'],
];

export const help = createStore({ isOpen: false });

/** Handles keys that are not typed into a field. */
export function watchKeys(): void {
  document.addEventListener('keydown', (event) => {
    const target = event.target as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (document.querySelector('dialog[open]') !== null) return;
    if (target.closest('input, textarea, select') !== null) {
      if (event.key === 'Escape' && target.matches('[data-filter]')) target.blur();
      return;
    }
    if (handle(event.key)) event.preventDefault();
  });
}

function handle(key: string): boolean {
  const view = VIEWS[Number(key) - 1];
  if (view !== undefined) go({ view });
  else if (key === '/') document.querySelector<HTMLElement>('[data-filter]')?.focus();
  else if (key === 'j' || key === 'k') moveRow(key === 'j' ? 1 : -1);
  else if (key === 'c') document.querySelector<HTMLElement>('[data-curl]')?.click();
  else if (key === 't') document.querySelector<HTMLElement>('[data-theme-switch]')?.click();
  else if (key === '?') help.set({ isOpen: true });
  else if (key === 'Escape' && page.get().route.id !== undefined) closeEntry();
  else return false;
  return true;
}

/** Moves the focus among the rows in sight; in the list of segments it opens the row too. */
function moveRow(step: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')];
  const focused = rows.indexOf(document.activeElement as HTMLElement);
  const current = focused >= 0 ? focused : rows.findIndex((row) => row.dataset['row'] === page.get().route.id);
  const next = rows[current < 0 ? 0 : Math.min(Math.max(current + step, 0), rows.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}

/** Closes the open entry and gives the focus back to its row. */
export function closeEntry(): void {
  const { route } = page.get();
  const row = `[data-row="${CSS.escape(route.id ?? '')}"]`;
  // After the view has been rendered without the entry.
  addEventListener('hashchange', () => setTimeout(() => document.querySelector<HTMLElement>(row)?.focus()), {
    once: true,
  });
  go({ id: undefined, query: route.query });
}
