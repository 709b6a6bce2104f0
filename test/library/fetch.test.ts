import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createMock,
  type EntryView,
  type RunningMock,
  startMock,
  type WorkspaceFace,
} from '../../src/library/index.js';
import type { Effect } from '../../src/core/faults/fault.js';

const OPTIONS = { clock: '2024-01-31T12:00:00Z', seed: 'fetch' };
const BRAZE = 'https://rest.iad-01.braze.com';
const SERIES = '/segments/data_series?segment_id=segment_1234&length=3';

const mock = createMock(OPTIONS);
const bearer = (key = mock.apiKey) => ({ authorization: `Bearer ${key}` });

type Init = Omit<RequestInit, 'headers'> & { headers?: Record<string, string> };

let workspace: WorkspaceFace;
beforeEach(() => {
  workspace = mock.createWorkspace();
});
/** Only a finished request has a duration. */
const isFinished = ({ durationMs }: EntryView) => durationMs > 0;

const ask = (target = SERIES, init: Init = {}) =>
  mock.fetch(BRAZE + target, { ...init, headers: { ...bearer(workspace.apiKey), ...init.headers } });

describe('mock.fetch compared with fetch over HTTP', () => {
  // The same requests to two mocks of the same options: one over a socket, one in process.
  const opened: Promise<RunningMock> = startMock(OPTIONS);
  afterAll(async () => (await opened).stop());

  /** What a caller of `fetch` sees. */
  async function outcome(call: Promise<Response>): Promise<unknown> {
    try {
      const response = await call;
      const { status, statusText, ok, redirected, headers } = response;
      const { date, ...shown } = Object.fromEntries(headers);
      for (const name of ['connection', 'keep-alive', 'x-runtime', 'x-request-id']) delete shown[name];
      const body = await response.text().catch(failure);
      return { status, statusText, ok, redirected, date: typeof date, headers: shown, body };
    } catch (error) {
      return failure(error);
    }
  }
  function failure(error: unknown): unknown {
    const { name, message, cause } = error as Error & { cause?: { code?: string } };
    return { name, message, code: cause?.code, isTypeError: error instanceof TypeError };
  }
  /** An entry, without what depends on the client's headers and on time. */
  function entry({ requests }: WorkspaceFace) {
    const [first] = requests.list({ limit: 1 });
    return first && { ...first, headers: undefined, at: undefined, durationMs: undefined, explain: undefined };
  }
  interface Case {
    target?: string;
    init?: Init;
    effect?: Effect;
    profile?: 'observed';
    key?: string;
  }
  async function both({ target = SERIES, init = {}, effect, profile, key }: Case): Promise<[unknown, unknown]> {
    const http = await opened;
    const found = [];
    for (const one of [http, mock]) {
      const own = one.createWorkspace({ name: 'twin', ...(profile && { profile }) });
      if (effect !== undefined) own.faults.add({ effect });
      const call = (one === mock ? mock.fetch : fetch)((one === mock ? 'http://127.0.0.1:1' : http.url) + target, {
        ...init,
        headers: { authorization: `Bearer ${key ?? own.apiKey}`, connection: 'close', ...init.headers },
      });
      const seen = await outcome(call);
      await vi.waitFor(() => expect(own.requests.list().every(isFinished)).toBe(true));
      found.push({ seen, entry: entry(own), strays: one.strayRequests().length });
      own.delete();
    }
    return found as [unknown, unknown];
  }

  it.each<[string, Case]>([
    ['a series', {}],
    ['a series in the observed profile', { profile: 'observed' }],
    ['a HEAD', { init: { method: 'HEAD' } }],
    ['a HEAD in the observed profile', { init: { method: 'HEAD' }, profile: 'observed' }],
    ['a known etag', { profile: 'observed', init: { headers: { 'if-none-match': '*' } } }],
    ['the list', { target: '/segments/list?page=0&sort_direction=desc' }],
    ['doubled slashes', { target: `/${SERIES}` }],
    ['an unknown path', { target: '/users/track', init: { method: 'POST', body: '{"a":1}' } }],
    ['a POST', { init: { method: 'POST', body: 'x'.repeat(1000) } }],
    ['a body that is too large', { init: { method: 'POST', body: 'x'.repeat(1_048_577) } }],
    ['a URL that is too long', { target: `${SERIES}&x=${'y'.repeat(9000)}` }],
    ['a query that cannot be decoded', { target: '/segments/data_series?segment_id=%ff' }],
    ['missing parameters', { target: '/segments/data_series' }],
    ['an unknown segment', { target: '/segments/data_series?segment_id=nobody&length=1' }],
    ['a preference', { init: { headers: { prefer: 'code=503' } } }],
    ['an invalid key', { key: 'nobody' }],
    ['OPTIONS', { init: { method: 'OPTIONS' } }],
    ['a planned status', { effect: { status: 503, headers: { 'Retry-After': '7' }, body: 'html' } }],
    ['a planned status without a name', { effect: { status: 599 } }],
    ['a delay', { effect: { delay: { kind: 'fixed', ms: 2 } } }],
    ['a dribble', { effect: { dribble: { chunks: 4, durationMs: 4 } } }],
    ['corrupted data', { effect: { data: 'shuffled' } }],
    ['a truncated body', { effect: { truncate: 0.5 } }],
    ['a body without a byte', { effect: { truncate: 0 } }],
    ['a reset', { effect: { connection: 'CONNECTION_RESET_BY_PEER' } }],
    ['an empty reply', { effect: { connection: 'EMPTY_RESPONSE' } }],
    ['random data', { effect: { connection: 'RANDOM_DATA_THEN_CLOSE' } }],
    ['a malformed chunk', { effect: { connection: 'MALFORMED_RESPONSE_CHUNK' } }],
    ['a HEAD and a malformed chunk', { effect: { connection: 'MALFORMED_RESPONSE_CHUNK' }, init: { method: 'HEAD' } }],
    ['a HEAD and a truncated body', { effect: { truncate: 0.5 }, init: { method: 'HEAD' } }],
  ])('gives the same reply for %s', async (_name, request) => {
    const [http, inProcess] = await both(request);
    expect(inProcess).toEqual(http);
  });
});

describe('the input', () => {
  it.each<[string, () => Promise<Response>]>([
    ['a text', () => mock.fetch(BRAZE + SERIES, { headers: bearer() })],
    ['a URL', () => mock.fetch(new URL(BRAZE + SERIES), { headers: new Headers(bearer()) })],
    ['a Request', () => mock.fetch(new Request(BRAZE + SERIES, { headers: bearer() }))],
    [
      'a Request and an init',
      () => mock.fetch(new Request(BRAZE + SERIES), { headers: [['Authorization', `bearer ${mock.apiKey}`]] }),
    ],
    [
      'a Request of another package',
      () => {
        const { url, method, headers, signal } = new Request(BRAZE + SERIES, { headers: bearer() });
        return mock.fetch({ url, method, headers, signal, body: null } as Request);
      },
    ],
  ])('can be %s', async (_name, call) => {
    const response = await call();
    expect([response.status, response.url]).toEqual([200, BRAZE + SERIES]);
    expect(((await response.clone().json()) as { data: unknown[] }).data).toHaveLength(3);
    expect([response.clone().url, response.bodyUsed]).toEqual([BRAZE + SERIES, false]);
  });

  it('may name any host and port; the path and the query count', async () => {
    for (const origin of ['http://localhost', 'https://10.0.0.1:8443', 'http://braze.test'])
      expect((await mock.fetch(`${origin}${SERIES}#part`, { headers: bearer() })).url).toBe(origin + SERIES);
  });

  it('is refused under the host of another instance than the key’s', async () => {
    const eu = mock.createWorkspace({ instance: 'EU-01' });
    const statuses = ['rest.iad-01.braze.com', 'rest.fra-01.braze.eu', 'localhost:8080'].map(
      async (host) => (await mock.fetch(`https://${host}${SERIES}`, { headers: bearer(eu.apiKey) })).status,
    );
    expect(await Promise.all(statuses)).toEqual([401, 200, 200]);
    expect(eu.requests.list().map(({ headers }) => headers['host'])).toContain('localhost:8080');
  });

  it.each([
    ['a relative URL', () => mock.fetch('/segments/list'), 'Failed to parse URL'],
    ['a body with GET', () => mock.fetch(BRAZE, { body: 'x' }), 'Request with GET/HEAD method cannot have body'],
    ['credentials', () => mock.fetch('https://a:b@example.org/'), 'credentials'],
    ['another scheme', () => mock.fetch('ftp://example.org/'), 'fetch failed'],
    ['a header with a line break', () => mock.fetch(BRAZE, { headers: { a: 'b\nc' } }), 'header'],
  ])('%s rejects with a TypeError, as for fetch', async (_name, call, message) => {
    await expect(call()).rejects.toThrow(TypeError);
    await expect(call()).rejects.toThrow(message);
    expect(mock.strayRequests()).toEqual(mock.strayRequests({ outcome: 'api_key_invalid' }));
  });

  it('is rejected with an explanation if the environment has no Request', async () => {
    vi.stubGlobal('Request', undefined);
    await expect(mock.fetch(BRAZE)).rejects.toThrow(/lacks; run the test in the environment "node"/);
    vi.unstubAllGlobals();
  });
});

it('answers at once, in the order of the calls', async () => {
  workspace.rateLimit.set({ capacity: 2, refillPerHour: 1, remaining: 2 });
  const calls = [ask(), ask(), ask()];
  expect(workspace.rateLimit.get()).toMatchObject({ remaining: 0 });
  expect(await Promise.all(calls.map(async (call) => (await call).status))).toEqual([200, 200, 429]);
});

it('logs each request as the server does', async () => {
  const lines: object[] = [];
  const write = (line: object) => void lines.push(line);
  const methods = Object.fromEntries(
    ['fatal', 'error', 'warn', 'debug', 'trace', 'silent'].map((name) => [name, write]),
  );
  const logger = { ...methods, level: 'info', info: write, child: () => logger } as never;
  const logging = createMock({ ...OPTIONS, logger });
  await logging.fetch(`${BRAZE}/segments/list`, { headers: bearer() });
  expect(lines).toMatchObject([{ workspace: 'default', path: '/segments/list', status: 200, outcome: 'success' }]);
});

it('sends no CORS headers and does not serve the control API', async () => {
  const open = createMock({ ...OPTIONS, cors: true });
  const response = await open.fetch(BRAZE + SERIES, { headers: { ...bearer(), origin: 'https://x' } });
  expect([...response.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  for (const path of ['/__mock', '/__mock/workspaces', '//__mock/health', '/openapi.json']) {
    const refused = await mock.fetch(BRAZE + path);
    expect([refused.status, await refused.text()]).toEqual([404, expect.stringContaining('mock.listen()')]);
  }
});

describe('a signal', () => {
  afterEach(() => void vi.useRealTimers());
  const statuses = () => workspace.requests.list().map(({ status }) => status);

  it('that was aborted before prevents the request', async () => {
    await expect(ask(SERIES, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
    expect(statuses()).toEqual([]);
  });

  it('that aborts right after the call rejects it with its reason', async () => {
    const controller = new AbortController();
    const call = ask(SERIES, { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
    expect(statuses()).toEqual([null]);
  });

  it('ends a delay', async () => {
    workspace.faults.add({ effect: { delay: { kind: 'fixed', ms: 600_000 } } });
    const controller = new AbortController();
    const call = ask(SERIES, { signal: controller.signal });
    await Promise.resolve();
    controller.abort();
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
    expect(statuses()).toEqual([null]);
  });

  it('ends a dribbled body', async () => {
    workspace.faults.add({ effect: { dribble: { chunks: 2, durationMs: 600_000 } } });
    const controller = new AbortController();
    const response = await ask(SERIES, { signal: controller.signal });
    const reading = response.text();
    controller.abort();
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
    await vi.waitFor(() => expect(workspace.requests.list().map(isFinished)).toEqual([true]));
  });

  it('a cancelled body ends the request', async () => {
    workspace.faults.add({ effect: { dribble: { chunks: 2, durationMs: 600_000 } } });
    const response = await ask();
    await response.body?.cancel();
    await vi.waitFor(() => expect(workspace.requests.list().map(isFinished)).toEqual([true]));
  });
});

describe('under fake timers', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('answers without advancing the clock', async () => {
    const response = await ask();
    expect((await response.text()).length).toBeGreaterThan(10);
    expect(new Date(response.headers.get('date') ?? '').getTime()).toBeLessThanOrEqual(vi.getRealSystemTime());
  });

  it('a delay is a fake timer, so a test of a timeout takes no time', async () => {
    workspace.faults.add({ effect: { delay: { kind: 'fixed', ms: 30_000 } } });
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('timed out')), 10_000);
    const calls = [ask(SERIES, { signal: controller.signal }), ask()];
    const settled = Promise.allSettled(calls);
    await vi.advanceTimersByTimeAsync(29_999);
    expect(workspace.requests.list().map(isFinished)).toEqual([false, true]);
    await vi.advanceTimersByTimeAsync(1);
    expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('a dribble is spread over fake time', async () => {
    workspace.faults.add({ effect: { dribble: { chunks: 3, durationMs: 10_000 } } });
    const text = (await ask()).text();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(JSON.parse(await text)).toMatchObject({ message: 'success' });
  });
});
