import { readFileSync } from 'node:fs';

export const ROOT = new URL('../../', import.meta.url);
export const README = readFileSync(new URL('README.md', ROOT), 'utf8');
/** Where the README's calls go. */
export const SHOWN_ORIGIN = 'http://127.0.0.1:27293';

/** The code blocks of the README. */
export const blocks = [...README.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = '', text = '']) => ({
  language,
  text,
}));

/**
 * Is a reply the one that is shown? Where the README writes "…", anything may stand. A reply shown on several lines
 * is JSON: its objects may leave fields out.
 */
export function fits(reply: string, shown: string): boolean {
  return shown.trim().includes('\n') ? holds(JSON.parse(reply), JSON.parse(shown)) : pattern(shown.trim()).test(reply);
}

function holds(value: unknown, shown: unknown): boolean {
  if (typeof shown === 'string') return pattern(shown).test(String(value));
  if (typeof shown !== 'object' || shown === null) return value === shown;
  if (Array.isArray(shown) && (!Array.isArray(value) || value.length !== shown.length)) return false;
  return Object.entries(shown).every(([name, part]) => holds((value as Record<string, unknown>)[name], part));
}

function pattern(text: string): RegExp {
  const parts = text.split('…').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}
