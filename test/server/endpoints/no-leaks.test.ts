import { Buffer } from 'node:buffer';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { viewOf } from '../../../src/core/journal/entry-view.js';
import type { Trace } from '../../../src/core/journal/trace.js';
import { startMock } from '../../../src/library/index.js';
import type { Mock } from '../../../src/core/mock.js';
import { readSettings } from '../../../src/cli/parse-settings.js';
import { loadFixtureFiles } from '../../../src/fixtures/load.js';
import { FixtureWatch } from '../../../src/fixtures/watch.js';
import { serve } from '../../support/wire.js';
import { exchangeBytes } from '../../support/raw.js';
import { call, startTestServer } from '../../support/server.js';
import { mockOf } from '../../support/mock.js';

/** Keys that open a workspace, or did, each with a beginning of its own; the last one never did. */
const KEYS = {
  open: 'QZVK-opens-0123456',
  foreign: 'WJXR+of/another=instance',
  short: 'ukqzx',
  deleted: 'PVQX-workspace-is-gone',
  withdrawn: 'jzqk-added-then-reset',
  replaced: 'xgvq.was-in-the-fixtures',
};
const NEVER = 'BQWZ-never-opened-any';
const OTHER = 'other-key-of-the-workspace';

const encoded = (text: string) => Array.from(text, (char) => `%${char.charCodeAt(0).toString(16)}`).join('');

/** What comes of every key in a text: its beginning of five characters, in any case of letters. */
function leaksIn(text: string, keys: readonly string[] = [...Object.values(KEYS), NEVER]): string[] {
  return keys.filter((key) => text.toLowerCase().includes(key.slice(0, 5).toLowerCase()));
}

/** A mock with all those keys known, its log kept. */
async function server() {
  const log: string[] = [];
  const mock = mockOf({ strictParameters: true }, [
    { name: 'default', apiKeys: [{ key: KEYS.open }, { key: KEYS.short, permissions: [] }, { key: OTHER }] },
    { name: 'foreign', instance: 'EU-01', profile: 'observed', apiKeys: [{ key: KEYS.foreign }] },
    { name: 'changes', apiKeys: [{ key: KEYS.replaced }] },
  ]);
  const stream = { write: (line: string) => void log.push(line) };
  const url = await serve(mock, {}, pino({ level: 'trace', base: null }, stream));
  const control = (method: string, path: string, body?: unknown) =>
    call(`${url}/__mock${path}`, { method, ...(body !== undefined && { body: JSON.stringify(body) }) });
  const events = await listen(mock);
  await control('POST', '/workspaces', { name: 'gone', apiKeys: [{ key: KEYS.deleted }] });
  await control('DELETE', '/workspaces/gone');
  await control('POST', '/workspaces/default/api-keys', { key: KEYS.withdrawn });
  await control('POST', '/workspaces/default/reset');
  const [first, second] = mock.workspaces.all().map(({ template: origin }) => origin.fixture);
  mock.replace([first!, second!, { name: 'changes', apiKeys: [] }]);
  return { mock, url, control, log, events };
}

/** What the event streams of the journals would send. */
async function listen(mock: Mock): Promise<string[]> {
  const events: string[] = [];
  const heard = {
    heard: (entry: Trace) => void events.push(JSON.stringify(viewOf(entry, mock.workspaces.mask))),
    closed() {},
  };
  for (const { journal } of [mock, ...mock.workspaces.all()]) journal.listen(heard);
  return events;
}

const PATH = '/segments/data_series';
const GOOD = `${PATH}?segment_id=s&length=1`;

/** Requests with a key wherever one fits: targets, then header lines. */
function requestsWith(key: string): [target: string, ...headers: string[]][] {
  const target = encodeURIComponent(key);
  const half = encoded(key.slice(0, 6)) + encodeURIComponent(key.slice(6));
  return [
    [`/segments/list/${target}`],
    [`/segments/list/${half}/x`],
    [`/%ff/${half}`],
    [`/${encodeURIComponent(half)}`],
    [`//${target}//`],
    [`/__mockery/${target}`],
    [`http://${key.replace(/[^\w.-]/g, '')}@localhost/${target}`],
    [`/segments/list?${target}`],
    [`/segments/list?${target}=1&${target}=2`],
    ...['api_key', 'apiKey', 'Api_Key', 'token', 'x', 'page', 'sort_direction', 'redirect'].map((name): [string] => [
      `/segments/list?${name}=${half}`,
    ]),
    [`/segments/list?page=${'9'.repeat(93)}.${target}`],
    [`${PATH}?segment_id=${target}&length=${target}&ending_at=${target}+02:00`],
    [`${PATH}?segment_id=${target}&length=1`],
    [`${PATH}?u=${encodeURIComponent(`https://x/?api_key=${key}`)}&%ff`],
    ...[
      `Authorization: ${key}`,
      `Authorization: Bearer ${key}`,
      `Authorization: Bearer "${key}"`,
      `Authorization: Bearer ${key.toUpperCase()}`,
      `Authorization: Basic ${Buffer.from(`${key}:`).toString('base64')}`,
      `X-Api-Key: ${key}`,
      `X-Auth-Key: Bearer ${key}`,
      `X-Forwarded: Authorization: Basic ${Buffer.from(key).toString('base64')}`,
      `Referer: http://x/a?api_key=${half}&b=${key}`,
      `Cookie: a=b; key=${key}`,
      `User-Agent: client/1.0 (${key})`,
      `Prefer: code=418, ${key}`,
      `Host: ${key}`,
      `Expect: ${key}`,
      `${key.replace(/[^\w-]/g, '')}: 1`,
    ].flatMap((line): [string, string][] => [
      [GOOD, line],
      ['/nowhere', line],
    ]),
  ];
}

async function send(url: string, key: string): Promise<void> {
  for (const [target, ...lines] of requestsWith(key)) {
    for (const authorization of [[], [`Authorization: Bearer ${OTHER}`], [`Authorization: Bearer ${KEYS.foreign}`]]) {
      const own = lines.some((line) => line.startsWith('Authorization')) ? [] : authorization;
      const host = lines.some((line) => line.startsWith('Host')) ? [] : ['Host: localhost'];
      const head = [`GET ${target} HTTP/1.1`, ...host, ...own, ...lines, 'Connection: close'];
      await exchangeBytes(url, `${head.join('\r\n')}\r\n\r\n`);
    }
  }
}

describe.each(Object.entries(KEYS))('the key that is %s', (_which, key) => {
  it('is in no journal entry, event or log line, wherever the request contains it', async () => {
    const { url, control, log, events } = await server();
    await send(url, key);
    const journals = await Promise.all(
      ['', '/workspaces/default', '/workspaces/foreign'].map((path) => control('GET', `${path}/requests`)),
    );
    const shown = journals.map(({ text }) => text);
    const sent = requestsWith(key).length * 3;
    expect(events).toHaveLength(sent);
    expect(shown.join('').split('"explain"').length - 1).toBe(sent);
    for (const text of [...shown, ...events, ...log]) expect.soft(leaksIn(text), text).toEqual([]);
    // Each is in some of them, cut short.
    expect(shown.join('')).toContain('…');
  });

  it('is in no control API error or log line', async () => {
    const { control, log } = await server();
    for (const name of [encodeURIComponent(key), encoded(key), encodeURIComponent(encoded(key))]) {
      const errors = [
        await control('DELETE', `/workspaces/large/api-keys/${name}`),
        await control('GET', `/workspaces/${name}`),
        await control('GET', `/workspaces/${name}/clock`),
        await control('GET', `/workspaces/default/segments/${name}`),
        await control('GET', `/workspaces/default/segments/${'x'.repeat(67)}.${name}`),
        await control('GET', `/workspaces/default/faults/${name}`),
        await control('GET', `/workspaces/default/requests/${name}`),
        await control('GET', `/workspaces/default/requests?status=${name}`),
        await control('PATCH', `/reset?${name}`),
        await control('GET', `/docs/${name}`),
        await control('GET', `/${name}`),
        await control('POST', '/workspaces', { from: key }),
        await control('POST', '/workspaces', { name: `${key} ` }),
        await control('POST', '/workspaces', { [key]: 1 }),
        await control('PUT', '/workspaces/default/segments/x', { id: key }),
        await control('PUT', '/workspaces/default/profile', key),
      ];
      for (const { text, status } of errors) expect.soft([status < 400, ...leaksIn(text)], text).toEqual([false]);
    }
    for (const line of log) expect.soft(leaksIn(line), line).toEqual([]);
    expect(log.join('')).toContain('/api-keys/');
  });
});

it("masks an unknown key identified by a control path or a secret's name", async () => {
  const { url, control, log, events } = await server();
  const target = encodeURIComponent(NEVER);
  await control('DELETE', `/workspaces/default/api-keys/${target}`);
  const bodies: unknown[] = [{ key: `${NEVER} ` }, { key: [NEVER] }, { keys: NEVER }, { key: 'x', kye: NEVER }, NEVER];
  const errors = [
    await control('DELETE', `/workspaces/default/api-keys/${target}`),
    ...(await Promise.all(bodies.map((body) => control('POST', '/workspaces/default/api-keys', body)))),
    await control('POST', '/workspaces', { apiKeys: [NEVER] }),
    await control('POST', '/workspaces', { apiKeys: NEVER }),
    await control('POST', '/workspaces', { apiKeys: { [NEVER]: {} } }),
    await control('POST', '/workspaces', { apiKeys: [{ [NEVER]: 'all' }] }),
    await control('POST', '/workspaces', { apikeys: [{ key: NEVER }] }),
    await control('POST', '/workspaces', { workspace: { token: NEVER } }),
    await control('POST', '/workspaces', { apiKeys: [{ key: NEVER }, { key: NEVER }] }),
    await call(`${url}/__mock/workspaces/default/api-keys`, { method: 'POST', body: `{"key": "${NEVER}",}` }),
    await call(`${url}/__mock/workspaces/default/api-keys`, { method: 'POST', body: NEVER }),
  ];
  for (const line of ['X-Api-Key', 'Api-Key', 'X-Auth-Key', 'X-Auth-Token', 'Token', 'Cookie', 'Authorization']) {
    await exchangeBytes(url, `GET ${GOOD} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${line}: ${NEVER}\r\n\r\n`);
  }
  for (const name of ['api_key', 'apiKey', 'Api_Key', 'token', 'access_token', 'authorization', 'secret', 'key']) {
    await exchangeBytes(url, `GET ${GOOD}&${name}=${NEVER}%26a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  }
  for (const { text, status } of errors) expect.soft([status < 400, ...leaksIn(text)], text).toEqual([false]);
  for (const text of [...log, ...events]) expect.soft(leaksIn(text), text).toEqual([]);
});

it.each([
  ['/segments/list?api_key=KEY', undefined, 'the parameter api_key'],
  ['/segments/list?api_key=unknown-key-of-mine', undefined, 'the parameter api_key'],
  ['/segments/list?x=KEY', `Bearer ${OTHER}`, 'the parameter x'],
  ['/segments/list/KEY', `Bearer ${OTHER}`, 'the path'],
  ['/segments/list?page=0', 'X-Api-Key: KEY', 'the header x-api-key'],
])('warns for %s with %s that the key in %s belongs in Authorization', async (target, header, place) => {
  const { url, events } = await server();
  const line = header?.startsWith('Bearer') === true ? `Authorization: ${header}` : (header ?? 'Accept: */*');
  const head = `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${line}\r\n\r\n`;
  await exchangeBytes(url, head.replaceAll('KEY', KEYS.open));
  const [{ warnings }] = events.map((event) => JSON.parse(event) as { warnings: string[] }) as [{ warnings: string[] }];
  expect(warnings).toContain(
    `there is an API key in ${place}; send it as the header "Authorization: Bearer <API key>" instead`,
  );
});

it('does not warn about browser headers that only sound like a key', async () => {
  const { url, events } = await server();
  const lines = ['Cookie: a=1', 'X-CSRF-Token: abc', `Authorization: Bearer ${OTHER}`, 'X-Token: mine'];
  await exchangeBytes(
    url,
    `GET /segments/list HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${lines.join('\r\n')}\r\n\r\n`,
  );
  expect(events.map((event) => (JSON.parse(event) as { warnings: string[] }).warnings)).toEqual([[]]);
});

describe('messages about settings and fixtures contain no key', () => {
  const invalid = `${NEVER} with a space`;

  it.each<[string, object]>([
    ['a key that is not valid', [{ key: invalid }]],
    ['a key twice', [{ key: NEVER }, { key: NEVER }]],
    ['keys that are no objects', [NEVER]],
    ['keys as an object', { [NEVER]: {} }],
    ['a misspelt field', [{ kee: NEVER }]],
    ['a key as the name of a field', [{ [NEVER]: [] }]],
  ])('%s', async (_what, apiKeys) => {
    const fixtures = { workspaces: [{ name: 'w', apiKeys }] };
    const folder = mkdtempSync(join(tmpdir(), 'leaks-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'fixtures.json');
    writeFileSync(file, JSON.stringify(fixtures));
    const errors = [
      await startMock({ fixtures: fixtures as never }).catch((error: unknown) => error as Error),
      await startMock({ fixtures: file }).catch((error: unknown) => error as Error),
    ] as Error[];
    for (const { message, stack } of errors) {
      expect(message).toMatch(/apiKeys/);
      expect.soft(leaksIn(`${message}${String(stack)}`), message).toEqual([]);
    }
  });

  it('in other fields of a rejected fixture that declares the key', async () => {
    const apiKeys = [{ key: KEYS.open }];
    const refused: object[] = [
      { workspaces: [{ name: 'w', apiKeys, profile: KEYS.open }] },
      { workspaces: [{ name: `${KEYS.open} `, apiKeys }] },
      {
        workspaces: [
          { name: 'w', apiKeys },
          { name: 'x', segments: [{ id: 's', type: KEYS.open }] },
        ],
      },
      { workspaces: [{ name: 'w', apiKeys, [KEYS.open]: 1 }] },
      { workspaces: [{ name: 'w', apiKeys, segments: [{ id: KEYS.open }, { id: KEYS.open }] }] },
      { workspaces: [{ name: 'w', apiKeys, segments: `${'x'.repeat(60)}${KEYS.open}` }] },
    ];
    const folder = mkdtempSync(join(tmpdir(), 'leaks-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'fixtures.json');
    for (const fixtures of refused) {
      writeFileSync(file, JSON.stringify(fixtures));
      for (const given of [file, fixtures]) {
        const error = (await startMock({ fixtures: given as never }).catch((thrown: unknown) => thrown)) as Error;
        expect(error.name).toBe('ConfigurationError');
        expect.soft(leaksIn(error.message), error.message).toEqual([]);
        expect.soft(error.message).toContain('…');
      }
    }
  });

  it('when a reload conflicts with a workspace created at run time', () => {
    const folder = mkdtempSync(join(tmpdir(), 'leaks-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'fixtures.json');
    const write = (workspaces: object[], at: number) => {
      writeFileSync(file, JSON.stringify({ workspaces }));
      utimesSync(file, at, at);
    };
    write([{ name: 'w' }], 1);
    const loaded = loadFixtureFiles(file);
    const mock = mockOf(
      {},
      loaded.flatMap(({ workspaces }) => workspaces),
    );
    mock.workspaces.addKey(mock.workspaces.default!, mock.workspaces.default!.addKey(KEYS.open));
    mock.add({ fixture: { name: 'other', apiKeys: [{ key: KEYS.foreign }] }, segments: new Map() });
    const watch = new FixtureWatch(mock, [file], loaded);
    write([{ name: 'w', apiKeys: [{ key: KEYS.foreign }] }, { name: 'other' }], 2);
    watch.poll();
    const look = watch.poll();
    expect(look).toMatchObject({ problems: [expect.any(String), expect.any(String)] });
    expect(leaksIn(JSON.stringify(look))).toEqual([]);
  });

  it('in flags, variables and options', async () => {
    const { problems } = readSettings(['--control-token', invalid, `--api-key=${NEVER}`, '--token', NEVER], {
      BRAZE_MOCK_CONTROL_TOKEN: invalid,
      BRAZE_MOCK_API_KEY: NEVER,
    });
    expect(problems).toHaveLength(5);
    const error = (await startMock({ controlToken: invalid }).catch((thrown: unknown) => thrown)) as Error;
    for (const text of [...problems, error.message]) expect.soft(leaksIn(text), text).toEqual([]);
  });
});

it('masks the errors of the library', async () => {
  const mock = await startMock({ fixtures: { workspaces: [{ name: 'w', apiKeys: [{ key: KEYS.open }] }] } });
  onTestFinished(() => mock.stop());
  const { workspace } = mock;
  const key = KEYS.open;
  const attempts: (() => unknown)[] = [
    () => mock.createWorkspace({ from: key }),
    () => mock.createWorkspace({ name: `${key} ` }),
    () => mock.strayRequests({ since: key }),
    () => workspace.addApiKey({ key: `${key} ` }),
    () => workspace.addApiKey({ key }),
    () => workspace.segments.get(key),
    () => workspace.segments.put('x', { id: key }),
    () => workspace.segments.delete('x'.repeat(70) + key),
    () => workspace.faults.get(key),
    () => workspace.faults.delete(key),
    () => workspace.faults.add({ effect: { status: key as never } }),
    () => workspace.requests.get(key),
    () => workspace.requests.list({ status: key }),
    () => workspace.clock.set(key as never),
    () => workspace.clock.advance(key),
    () => workspace.rateLimit.set(key as never),
    () => workspace.profile.set(key as never),
  ];
  for (const attempt of attempts) {
    let thrown: Error | undefined;
    try {
      attempt();
    } catch (error) {
      thrown = error as Error;
    }
    expect.soft(thrown, String(attempt)).toMatchObject({ name: 'ControlError' });
    expect.soft(leaksIn(`${String(thrown?.message)}${String(thrown?.stack)}`), thrown?.message).toEqual([]);
  }
});

describe.each(['documented', 'observed'] as const)('an error in the profile %s', (profile) => {
  const key = 'QZVK-opens-0123456';

  it.each([
    [`/segments/KEY`, /\/segments\/QZVK…/],
    [`/segments/list/KEY/x?y`, /\/segments\/list\/QZVK…\/x/],
    ['/segments/list?page=KEY', /found "QZVK…"/],
    ['/segments/list?sort_direction=KEY', /found "QZVK…"/],
    ['/segments/list?KEY=1', /"QZVK…" is not a parameter/],
    ['/campaigns/list?page=KEY', /found "QZVK…"/],
    [`${PATH}?segment_id=s&length=KEY`, /found "QZVK…"/],
    [`${PATH}?segment_id=s&length=${'9'.repeat(93)}.KEY`, /9\.QZVK…"/],
    [`${PATH}?segment_id=s&length=1&ending_at=KEY`, /found "QZVK…"/],
  ])('quotes no known key of %s', async (target, quoted) => {
    const mock = mockOf({ strictParameters: true }, [{ name: 'w', profile, apiKeys: [{ key }] }]);
    const url = await serve(mock, {});
    for (const sent of [key, encoded(key), encodeURIComponent(encoded(key))]) {
      const { text } = await call(url + target.replace('KEY', sent), { headers: { authorization: `Bearer ${key}` } });
      const [{ message }] = errorsIn(text);
      expect(message).not.toMatch(/opens-0/);
      expect(message).not.toContain(sent);
      expect(message).toMatch(quoted);
    }
  });

  it('quotes the id of an unknown segment as sent, as the contract requires', async () => {
    const mock = mockOf({}, [{ name: 'w', apiKeys: [{ key }] }]);
    const url = await serve(mock, {});
    const { text } = await call(`${url}${PATH}?segment_id=${key}&length=1`, {
      headers: { authorization: `Bearer ${key}` },
    });
    expect(errorsIn(text)[0].message).toBe(`Segment with ID '${key}' not found`);
  });
});

/** The errors of either profile; `observed` has one message for all. */
function errorsIn(text: string): [{ message: string }] {
  const { message, errors = [{ message }] } = JSON.parse(text) as { message: string; errors?: [{ message: string }] };
  return errors;
}

describe('a key that is a common word', () => {
  const WORDS = [
    'valid',
    'segments',
    'default',
    'localhost',
    'list',
    'length',
    'path',
    'header',
    'parameters',
    'query',
  ];
  const LONG = 'a-key-that-is-no-word';

  async function entriesFor(words: readonly string[], requests: readonly string[]) {
    const mock = mockOf({ clock: '2024-01-31' }, [
      { name: 'default', segments: [{ id: 's' }], apiKeys: [LONG, ...words].map((key) => ({ key })) },
    ]);
    const url = await serve(mock, {});
    for (const target of requests) {
      await exchangeBytes(
        url,
        `GET ${target} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${LONG}\r\nConnection: close\r\n\r\n`,
      );
    }
    const view = (trace: Trace) => ({ ...viewOf(trace, mock.workspaces.mask), durationMs: 0 });
    return [mock.workspaces.default!.journal, mock.journal].flatMap((journal) => journal.list().map(view));
  }

  it('changes no text of the mock, endpoint path or name, and causes no warning', async () => {
    const requests = [
      GOOD,
      `${PATH}?segment_id=s&length=1&lenght=2`,
      `//segments//list/`,
      '/segments/list?page=x&page=y',
      '/campaigns/list',
      '/segments/nowhere',
      '/segments/list/deeper',
      `${PATH}?segment_id=unknown-one&length=1`,
    ];
    expect(await entriesFor(WORDS, requests)).toEqual(await entriesFor([], requests));
  });

  it('is masked if a value sent by the client equals it, but not inside words', async () => {
    const [entry] = await entriesFor(WORDS, [`${PATH}?segment_id=default&length=1&x=invalid&y=valid&z=valid-until`]);
    expect(entry).toMatchObject({
      path: PATH,
      query: { segment_id: '…', length: '1', x: 'invalid', y: '…', z: 'valid-until' },
    });
  });

  it('causes no warning if the host or a parameter equals it and the request has no key', async () => {
    const mock = mockOf({}, [{ name: 'default', apiKeys: WORDS.map((key) => ({ key })) }]);
    const url = await serve(mock, {});
    await exchangeBytes(
      url,
      'GET /segments/list?x=default HTTP/1.1\r\nHost: localhost\r\nUser-Agent: valid\r\nConnection: close\r\n\r\n',
    );
    const [entry] = mock.journal.list();
    expect(viewOf(entry!, mock.workspaces.mask).warnings).toEqual([
      'an unknown parameter was ignored: "x" is not a parameter of this endpoint; it knows page, sort_direction',
    ]);
  });
});

it('masks the control token wherever a key is masked, and rejects it as an API key', async () => {
  const token = 'QZVK-control-token-01';
  const log: string[] = [];
  const stream = { write: (line: string) => void log.push(line) };
  const { url } = await startTestServer({ controlToken: token, log: pino({ level: 'trace', base: null }, stream) });
  const headers = { authorization: `Bearer ${token}` };
  const sent = [
    await call(`${url}/segments/list?x=${token}`, { headers }),
    await call(`${url}/segments/${token}`, { headers: { 'x-header': token } }),
    await call(`${url}/__mock/${token}`, { headers }),
    await call(`${url}/__mock/workspaces/${token}?${token}`, { headers }),
  ];
  expect(sent.map(({ status }) => status)).toEqual([401, 404, 404, 404]);
  const { text } = await call(`${url}/__mock/requests`, { headers });
  for (const shown of [text, ...log, ...sent.map((reply) => reply.text)])
    expect.soft(leaksIn(shown, [token]), shown).toEqual([]);
  expect(text).toContain('QZVK…');
});

it('logs a refused control call with the code of its error', async () => {
  const log: string[] = [];
  const stream = { write: (line: string) => void log.push(line) };
  const url = await serve(mockOf(), {}, pino({ level: 'debug', base: null }, stream));
  const calls: [path: string, init?: RequestInit][] = [
    ['/__mock/workspaces'],
    ['/__mock/nowhere'],
    ['/__mock/workspaces/nobody'],
    ['/__mock/workspaces', { method: 'POST', body: '{' }],
    ['/__mock/workspaces', { method: 'PUT' }],
    ['/__mock/requests?%ff'],
  ];
  for (const [path, init = {}] of calls) await call(url + path, init);
  const outcomes = () =>
    log
      .map((line) => JSON.parse(line) as { msg: string; outcome: string })
      .flatMap(({ msg, outcome }) => (msg === 'request' ? outcome : []));
  await expect.poll(() => outcomes().length).toBe(calls.length);
  expect(outcomes()).toEqual([
    'success',
    'not_found',
    'workspace_not_found',
    'body_malformed',
    'method_not_allowed',
    'query_malformed',
  ]);
});
