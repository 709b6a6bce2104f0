import { isSecretName, redact } from '../../schema/secrets.js';
import type { KnownKeys } from './known-keys.js';

export { isSecretName, redact };

/** Cuts the secrets in a text short. */
export interface Mask {
  (text: string): string;
  /** That of the service, for paths: the part that they share with an endpoint is never a secret. */
  readonly basePath?: string | undefined;
}

/**
 * Masks what must not be written: known keys anywhere, percent-encoded or not; the values of parameters and fields
 * with a secret's name (`api_key=…`, `"token":"…"`); credentials behind `Bearer`; known keys in base64 behind
 * `Basic`; and the key that a path of the control API names. What is masked already stays as it is.
 */
export function maskerOf(keys: KnownKeys, basePath?: string): Mask {
  // Log lines repeat the ids of few segments.
  const masked = new Map<string, string>();
  let changes = keys.changes;
  const mask = (text: string) => {
    if (text.length > LONGEST_KEPT) return maskOnce(text, keys);
    if (changes !== keys.changes || masked.size > MOST_KEPT) masked.clear();
    changes = keys.changes;
    let shown = masked.get(text);
    if (shown === undefined) masked.set(text, (shown = maskOnce(text, keys)));
    return shown;
  };
  return Object.assign(mask, { basePath });
}

/** Texts that are kept with what is shown of them, and their length. */
const MOST_KEPT = 4096;
const LONGEST_KEPT = 64;

function maskOnce(text: string, keys: KnownKeys): string {
  const maskPlain = (part: string) => maskCredentials(maskAssignments(keys.mask(part)), keys);
  let shown = maskPlain(text);
  let before = shown;
  for (let times = 0; times < MOST_DECODINGS && before.includes('%'); times++) {
    const decoded = decodeOnce(before);
    if (decoded === before) break;
    before = maskPlain(decoded);
    // The decoded text is shown only where it had to be masked.
    if (before !== decoded) shown = before;
  }
  return shown;
}

/** Does a text have a known key of at least that length in it, percent-encoded or not? */
export function isKnownKeyIn(text: string, keys: KnownKeys, length: number): boolean {
  let decoded = text;
  for (let times = 0; times <= MOST_DECODINGS; times++) {
    if (keys.occurIn(decoded, length)) return true;
    if (!decoded.includes('%')) return false;
    decoded = decodeOnce(decoded);
  }
  return false;
}

/** Times that percent-encoding is undone: proxies and redirects encode a text two or three times. */
const MOST_DECODINGS = 8;

/** Undoes percent-encoding of visible ASCII once: a key itself may have escapes in it. */
function decodeOnce(text: string): string {
  return (
    text
      // An escape that a message cut short is not part of the beginning of a key.
      .replace(/%[2-7]?\u2026/g, '…')
      .replace(/%([2-7][0-9a-f])/gi, (_escape, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  );
}

/** The same value with every string in it masked; the names of fields stay. */
export function maskStrings<T>(value: T, mask: Mask): T {
  if (typeof value === 'string') return mask(value) as T;
  if (Array.isArray(value)) return value.map((item: unknown) => maskStrings(item, mask)) as T;
  if (typeof value !== 'object' || value === null) return value;
  const result: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(value)) defineField(result, name, maskStrings(inner as unknown, mask));
  return result as T;
}

/** Sets a field of any name, `__proto__` too. */
export function defineField(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}

/** An error for the log, its texts masked. */
export function maskedError(error: Error, mask: Mask): Error {
  const texts: object = Object.assign({}, error, { message: error.message, stack: error.stack });
  const strings = Object.entries(texts).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  const masked = strings.map(([name, text]) => [name, { value: mask(text), enumerable: true }]);
  return Object.create(error, Object.fromEntries(masked) as PropertyDescriptorMap) as Error;
}

const LONGEST_NAME = 64;
const SIGN = /=|"\s*:\s*"/g;
const VALUE = /[^&\s"'<>;,]*/y;

function maskAssignments(text: string): string {
  if (!/[="]/.test(text)) return text;
  let masked = '';
  let copied = 0;
  for (const { 0: sign, index } of text.matchAll(SIGN)) {
    if (index < copied || !isSecretName(nameBefore(text, index, copied))) continue;
    VALUE.lastIndex = index + sign.length;
    const value = VALUE.exec(text)?.[0] ?? '';
    const start = index + sign.length;
    masked += text.slice(copied, start) + redact(value);
    copied = start + value.length;
  }
  return copied === 0 ? text : masked + text.slice(copied);
}

/** The name that ends at a place in a text, and begins after another. */
function nameBefore(text: string, end: number, after: number): string {
  let start = end;
  while (start > after && end - start < LONGEST_NAME && /[\w.-]/.test(text.charAt(start - 1))) start--;
  return text.slice(start, end);
}

const CREDENTIALS = /\b(bearer|basic)([\s+]+)([^\s"'<>,;&]+)|(\/api-keys\/)([^/?\s"']+)/gi;

function maskCredentials(text: string, keys: KnownKeys): string {
  return text.replace(CREDENTIALS, (whole: string, ...groups: (string | undefined)[]) => {
    const [scheme, gap = '', sent = '', path = '', key = ''] = groups;
    if (scheme === undefined) return path + redact(key);
    const isSecret = /^bearer$/i.test(scheme) || keys.occurIn(fromBase64(sent));
    return isSecret ? scheme + gap + redact(sent) : whole;
  });
}

/** Decodes base64 in either alphabet, with or without padding, as Latin-1; what is not of the alphabet is skipped. */
export function fromBase64(text: string): string {
  const digits = text
    .replaceAll('-', '+')
    .replaceAll('_', '/')
    .replace(/[^A-Za-z0-9+/]/g, '');
  // A digit alone is not a byte.
  return atob(digits.length % 4 === 1 ? digits.slice(0, -1) : digits);
}
