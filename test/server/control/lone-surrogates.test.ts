import { describe, expect, it, onTestFinished } from 'vitest';
import { loadFixtures } from '../../support/load-fixtures.js';
import { type FixtureFile, startMock, type WorkspaceFixture } from '../../../src/library/index.js';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const LONE = 'a\uD800b';

/** Workspaces with a lone surrogate, each with the path of it. */
const WORKSPACES: [path: string, workspace: WorkspaceFixture][] = [
  ['.name', { name: LONE }],
  ['.apiKeys[0].key', { name: 'w', apiKeys: [{ key: LONE }] }],
  ...(['id', 'name', 'description', 'textDescription'] as const).map((field): [string, WorkspaceFixture] => [
    `.segments[0].${field}`,
    { name: 'w', segments: [{ id: 's', [field]: LONE }] },
  ]),
  ['.segments[0].tags[1]', { name: 'w', segments: [{ id: 's', tags: ['fine 😀', LONE] }] }],
  ['.segments[0].teams[0]', { name: 'w', segments: [{ id: 's', teams: [LONE] }] }],
  ['.faults[0].trigger.segmentId', { name: 'w', faults: [{ trigger: { segmentId: LONE }, effect: { status: 503 } }] }],
];

async function started(fixtures?: FixtureFile) {
  const mock = await startMock({ clock: '2024-01-31', ...(fixtures && { fixtures }) });
  onTestFinished(() => mock.stop());
  return mock;
}

const sent = async (method: string, url: string, body: unknown) => {
  const reply = await fetch(url, { method, body: JSON.stringify(body) });
  return [reply.status, await reply.text()] as const;
};

describe.each(WORKSPACES)('a lone surrogate in $%s', (path, workspace) => {
  it.each(['json', 'yaml'])('is rejected in a %s fixture', (extension) => {
    const folder = mkdtempSync(join(tmpdir(), 'surrogates-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, `a.${extension}`), JSON.stringify({ workspaces: [workspace] }));
    expect(() => loadFixtures(folder)).toThrow(`$.workspaces[0]${path}: found `);
  });

  it('is rejected by the library and the control API, and nothing is created', async () => {
    await expect(startMock({ fixtures: { workspaces: [workspace] } })).rejects.toThrow(
      `fixtures: $.workspaces[0]${path}: found `,
    );
    const mock = await started();
    const url = `${mock.url}/__mock/workspaces`;
    const before = await (await fetch(url)).text();
    expect(() => mock.createWorkspace(workspace as never)).toThrow(`$${path}: found `);
    const [status, text] = await sent('POST', url, workspace);
    expect([status, text.includes(`$${path}: found `)]).toEqual([400, true]);
    expect(await (await fetch(url)).text()).toBe(before);
  });
});

it('is rejected in a segment that is put or patched, and in a fault', async () => {
  const mock = await started({ workspaces: [{ name: 'w', segments: [{ id: 's' }] }] });
  const url = `${mock.url}/__mock/workspaces/w`;
  for (const [method, path, body] of [
    ['PUT', '/segments/s', { name: LONE }],
    ['PATCH', '/segments/s', { tags: [LONE] }],
    ['POST', '/faults', { trigger: { segmentId: LONE }, effect: { status: 503 } }],
  ] as const) {
    expect(await sent(method, url + path, body)).toEqual([
      400,
      expect.stringContaining('text without lone surrogates'),
    ]);
  }
  expect(() => mock.workspace.segments.update('s', { name: LONE })).toThrow('$.name: found "a\\ud800b"');
  expect(mock.workspace.requests.list()).toEqual([]);
});

it('is rejected in the name of a field, and pairs of surrogates are text', () => {
  const workspaces = [{ name: 'w', segments: [{ id: '😀', name: 'fine 😀' }] }];
  const folder = mkdtempSync(join(tmpdir(), 'surrogates-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'a.json'), JSON.stringify({ workspaces }));
  expect(loadFixtures(folder)).toEqual(workspaces);
  writeFileSync(join(folder, 'a.json'), JSON.stringify({ workspaces, [LONE]: 1 }));
  expect(() => loadFixtures(folder)).toThrow('$: found the field "a\\ud800b", expected names without lone surrogates');
});
