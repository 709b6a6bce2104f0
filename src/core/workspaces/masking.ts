import { isSecretName, redact } from '../../schema/secrets.js';
import type { KnownKeys } from './known-keys.js';

export { isSecretName, redact };

/** Cuts the secrets in a text short. */
export type Mask = (text: string) => string;

/**
 * Masks what must not be written: known keys anywhere, percent-encoded or not; the values of parameters and fields
 * with a secret's name (`api_key=…`, `"token":"…"`); credentials behind `Bearer`; known keys in base64 behind
 * `Basic`; and the key that a path of the control API names. What is masked already stays as it is.
 */
export function maskerOf(keys: KnownKeys): Mask {
  const maskPlain = (text: string) => maskCredentials(maskAssignments(keys.mask(text)), keys);
  return (text) => {
    const masked = maskPlain(text);
    if (!masked.includes('%')) return masked;
    const decoded = decodeVisible(masked);
    const inner = maskPlain(decoded);
    return inner === decoded ? masked : inner;
  };
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

/** Sets a field whatever its name, `__proto__` too. */
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

/** Percent-encoding of visible ASCII undone, however many times it was applied. */
export function decodeVisible(text: string): string {
  return text.replace(/%(?:25)*([2-7][0-9a-f])/gi, (_escape, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

const LONGEST_NAME = 64;

function maskAssignments(text: string): string {
  let masked = '';
  let copied = 0;
  for (const { 0: sign, index } of text.matchAll(/=|"\s*:\s*"/g)) {
    const name = /[\w.-]*$/.exec(text.slice(Math.max(copied, index - LONGEST_NAME), index))?.[0] ?? '';
    if (index < copied || !isSecretName(name)) continue;
    const start = index + sign.length;
    const value = /^[^&\s"'<>;,]*/.exec(text.slice(start))?.[0] ?? '';
    masked += text.slice(copied, start) + redact(value);
    copied = start + value.length;
  }
  return copied === 0 ? text : masked + text.slice(copied);
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
function fromBase64(text: string): string {
  const digits = text
    .replaceAll('-', '+')
    .replaceAll('_', '/')
    .replace(/[^A-Za-z0-9+/]/g, '');
  // A digit alone is not a byte.
  return atob(digits.length % 4 === 1 ? digits.slice(0, -1) : digits);
}
