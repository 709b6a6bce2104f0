import { describe, expect, it } from 'vitest';
import { createWorkspace, startingWorkspace } from '../../../src/operations/workspaces.js';
import type { Mock } from '../../../src/core/mock.js';
import { defaultSettings } from '../../../src/start/settings.js';
import { ApiKeyFixture, type WorkspaceFixture } from '../../../src/core/workspaces/fixture.js';
import { generatedKey } from '../../../src/core/workspaces/generated-key.js';
import { checker } from '../../../src/schema/checker.js';
import { mockOf } from '../../support/mock.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/;
const free = () => false;

const mockWith = (workspaces: WorkspaceFixture[], seed = defaultSettings.seed) => mockOf({ seed }, workspaces);
const keysOf = (mock: Mock, name: string) => [...(mock.workspaces.get(name)?.apiKeys.keys() ?? [])];

describe('a generated key', () => {
  it('is a UUID that depends only on seed and name', () => {
    const key = generatedKey('seed', 'checkout', free);
    expect([key, generatedKey('seed', 'checkout', free)]).toEqual([expect.stringMatching(UUID), key]);
    const others = [
      generatedKey('other', 'checkout', free),
      generatedKey('seed', 'Checkout', free),
      generatedKey('seedc', 'heckout', free),
    ];
    expect(new Set([key, ...others]).size).toBe(4);
    expect(checker(ApiKeyFixture)({ key })).toMatchObject({ ok: true });
  });

  it('differs if a fixture already has it', () => {
    const first = generatedKey(defaultSettings.seed, 'bare', free);
    const mock = mockWith([{ name: 'bare' }, { name: 'copied', apiKeys: [{ key: first }] }]);
    expect(mock.workspaces.openedBy(first)?.workspace.name).toBe('copied');
    const [key = ''] = keysOf(mock, 'bare');
    expect([key === first, mock.workspaces.openedBy(key)?.workspace.name]).toEqual([false, 'bare']);
  });
});

describe('a workspace of a fixture', () => {
  it.each<[string, WorkspaceFixture]>([
    ['without apiKeys', { name: 'bare' }],
    ['with an empty list of them', { name: 'bare', apiKeys: [] }],
  ])('%s gets one key with all permissions', (_what, fixture) => {
    const mock = mockWith([{ name: 'default', apiKeys: [{ key: 'GIVEN' }] }, fixture]);
    expect(keysOf(mock, 'default')).toEqual(['GIVEN']);
    const [key = '', ...more] = keysOf(mock, 'bare');
    expect([key, more]).toEqual([expect.stringMatching(UUID), []]);
    const { workspace, apiKey } = mock.workspaces.openedBy(key) ?? {};
    expect([workspace?.name, apiKey?.permissions]).toEqual([
      'bare',
      new Set(ApiKeyFixture.properties.permissions.default),
    ]);
  });

  it('with a key without permissions gets no other', () => {
    expect(keysOf(mockWith([{ name: 'bare', apiKeys: [{ key: 'NONE', permissions: [] }] }]), 'bare')).toEqual(['NONE']);
  });

  it('has a key that differs by seed and is the same in another process', () => {
    const [one, same, other] = [
      mockWith([{ name: 'bare' }]),
      mockWith([{ name: 'bare' }]),
      mockWith([{ name: 'bare' }], 'other'),
    ];
    expect(keysOf(one, 'bare')).toEqual(keysOf(same, 'bare'));
    expect(keysOf(one, 'bare')).not.toEqual(keysOf(other, 'bare'));
  });

  it('keeps its key after a reset, and after deletion and a reset of the mock', () => {
    const mock = mockWith([{ name: 'bare' }]);
    const { apiKey } = startingWorkspace(mock);
    const opens = () => mock.workspaces.openedBy(apiKey)?.workspace.name;
    mock.resetWorkspace(mock.workspaces.get('bare')!);
    expect(opens()).toBe('bare');
    mock.remove(mock.workspaces.get('bare')!);
    expect(opens()).toBeUndefined();
    mock.reset();
    expect([opens(), startingWorkspace(mock).apiKey]).toEqual(['bare', apiKey]);
  });

  it('does not pass its key on to a copy', () => {
    const mock = mockWith([{ name: 'bare' }]);
    const made = createWorkspace(mock, { from: 'bare' });
    expect(keysOf(mock, made.name)).toEqual([made.apiKey]);
    expect(keysOf(mock, 'bare')).not.toContain(made.apiKey);
  });
});
