import { describe, expect, it } from 'vitest';
import type { EntryView } from '../../../src/core/journal/entry.js';
import { bearer, call, get, startTestServer, type TestServer } from '../../support/server.js';
import { AUTHORIZATION, CLOSE, expectRefusal, HOST, replyTo } from '../../support/wire.js';

const CLOCK = '2024-01-31T12:00:00Z';
const SERIES = '/segments/data_series?segment_id=segment_1234&length=1';
const ENDPOINTS = ['/segments/data_series', '/segments/list', '/segments/details', '/campaigns/list'];

const start = (basePath: string, settings = {}) => startTestServer({ clock: CLOCK, basePath, ...settings });

/** Sends a target as it is; `fetch` would normalize it. */
const sent = ({ origin }: TestServer, target: string, method = 'GET') =>
  replyTo(origin, { method, target, headers: [HOST, AUTHORIZATION, CLOSE] });

async function entriesOf(server: TestServer, path: string): Promise<EntryView[]> {
  return ((await server.control('GET', path)).body as { requests: EntryView[] }).requests;
}

describe.each(['/v1', '/api/v1.0', '/gate_way/~braze/v-1'])('with the base path %s', (basePath) => {
  it('every endpoint answers only under it, and the control API outside it', async () => {
    const server = await start(basePath);
    expect(server.url).toBe(server.origin + basePath);
    for (const path of ENDPOINTS) {
      const query = '?segment_id=segment_1234&length=1';
      expect((await server.get(path + query)).status).toBe(200);
      expect((await sent(server, path + query)).status).toBe(404);
    }
    for (const path of ['/__mock/health', '/__mock/ui', '/__mock/workspaces', '/openapi.json']) {
      expect((await get(server.origin + path)).status).toBe(200);
      expectRefusal(await server.get(path), 404, 'not_found');
    }
  });

  it('replies are the same as without it', async () => {
    const [server, plain] = [await start(basePath), await startTestServer({ clock: CLOCK })];
    for (const target of [SERIES, '/segments/list', '/segments/details?segment_id=x', '/segments/data_series']) {
      const [{ status, body }, expected] = [await server.get(target), await plain.get(target)];
      expect({ status, body }).toEqual({ status: expected.status, body: expected.body });
    }
  });

  it('other spellings of one path are the same path', async () => {
    const server = await start(basePath);
    const encoded = basePath.replace(/[a-z]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`);
    const slashed = `//${basePath.slice(1).replaceAll('/', '//')}//segments//data_series`;
    const query = SERIES.slice(SERIES.indexOf('?'));
    for (const path of [encoded + '/segments/data_series', slashed, `${basePath}/segments/data_series/`])
      expect([path, (await sent(server, path + query)).status]).toEqual([path, 200]);
    const [last, second] = await entriesOf(server, '/workspaces/default/requests');
    expect(last?.warnings).toEqual([`the path ${basePath}/segments/data_series/ ends in a slash`]);
    expect(second?.warnings).toEqual([`the path ${slashed} has a doubled slash; does the base URL end in "/"?`]);
    for (const path of [basePath.toUpperCase() + SERIES, `${basePath}x${SERIES}`, `${basePath}%2fsegments/list`])
      expect([path, (await sent(server, path)).status]).toEqual([path, 404]);
  });

  it('HEAD, other methods and preflights are answered under it', async () => {
    const server = await start(basePath, { cors: true });
    expect(await sent(server, basePath + SERIES, 'HEAD')).toMatchObject({ status: 200, text: '' });
    const post = await sent(server, `${basePath}/segments/list`, 'POST');
    expect([post.status, post.headers['allow']]).toEqual([405, 'GET, HEAD']);
    expect(post.text).toContain(`${basePath}/segments/list does not answer POST`);
    const headers = { origin: 'http://localhost:3000', 'access-control-request-method': 'GET' };
    const preflight = (base: string) => call(`${base}/segments/list`, { method: 'OPTIONS', headers });
    expect([(await preflight(server.url)).status, (await preflight(server.origin)).status]).toEqual([204, 404]);
    const options = await call(`${server.url}/segments/list`, { method: 'OPTIONS' });
    expect([options.status, options.headers['access-control-allow-origin']]).toEqual([405, '*']);
  });

  it('a journal shows the path that was sent, and answers the request again', async () => {
    const server = await start(basePath);
    await server.get(SERIES);
    const [entry] = await entriesOf(server, '/workspaces/default/requests');
    expect([entry?.path, entry?.outcome]).toEqual([`${basePath}/segments/data_series`, 'success']);
    expect(entry?.explain[1]).toMatchObject({ check: 'path', saw: entry?.path, decided: 'an endpoint' });
    const again = await server.control('GET', `/workspaces/default/requests/${entry?.id}/again?profile=observed`);
    expect(again.body).toMatchObject({ entry: { recomputed: true, status: 200 }, again: { status: 200 } });
    const preview = await server.control('GET', '/workspaces/default/segments/segment_1234/reply?length=1');
    const { url, body } = preview.body as { url: string; body: unknown };
    expect(url).toBe(basePath + SERIES);
    expect((await get(server.origin + url, bearer('YOUR-REST-API-KEY'))).body).toEqual(body);
  });

  it('a fault and a storyboard can name the path with or without it', async () => {
    const server = await start(basePath);
    for (const path of ['/segments/list', `${basePath}/segments/list`]) {
      await server.control('POST', '/workspaces/default/faults', { trigger: { path }, effect: { status: 503 } });
      expect([path, (await server.get('/segments/list')).status]).toEqual([path, 503]);
      expect((await server.get(SERIES)).status).toBe(200);
      await server.control('DELETE', '/workspaces/default/faults');
    }
    const board = await start(basePath, { storyboard: 'tracking-off' });
    const statuses: number[] = [];
    for (const path of [SERIES, SERIES, '/segments/list']) statuses.push((await board.get(path)).status);
    expect(statuses).toEqual([200, 422, 200]);
  });

  it('a request without it is a 404 that says so', async () => {
    const server = await start(basePath);
    const missing = `the base path ${basePath} is missing; did you mean ${basePath}`;
    for (const [target, warning] of [
      [SERIES, `${missing}/segments/data_series?`],
      ['/segments/lists', `${missing}/segments/list?`],
      ['/v0/segments/list', `${missing}/segments/list?`],
      [`${basePath}/segments/data-serie`, `did you mean ${basePath}/segments/data_series?`],
      [`${basePath}${basePath}/segments/list`, `did you mean ${basePath}/segments/list?`],
      [`${basePath.toUpperCase()}/segments/list`, `did you mean ${basePath}/segments/list?`],
      [`${basePath}/__mock/workspaces`, `the control API is not under the base path; leave out ${basePath}`],
    ] as const) {
      const { status, text } = await sent(server, target);
      const [entry] = await entriesOf(server, '/workspaces/default/requests?limit=1');
      expect([target, status, entry?.warnings]).toEqual([target, 404, [warning]]);
      expect(entry?.explain.at(-1)?.decided).toContain(`; ${warning}`);
      expect(text).toContain(`imitates only ${ENDPOINTS.map((path) => basePath + path).join(', ')}`);
    }
    expect((await sent(server, '/nowhere')).status).toBe(404);
    expect((await entriesOf(server, '/workspaces/default/requests?limit=1'))[0]?.warnings).toEqual([]);
  });

  it('the root paths name the pages of the mock', async () => {
    const server = await start(basePath);
    for (const path of ['/', basePath, `${basePath}/`])
      expect((await sent(server, path)).text).toContain('; to look at the mock, open /__mock/ui in a browser');
    expect((await sent(await start(basePath, { noControl: true }), basePath)).text).not.toContain('__mock');
  });
});

it('a key that is a word of the paths is masked everywhere else', async () => {
  const workspaces = [{ name: 'default', apiKeys: [{ key: 'segments' }, { key: 'QZVK-opens-0123456' }] }];
  const server = await start('/v1', { workspaces });
  await server.get('/segments/list', bearer('segments'));
  await server.get('/segments/QZVK-opens-0123456', bearer('segments'));
  const paths = (await entriesOf(server, '/workspaces/default/requests')).map(({ path }) => path);
  expect(paths).toEqual(['/v1/segments/QZVK…', '/v1/segments/list']);
  await server.control('POST', '/workspaces/default/api-keys', { key: 'length' });
  await server.get(SERIES, bearer('segments'));
  const [entry] = await entriesOf(server, '/workspaces/default/requests?limit=1');
  expect(Object.keys(entry?.query ?? {})).toEqual(['segment_id', 'length']);
});

it('servers with different base paths, or none, do not affect each other', async () => {
  const servers = [await start('/v1'), await start('/v2'), await startTestServer({ clock: CLOCK })];
  const statuses = async (path: string) =>
    Promise.all(servers.map(async (server) => (await sent(server, path)).status));
  expect(await statuses(`/v1${SERIES}`)).toEqual([200, 404, 404]);
  expect(await statuses(`/v2${SERIES}`)).toEqual([404, 200, 404]);
  expect(await statuses(SERIES)).toEqual([404, 404, 200]);
});
