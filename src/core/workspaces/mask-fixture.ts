import type { Problem } from '../../schema/problems.js';
import { apiKeysIn } from './fixture.js';
import { KnownKeys, SHORTEST_INSIDE_WORDS } from './known-keys.js';
import { maskerOf } from './masking.js';

/** Masks the API keys that rejected fixtures name. In paths, short keys stay: they may be ordinary field names. */
export function maskOwnKeys(problems: readonly Problem[], fixtures: readonly unknown[]): Problem[] {
  if (problems.length === 0) return [];
  const [keys, longKeys] = [new KnownKeys(), new KnownKeys()];
  for (const key of fixtures.flatMap(apiKeysIn)) {
    keys.open(key);
    if (key.length >= SHORTEST_INSIDE_WORDS) longKeys.open(key);
  }
  const [mask, maskLong] = [maskerOf(keys), maskerOf(longKeys)];
  return problems.map((problem) => ({ ...problem, path: maskLong(problem.path), found: mask(problem.found) }));
}
