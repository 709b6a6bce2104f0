import { expect, it } from 'vitest';
import { Registry } from '../../src/workspaces/registry.js';
import { workspaceOf } from '../support/workspaces.js';

function registryOf(...names: string[]): Registry {
  const registry = new Registry();
  for (const name of names) {
    registry.add(workspaceOf({ name, apiKeys: [{ key: `${name}-1` }, { key: `${name}-2`, permissions: [] }] }));
  }
  return registry;
}

it('finds the workspace that a key opens, and what the key may do', () => {
  const registry = registryOf('a', 'b');
  const found = registry.opened('b-2');
  expect(found?.workspace.name).toBe('b');
  expect(found?.apiKey).toEqual({ key: 'b-2', permissions: new Set() });
});

it.each(['', 'a', 'A-1', 'a-1 ', 'a-3', 'constructor', '__proto__'])('finds nothing that the key "%s" opens', (key) => {
  expect(registryOf('a').opened(key)).toBeUndefined();
});

it.each([
  [['a', 'default', 'b'], 'default'],
  [['b', 'a'], 'b'],
  [[], undefined],
])('of the workspaces %j hands out %s', (names, expected) => {
  expect(registryOf(...names).default?.name).toBe(expected);
});
