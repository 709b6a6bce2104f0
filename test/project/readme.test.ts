import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { checkFixture } from '../../src/core/workspaces/fixture.js';
import { readSettings } from '../../src/cli/parse-settings.js';
import { defaultSettings } from '../../src/start/settings.js';
import { command } from '../support/command.js';
import { blocks, blocksOf, fits, guide, README, sectionOf, SHOWN_ORIGIN, textOf } from '../support/documents.js';
import { isControl, routes } from '../support/readme.js';
import { API_KEY, bearer, call, startTestServer, type TestServer } from '../support/server.js';
import { type Curl, curlsOf } from '../support/shell.js';

/** README and docs/ as one text: every generated section is there once. */
const guideText = guide.map(({ text }) => text).join('\n');

const CLOCK = '2026-12-01T12:00:00Z';

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
  return rowsOf(guideText.split(`<!-- ${name} -->`)[1]?.split(`<!-- /${name} -->`)[0] ?? '');
}

function ask(server: TestServer, segmentId = '', { key = API_KEY, endingAt = '2026-12-01' } = {}) {
  return server.get(`/segments/data_series?segment_id=${segmentId}&length=1&ending_at=${endingAt}`, bearer(key));
}

it('the README is at most 350 lines and 25,600 bytes', () => {
  expect(README.trimEnd().split('\n').length).toBeLessThanOrEqual(350);
  expect(Buffer.byteLength(README)).toBeLessThanOrEqual(25_600);
});

/** The calls of a document, each with the reply shown: in a comment beneath it, or in the JSON block after it. */
function callsIn(markdown: string): Curl[] {
  const parts = blocksOf(markdown);
  return parts.flatMap(({ language, text }, index) => {
    const curls = language === 'sh' ? curlsOf(text) : [];
    const next = parts[index + 1];
    return curls.map((curl, at) =>
      at === curls.length - 1 && next?.language === 'json' && curl.shown === undefined
        ? { ...curl, shown: next.text }
        : curl,
    );
  });
}

function make(server: TestServer, { url, ...request }: Curl) {
  expect(url).toContain(`${SHOWN_ORIGIN}/`);
  return call(url.replace(SHOWN_ORIGIN, server.url), request);
}

const stories = guide.map(({ file, text }) => ({ file, calls: callsIn(text) })).filter(({ calls }) => calls.length > 0);

it('the README and most pages have example calls, nearly all with replies', () => {
  expect(stories.map(({ file }) => file)).toEqual(expect.arrayContaining(['README.md', 'docs/control-api.md']));
  const calls = stories.flatMap((story) => story.calls);
  expect(calls.filter(({ shown }) => shown !== undefined).length).toBeGreaterThan(40);
});

describe.each(stories)('the calls of $file', ({ calls }) => {
  it('get the replies shown, in order', async () => {
    const server = await startTestServer({ clock: CLOCK });
    const { host } = new URL(server.url);
    for (const curl of calls) {
      const { status, text } = await make(server, curl);
      const got = text.replaceAll(host, new URL(SHOWN_ORIGIN).host);
      if (curl.shown !== undefined) expect(fits(got, curl.shown), `${curl.method} ${curl.url} got ${got}`).toBe(true);
      else if (curl.url.includes('/__mock/')) expect([curl.url, status, text]).toEqual([curl.url, 204, '']);
      else {
        const days = Number(new URL(curl.url).searchParams.get('length'));
        expect([curl.url, status, (JSON.parse(text) as { data: unknown[] }).data.length]).toEqual([
          curl.url,
          200,
          days,
        ]);
      }
    }
  });
});

describe("the README's answers to “How do I …”", () => {
  const commands = [...sectionOf(README, 'How do I …').matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);
  const curls = curlsOf(commands.filter((text) => text.startsWith('curl ')).join('\n'));
  const starts = commands.filter((text) => text.startsWith('npm start -- '));

  it('have calls that work', async () => {
    expect(curls.length).toBeGreaterThan(4);
    const server = await startTestServer({ clock: CLOCK });
    for (const curl of curls) {
      const { status } = await make(server, curl);
      const forced = /code=(\d+)/.exec(curl.headers['Prefer'] ?? '')?.[1];
      if (forced !== undefined) expect([curl.url, status]).toEqual([curl.url, Number(forced)]);
      else expect([curl.url, status]).toEqual([curl.url, expect.toBeOneOf([200, 201])]);
    }
  });

  it('have existing flags', () => {
    expect(starts.length).toBeGreaterThan(2);
    for (const start of starts) {
      expect(readSettings(start.split(' ').slice(3), {}, defaultSettings).problems).toEqual([]);
    }
  });
});

describe('the tables', () => {
  it('list the permissions of each key', async () => {
    const server = await startTestServer({ clock: CLOCK });
    const rows = section('built-in keys');
    const statuses = rows.map(async ([key = '']) => (await server.get('/segments/list', bearer(key))).status);
    expect(rows.map((row) => Number(row[3]))).toEqual(await Promise.all(statuses));
    const owners = rows.map(async ([key = '', workspace = '']) => {
      const { body } = await server.control('GET', `/workspaces/${workspace}`);
      return (body as { apiKeys: { key: string }[] }).apiKeys.some((apiKey) => apiKey.key === key);
    });
    expect(await Promise.all(owners)).toEqual(rows.map(() => true));
  });

  it('say which segments are listed: those that answer with data', async () => {
    const server = await startTestServer({ clock: CLOCK });
    const { body } = await server.get('/segments/list');
    const listed = (body as { segments: { id: string }[] }).segments.map(({ id }) => id);
    const rows = section('built-in segments');
    expect(new Set(rows.filter((row) => row[5] === 'yes').map(([id]) => id))).toEqual(new Set(listed));
    expect(rows.map((row) => row[5])).toEqual(rows.map((row) => (row[4] === '200' ? 'yes' : 'no')));
  });

  it('cover every outcome of the reference and every segment type', () => {
    const rows = section('built-in segments');
    expect(rows).toHaveLength(21);
    expect(new Set(rows.map(([, type]) => type))).toEqual(new Set(['static', 'dynamic', 'location', 'behavior', '']));
    expect(new Set(rows.map((row) => row[4]))).toEqual(new Set(['200', '422', '429', '500', '502', '503', '504']));
  });

  it('say how each segment is answered', async () => {
    const server = await startTestServer({ clock: CLOCK });
    const rows = section('built-in segments');
    const statuses = rows.map(async ([id]) => (await ask(server, id)).status);
    expect(rows.map((row) => Number(row[4]))).toEqual(await Promise.all(statuses));
  });

  it('give the size of each segment on its anchor, apart from noise', async () => {
    const server = await startTestServer({ clock: CLOCK });
    for (const [id, , size, , status] of section('built-in segments')) {
      if (status !== '200') continue;
      const endingAt = id === 'segment_young' ? '2026-11-01' : '2024-01-01';
      const { body } = await ask(server, id, { endingAt });
      const [snapshot] = (body as { data: { time: string; size: number }[] }).data;
      const trueSize = Number(size?.replaceAll(',', ''));
      expect(snapshot?.time).toBe(`${endingAt}T00:00:00+00:00`);
      expect(Math.abs((snapshot?.size ?? NaN) - trueSize)).toBeLessThanOrEqual(trueSize * 0.007);
    }
  });

  it('list the codes in the order of the checks', () => {
    const checks = section('outcomes').map(([check]) => Number(check));
    expect(checks.slice(0, -1)).toEqual(checks.slice(0, -1).toSorted((a, b) => a - b));
  });
});

it('lists the headers of the rate limit', async () => {
  const table = sectionOf(textOf('docs/clock-and-rate-limit.md'), 'Rate-limit headers');
  const server = await startTestServer({ clock: CLOCK, rateLimit: 5 });
  const statuses: number[] = [];
  let last: Record<string, string> = {};
  for (let made = 1; made <= 6; made++) {
    const answer = await ask(server, 'segment_1234');
    statuses.push(answer.status);
    last = answer.headers;
  }
  expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
  const names = Object.keys(last).filter((name) => /^(x-ratelimit-|retry-)/.test(name));
  expect(new Set(rowsOf(table).map(([name]) => name))).toEqual(new Set(names));
});

it('shows the actual output of the library example', async () => {
  const print = vi.spyOn(console, 'log').mockReturnValue();
  onTestFinished(() => print.mockRestore());
  await import('../examples/start-mock.js');
  const example = blocks.find(({ text }) => text.includes('startMock'))?.text ?? '';
  expect(example).toContain(`// ${print.mock.lastCall?.join(' ')}\n`);
});

it('lists every operation of the control API once', async () => {
  const known = (await routes())
    .filter((route) => isControl(route) && route.schema?.hide !== true)
    .map(({ method, url }) => `${String(method)} ${url.replaceAll(/:(\w+)/g, '{$1}')}`);
  const named = section('control API').map(([method, path]) => `${method} ${path}`);
  expect(named).toEqual(known);
  expect(new Set(named).size).toBe(named.length);
});

it('shows the ready line', async () => {
  const shown = blocks.find(({ text }) => text.includes('"msg":"ready"'))?.text ?? '{}';
  const ready = await command(['--port', '0']).ready();
  const { time, url, ui } = JSON.parse(shown) as Record<string, unknown>;
  expect(JSON.stringify({ ...ready, time, url, ui })).toBe(shown.trim());
});

it('shows valid fixtures', () => {
  const fixtures = blocks.filter(({ language, text }) => language === 'json' && text.includes('"workspaces"'));
  expect(fixtures).not.toEqual([]);
  for (const { text } of fixtures) expect(checkFixture(JSON.parse(text))).toMatchObject({ ok: true });
});
