import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { checkFixture } from '../src/workspaces/fixture.js';
import { command } from './support/command.js';
import { API_KEY, bearer, get, startTestServer, type TestServer } from './support/server.js';

const ROOT = new URL('../', import.meta.url);
const README = readFileSync(new URL('README.md', ROOT), 'utf8');
const SHOWN_ORIGIN = 'http://127.0.0.1:27293';
const CLOCK = '2026-03-01T12:00:00Z';

const blocks = [...README.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = '', text = '']) => ({
  language,
  text,
}));

interface Call {
  url: string;
  headers: Record<string, string>;
  /** The reply that the README shows beneath the call. */
  reply?: string;
}

const calls: Call[] = blocks.flatMap(({ language, text }, index) => {
  if (language !== 'sh') return [];
  const commands = text
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line.startsWith('curl '));
  const next = blocks[index + 1];
  return commands.map((line) =>
    callOf(line, commands.length === 1 && next?.language === 'json' ? next.text : undefined),
  );
});

async function make({ url, headers }: Call) {
  expect(url).toContain(`${SHOWN_ORIGIN}/`);
  const server = await startTestServer({ clock: CLOCK });
  return get(url.replace(SHOWN_ORIGIN, server.url), headers);
}

function callOf(line: string, reply: string | undefined): Call {
  const url = /^curl '([^']+)'/.exec(line)?.[1] ?? '';
  const headers = [...line.matchAll(/--header '([^:']+): ([^']*)'/g)].map(([, name = '', value = '']) => [name, value]);
  return { url, headers: Object.fromEntries(headers) as Record<string, string>, ...(reply !== undefined && { reply }) };
}

/** The rows of a table, each a list of its cells without the backquotes. */
function rowsOf(table: string): string[][] {
  const lines = table.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replace(/^`(.*)`$/, '$1')),
  );
}

function section(name: string): string[][] {
  return rowsOf(README.split(`<!-- ${name} -->`)[1]?.split(`<!-- /${name} -->`)[0] ?? '');
}

function ask(server: TestServer, segmentId = '', { key = API_KEY, endingAt = '2026-01-01' } = {}) {
  return server.get(`/segments/data_series?segment_id=${segmentId}&length=1&ending_at=${endingAt}`, bearer(key));
}

describe('the calls', () => {
  it('are five, two of them with the reply they get', () => {
    expect(calls.map(({ reply }) => reply !== undefined)).toEqual([true, false, false, false, true]);
  });

  it.each(calls.filter(({ reply }) => reply !== undefined))('$url gets the reply shown', async (call) => {
    expect((await make(call)).text).toBe(JSON.stringify(JSON.parse(call.reply ?? '')));
  });

  it.each(calls.filter(({ reply }) => reply === undefined))('$url gets a day for each asked for', async (call) => {
    const { status, body } = await make(call);
    const days = Number(new URL(call.url).searchParams.get('length'));
    expect([status, (body as { data: unknown[] }).data.length]).toEqual([200, days]);
  });
});

describe('the tables', () => {
  it('say what each key may do', async () => {
    const server = await startTestServer({ clock: CLOCK });
    const rows = section('built-in keys');
    const statuses = rows.map(async ([key = '']) => (await ask(server, 'segment_1234', { key })).status);
    expect(rows.map((row) => Number(row[2]))).toEqual(await Promise.all(statuses));
  });

  it('name every outcome of the reference and a segment of every type', () => {
    const rows = section('built-in segments');
    expect(rows).toHaveLength(18);
    expect(new Set(rows.map(([, type]) => type))).toEqual(new Set(['static', 'dynamic', 'location', 'behavior', '']));
    expect(new Set(rows.map((row) => row[4]))).toEqual(new Set(['200', '422', '429', '500', '502', '503', '504']));
  });

  it('say how each segment is answered', async () => {
    const server = await startTestServer({ clock: CLOCK });
    const rows = section('built-in segments');
    const statuses = rows.map(async ([id]) => (await ask(server, id)).status);
    expect(rows.map((row) => Number(row[4]))).toEqual(await Promise.all(statuses));
  });

  it('say how large each segment is on its anchor, give or take the noise', async () => {
    const server = await startTestServer({ clock: CLOCK });
    for (const [id, , size, , status] of section('built-in segments')) {
      if (status !== '200') continue;
      const endingAt = id === 'segment_young' ? '2026-01-01' : '2024-01-01';
      const { body } = await ask(server, id, { endingAt });
      const [snapshot] = (body as { data: { time: string; size: number }[] }).data;
      const trueSize = Number(size?.replaceAll(',', ''));
      expect(snapshot?.time).toBe(`${endingAt}T00:00:00+00:00`);
      expect(Math.abs((snapshot?.size ?? NaN) - trueSize)).toBeLessThanOrEqual(trueSize * 0.007);
    }
  });

  it('list the codes in the order in which the mock refuses', () => {
    const checks = section('outcomes').map(([check]) => Number(check));
    expect(checks.slice(0, -1)).toEqual(checks.slice(0, -1).toSorted((a, b) => a - b));
  });
});

it('lists the headers of the rate limit', async () => {
  const table = README.split('## Rate limit')[1]?.split('## ')[0] ?? '';
  const server = await startTestServer({ clock: CLOCK, rateLimit: 5 });
  const statuses: number[] = [];
  let last: Record<string, string> = {};
  for (let call = 1; call <= 6; call++) {
    const answer = await ask(server, 'segment_1234');
    statuses.push(answer.status);
    last = answer.headers;
  }
  expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
  const names = Object.keys(last).filter((name) => /^(x-ratelimit-|retry-)/.test(name));
  expect(new Set(rowsOf(table).map(([name]) => name))).toEqual(new Set(names));
});

it('shows the ready line', async () => {
  const shown = blocks.find(({ text }) => text.includes('"msg":"ready"'))?.text ?? '{}';
  const ready = await command(['--port', '0']).ready();
  const { time, url } = JSON.parse(shown) as Record<string, unknown>;
  expect(JSON.stringify({ ...ready, time, url })).toBe(shown.trim());
});

it('shows a fixture that is good', () => {
  const fixture = blocks.find(({ language, text }) => language === 'json' && text.includes('"workspaces"'));
  expect(checkFixture(JSON.parse(fixture?.text ?? ''))).toMatchObject({ ok: true });
});

it.each(['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'])('%s names only files and scripts that exist', (document) => {
  const text = readFileSync(new URL(document, ROOT), 'utf8');
  const { scripts } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as { scripts: object };
  const paths = [...text.matchAll(/(?:(?<![\w./-])(?:src|test|fixtures)\/[\w./-]*[\w/]|\.ci\/run|\]\(([\w.]+)\))/g)];
  const missing = paths
    .map(([whole, link]) => link ?? whole)
    .filter((path) => !existsSync(fileURLToPath(new URL(path, ROOT))));
  const unknown = [...text.matchAll(/npm run (\w+)/g)]
    .map(([, name = '']) => name)
    .filter((name) => !(name in scripts));
  expect([missing, unknown]).toEqual([[], []]);
});
