import { page, type Theme } from './page.js';

const KEY = 'braze-segments-mock theme';
const NEXT: Record<Theme, Theme> = { system: 'dark', dark: 'light', light: 'system' };

export function startTheme(): void {
  apply((stored() ?? 'system') as Theme);
}

export function nextTheme(): void {
  const theme = NEXT[page.get().theme];
  apply(theme);
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // The browser stores nothing: the choice lasts until the page is closed.
  }
}

function apply(theme: Theme): void {
  page.set({ theme });
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}

function stored(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
