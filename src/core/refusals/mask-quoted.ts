import { maskPath } from '../endpoints/mask-path.js';
import type { Warning } from '../journal/trace.js';
import type { Mask } from '../workspaces/masking.js';
import type { Reason } from './codes.js';

type FieldOf<T> = T extends unknown ? keyof T : never;

/** The fields of reasons and warnings that quote the request. */
const QUOTING: readonly FieldOf<Reason | Warning>[] = ['path', 'found', 'name', 'expectation', 'host', 'value'];

/**
 * Masks what a reason or a warning quotes, except a 404's segment id and the key in `observed`'s 401, which the contract
 * fixes.
 */
export function maskQuoted<T extends object>(quoting: T, mask: Mask): T {
  const masked = { ...quoting } as Record<string, unknown>;
  // Its name is one of ours.
  if (masked['code'] === 'parameter_repeated') return quoting;
  for (const field of QUOTING) {
    const text = masked[field];
    if (typeof text === 'string') masked[field] = field === 'path' ? maskPath(text, mask) : mask(text);
  }
  const { foreignInstance } = masked;
  if (foreignInstance !== undefined) masked['foreignInstance'] = maskQuoted(foreignInstance as object, mask);
  return masked as T;
}
