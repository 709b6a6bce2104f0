import type { Problem } from '../../schema/problems.js';
import { KnownKeys, SHORTEST_INSIDE_WORDS } from './known-keys.js';
import { maskerOf } from './masking.js';

/**
 * The problems of fixtures that are refused, with the API keys that these fixtures themselves name masked wherever they
 * are found. A short key may be an ordinary word, and stays in a path, which consists of field names.
 */
export function maskOwnKeys(problems: readonly Problem[], fixtures: readonly unknown[]): Problem[] {
  if (problems.length === 0) return [];
  const [keys, longKeys] = [new KnownKeys(), new KnownKeys()];
  for (const key of fixtures.flatMap(keysIn)) {
    keys.open(key);
    if (key.length >= SHORTEST_INSIDE_WORDS) longKeys.open(key);
  }
  const [mask, maskLong] = [maskerOf(keys), maskerOf(longKeys)];
  return problems.map((problem) => ({ ...problem, path: maskLong(problem.path), found: mask(problem.found) }));
}

/** The API keys that fixtures name, however invalid the rest is. */
function keysIn(fixtures: unknown): string[] {
  return itemsOf(fixtures, 'workspaces')
    .flatMap((workspace) => itemsOf(workspace, 'apiKeys'))
    .map((apiKey) => (apiKey as { key?: unknown } | null)?.key)
    .filter((key): key is string => typeof key === 'string' && key !== '');
}

function itemsOf(value: unknown, field: string): unknown[] {
  const items = (value as Record<string, unknown> | null | undefined)?.[field];
  return Array.isArray(items) ? items : [];
}
