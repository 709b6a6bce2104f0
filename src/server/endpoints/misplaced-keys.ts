import type { IncomingHttpHeaders } from 'node:http';
import { decodeVisible, isSecretName } from '../../core/workspaces/masking.js';
import type { KnownKeys } from '../../core/workspaces/known-keys.js';
import type { Parameter } from './parameters.js';

/** A request as far as a key may be in it. */
interface Sent {
  path: string;
  parameters: readonly Parameter[];
  headers: IncomingHttpHeaders;
  /** Whether it has no API key where one belongs. */
  lacksKey: boolean;
}

/**
 * Where a request has an API key outside of `Authorization`, in words: where a known key is, and, in a request
 * without a key, what is named like one.
 */
export function misplacedKeys({ path, parameters, headers, lacksKey }: Sent, keys: KnownKeys): string[] {
  const isKey = (name: string, value: string) =>
    keys.occurIn(decodeVisible(`${name}\n${value}`)) || (lacksKey && isNamedLikeKey(name));
  const others = Object.entries(headers).filter(([name]) => name !== 'authorization');
  return [
    ...(isKey('', path) ? ['the path'] : []),
    ...parameters.filter(({ name, value }) => isKey(name, value)).map(({ name }) => `the parameter ${name}`),
    ...others.filter(([name, value]) => isKey(name, String(value))).map(([name]) => `the header ${name}`),
  ];
}

/** Cookies and tokens against forgery are what a browser sends by itself. */
function isNamedLikeKey(name: string): boolean {
  return isSecretName(name) && !/cookie|[cx]srf|session/i.test(name);
}
