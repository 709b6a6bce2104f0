import { Buffer } from 'node:buffer';
import { REPLACED_KEY } from '../core/exchanges/exchanges.js';

/** Beginnings of a key this long are replaced too: servers quote keys cut short. */
const SHORTEST_PREFIX = 8;

/**
 * Replaces a secret, whole or cut short, in any case of letters, percent-encoded (repeatedly too), as JSON escapes, or
 * in base64, alone or inside other text.
 */
export function redactorOf(secret: string): (text: string) => string {
  const patterns = [secret, ...base64Of(secret)].map(secretPattern);
  return (text) => patterns.reduce((redacted, pattern) => redacted.replace(pattern, REPLACED_KEY), text);
}

/** The base64 digits that a secret determines, at each of its three places in a group of bytes, in both alphabets. */
function base64Of(secret: string): string[] {
  if (secret.length < SHORTEST_PREFIX) return [];
  const digits = [0, 1, 2].map((place) => {
    const whole = Math.floor(((place + secret.length) * 8) / 6);
    return Buffer.from('-'.repeat(place) + secret, 'latin1')
      .toString('base64')
      .slice(Math.ceil((place * 8) / 6), whole);
  });
  const urlSafe = digits.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  return [...new Set([...digits, ...urlSafe])];
}

function secretPattern(secret: string): RegExp {
  const characters = Array.from(secret, (character) => {
    const hex = character.charCodeAt(0).toString(16).padStart(2, '0');
    const literal = character.replace(/\W/, String.raw`\$&`);
    return `(?:${literal}|%(?:25)*${hex}|\\\\u00${hex}|\\\\${literal})`;
  });
  const rest = characters.slice(SHORTEST_PREFIX).reduceRight((inner, character) => `(?:${character}${inner})?`, '');
  const pattern = characters.slice(0, SHORTEST_PREFIX).join('') + rest;
  // A short secret may be a part of ordinary words.
  const isShort = characters.length < SHORTEST_PREFIX;
  return new RegExp(isShort ? String.raw`(?<![\w-])${pattern}(?![\w-])` : pattern, 'gi');
}
