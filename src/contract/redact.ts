import { REPLACED_KEY } from '../core/exchanges/exchanges.js';

/** Beginnings of a key this long are replaced too: servers quote keys cut short. */
const SHORTEST_PREFIX = 8;

/** Replaces a secret, whole or cut short, in any case of letters, percent-encoded (repeatedly too) or as JSON escapes. */
export function redactorOf(secret: string): (text: string) => string {
  const characters = Array.from(secret, (character) => {
    const hex = character.charCodeAt(0).toString(16).padStart(2, '0');
    const literal = character.replace(/\W/, String.raw`\$&`);
    return `(?:${literal}|%(?:25)*${hex}|\\\\u00${hex}|\\\\${literal})`;
  });
  const rest = characters.slice(SHORTEST_PREFIX).reduceRight((inner, character) => `(?:${character}${inner})?`, '');
  const pattern = characters.slice(0, SHORTEST_PREFIX).join('') + rest;
  // A short secret may be a part of ordinary words.
  const isShort = characters.length < SHORTEST_PREFIX;
  const bounded = new RegExp(isShort ? String.raw`(?<![\w-])${pattern}(?![\w-])` : pattern, 'gi');
  return (text) => text.replace(bounded, REPLACED_KEY);
}
