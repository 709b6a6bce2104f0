import { expect, it } from 'vitest';
import { Registry } from '../../../src/core/workspaces/registry.js';
import { workspaceOf } from '../../support/workspaces.js';

function registryOf(...names: string[]): Registry {
  const registry = new Registry();
  for (const name of names) {
    registry.add(workspaceOf({ name, apiKeys: [{ key: `${name}-1` }, { key: `${name}-2`, permissions: [] }] }));
  }
  return registry;
}

it('finds the workspace and the permissions of a key', () => {
  const registry = registryOf('a', 'b');
  const found = registry.openedBy('b-2');
  expect(found?.workspace.name).toBe('b');
  expect(found?.apiKey).toEqual({ key: 'b-2', permissions: new Set(), hint: '…' });
});

it.each(['', 'a', 'A-1', 'a-1 ', 'a-3', 'constructor', '__proto__'])('finds no workspace for the key "%s"', (key) => {
  expect(registryOf('a').openedBy(key)).toBeUndefined();
});

it.each([
  [['a', 'default', 'b'], 'default'],
  [['b', 'a'], 'b'],
  [[], undefined],
])('of the workspaces %j provides %s', (names, expected) => {
  expect(registryOf(...names).default?.name).toBe(expected);
});

it("accepts a key added later until the workspace's keys are removed", () => {
  const registry = registryOf('a', 'b');
  const [a] = registry.all();
  registry.addKey(a!, a!.addKey('later'));
  const before = ['a-1', 'later', 'b-1'].map((key) => registry.openedBy(key)?.workspace.name);
  registry.removeKeys(a!);
  const after = ['a-1', 'later', 'b-1'].map((key) => registry.openedBy(key)?.workspace.name);
  expect([before, after]).toEqual([
    ['a', 'a', 'b'],
    [undefined, undefined, 'b'],
  ]);
  expect(registry.get('a')).toBe(a);
});

it('forgets a removed workspace and its keys', () => {
  const registry = registryOf('a', 'b');
  registry.remove(registry.get('a')!);
  expect([registry.get('a'), registry.openedBy('a-1'), registry.all().map(({ name }) => name)]).toEqual([
    undefined,
    undefined,
    ['b'],
  ]);
});

it.each([
  ['A-1', 'a'],
  ['b-2', 'B'],
  ['B-2', 'B'],
  ['a-1 ', undefined],
  ['', undefined],
])('suggests the workspace whose key matches %j except for case: %s', (key, name) => {
  expect(registryOf('a', 'B').openedInOtherCase(key)?.name).toBe(name);
});

it('generates unused names and none twice', () => {
  const registry = registryOf('workspace-2', 'a');
  expect([registry.freeName(), registry.freeName(), registry.freeName()]).toEqual([
    'workspace-1',
    'workspace-3',
    'workspace-4',
  ]);
});
