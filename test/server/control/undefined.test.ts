import { expect, it } from 'vitest';
import { startMock } from '../../../src/library/index.js';
import { SegmentFixture } from '../../../src/core/segments/fixture.js';
import { ApiKeyFixture, WorkspaceFixture } from '../../../src/core/workspaces/fixture.js';

/** An object in which every optional field of a schema is there, and undefined. */
function nothingOf({ properties, required = [] }: { properties: object; required?: string[] }): object {
  const optional = Object.keys(properties).filter((name) => !required.includes(name));
  return Object.fromEntries(optional.map((name) => [name, undefined]));
}

it('treats undefined as not given in every library call', async () => {
  const segment = { ...nothingOf(SegmentFixture), id: 'plain' };
  const apiKey = { ...nothingOf(ApiKeyFixture), key: 'KEY' };
  const workspace = { ...nothingOf(WorkspaceFixture), name: 'w', apiKeys: [apiKey], segments: [segment] };
  const mock = await startMock({ clock: '2024-01-31', fixtures: { workspaces: [workspace] } });
  const plain = await startMock({
    clock: '2024-01-31',
    fixtures: { workspaces: [{ name: 'w', apiKeys: [{ key: 'KEY' }], segments: [{ id: 'plain' }] }] },
  });
  try {
    expect(mock.workspace.segments.list()).toEqual(plain.workspace.segments.list());
    mock.workspace.segments.put('other', { ...nothingOf(SegmentFixture) });
    plain.workspace.segments.put('other');
    expect(mock.workspace.segments.get('other')).toEqual(plain.workspace.segments.get('other'));
    const { id: _id, ...change } = nothingOf(SegmentFixture) as { id?: string };
    expect(mock.workspace.segments.update('other', change)).toEqual(plain.workspace.segments.get('other'));
    expect(mock.workspace.addApiKey({ ...nothingOf(ApiKeyFixture) }).permissions).toHaveLength(4);
    const made = mock.createWorkspace({ ...nothingOf(WorkspaceFixture) });
    expect(made.segments.series('plain')).toEqual(plain.workspace.segments.series('plain'));
    expect(made.rateLimit.get()).toEqual(plain.workspace.rateLimit.get());
  } finally {
    await Promise.all([mock.stop(), plain.stop()]);
  }
});

it('rejects a missing argument with a message', async () => {
  const mock = await startMock();
  const nothing = undefined as never;
  expect(() => mock.workspace.faults.add(nothing)).toThrow('$: found nothing, expected');
  expect(() => mock.workspace.clock.set(nothing)).toThrow('$: found nothing, expected');
  await mock.stop();
});
