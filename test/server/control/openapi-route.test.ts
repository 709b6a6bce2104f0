import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { call, openTestServer, startTestServer, type TestServer } from '../../support/server.js';
import { CLOSE, expectRefusal, HOST, JSON_TYPE, replyTo } from '../../support/wire.js';

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer({ rateLimit: 1 });
  return () => server.stop();
});

describe('GET /openapi.json', () => {
  it('answers any caller, with only HTTP headers and nosniff', async () => {
    const { status, headers, body } = await replyTo(server.url, {
      target: '/openapi.json',
      headers: ['Host: evil.example', 'Origin: null', CLOSE],
    }).then((reply) => ({ ...reply, body: JSON.parse(reply.text) as object }));
    expect([status, Object.keys(headers).toSorted(), headers['content-type']]).toEqual([
      200,
      ['connection', 'content-length', 'content-type', 'date', 'x-content-type-options'],
      JSON_TYPE,
    ]);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(body).toMatchObject({ openapi: '3.1.0' });
  });

  it('matches the committed copy, also over the wire', async () => {
    const copy = readFileSync(new URL('../../../fixtures/openapi.json', import.meta.url), 'utf8');
    expect((await server.get('/openapi.json', {})).body).toEqual(JSON.parse(copy));
  });

  it.each(['//openapi.json', '/openapi.json/', '/openapi%2Ejson?x=1'])('answers as %s too', async (path) => {
    expect((await server.get(path, {})).body).toMatchObject({ openapi: '3.1.0' });
  });

  it('answers HEAD without a body', async () => {
    const [got, head] = await Promise.all(
      ['GET', 'HEAD'].map((method) => replyTo(server.url, { method, target: '/openapi.json', headers: [HOST, CLOSE] })),
    );
    expect(head).toEqual({ ...got, headers: { ...got?.headers, date: head?.headers['date'] }, text: '' });
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])(
    'does not answer %s and lists the allowed methods',
    async (method) => {
      const reply = await call(`${server.url}/openapi.json`, { method });
      expectRefusal(reply, 405, 'method_not_allowed');
      expect(reply.headers['allow']?.split(', ').toSorted()).toEqual(['GET', 'HEAD']);
    },
  );

  it('takes no token and is in no journal, with any key', async () => {
    const before = (await server.control('GET', '/workspaces/default')).body;
    await server.get('/openapi.json');
    await server.get('/openapi.json', {});
    expect((await server.control('GET', '/workspaces/default')).body).toMatchObject({
      requests: (before as { requests: number }).requests,
      rateLimit: { remaining: 1 },
    });
    expect((await server.control('GET', '/requests')).body).toEqual({ requests: [] });
  });

  it.each([{ noControl: true }, { controlToken: 'S3cret' }])('is served with %j', async (settings) => {
    const other = await startTestServer(settings);
    expect((await other.get('/openapi.json', {})).status).toBe(200);
  });

  it.each([false, true])('names the base path as the server of each endpoint (noControl: %s)', async (noControl) => {
    const [plain, beneath] = [
      await startTestServer({ noControl }),
      await startTestServer({ noControl, basePath: '/v1' }),
    ];
    const { body } = await plain.get('/openapi.json', {});
    const paths = Object.entries((body as { paths: Record<string, object> }).paths);
    const served = paths.map(([path, item]) =>
      /^\/(__mock|openapi)/.test(path) ? [path, item] : [path, { ...item, servers: [{ url: '/v1' }] }],
    );
    expect(served.filter(([, item]) => 'servers' in (item as object))).toHaveLength(4);
    const document = (await call(`${beneath.origin}/openapi.json`, {})).body;
    expect(document).toEqual({ ...(body as object), paths: Object.fromEntries(served) as object });
  });

  it('is not listed among the endpoints in a 404', async () => {
    const { text } = await server.get('/nowhere');
    expect(text).toContain('/segments/data_series, /segments/list, /segments/details, /campaigns/list"');
  });
});
