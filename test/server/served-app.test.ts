import { PassThrough } from 'node:stream';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { buildServedApp } from '../../src/server/app.js';
import { startServer } from '../../src/server/server.js';
import { appOptions } from '../support/app.js';
import { mockOf } from '../support/mock.js';
import { converse } from '../support/raw.js';
import { startTestServer } from '../support/server.js';
import { API_KEY } from '../support/bytes.js';
import { AUTHORIZATION, bytesOf, CLOSE, HOST, repliesTo, serve } from '../support/wire.js';

const HEALTH = '/__mock/health';
const LIST = '/segments/list';

describe('the app that a server starts with', () => {
  it("has the routes of Braze's endpoints alone", async () => {
    const { fastify } = buildServedApp(mockOf(), appOptions());
    onTestFinished(() => fastify.close());
    await fastify.ready();
    const routes = ['/segments/list', HEALTH, '/__mock/version', '/openapi.json'];
    expect(routes.filter((url) => fastify.hasRoute({ method: 'GET', url }))).toEqual(['/segments/list']);
  });

  it.each([HEALTH, '/%5F_mock/health', `http://example.test${HEALTH}`, '/openapi.json', '/__mock/version'])(
    'answers a first request to %s',
    async (target) => {
      const { url } = await startTestServer();
      expect(await repliesTo(url, { target, headers: [HOST, 'Connection: close'] })).toMatchObject([{ status: 200 }]);
    },
  );

  it('builds the control API once, for the first request to it', async () => {
    let built = 0;
    const options = {
      ...appOptions(),
      get version() {
        built++;
        return '1.2.3';
      },
    };
    const { fastify } = buildServedApp(mockOf(), options);
    onTestFinished(() => fastify.close());
    const url = await fastify.listen({ host: '127.0.0.1', port: 0 });
    const counts = [];
    for (const target of [LIST, LIST, HEALTH, LIST, HEALTH]) {
      await repliesTo(url, bytesOf({ target, headers: [HOST, AUTHORIZATION, CLOSE] }));
      counts.push(built);
    }
    expect(counts).toEqual([0, 0, 1, 1, 1]);
  });

  it('answers 500 to the control API if that cannot be built, and logs why', async () => {
    const stream = new PassThrough({ encoding: 'utf8' });
    const options = {
      ...appOptions({ log: pino(stream) }),
      get version(): string {
        throw new Error('no version');
      },
    };
    const { fastify } = buildServedApp(mockOf(), options);
    onTestFinished(() => fastify.close());
    const url = await fastify.listen({ host: '127.0.0.1', port: 0 });
    const targets = [HEALTH, LIST, '/__mock/nowhere', '/openapi.json', LIST];
    const requests = targets.map((target, index) =>
      bytesOf({ target, headers: [HOST, AUTHORIZATION, ...(index === targets.length - 1 ? [CLOSE] : [])] }),
    );
    const replies = await repliesTo(url, requests.join(''));
    expect(replies.map(({ status }) => status)).toEqual([500, 200, 500, 500, 200]);
    expect(JSON.parse(replies[0]?.text ?? '')).toEqual({
      message: 'error',
      errors: [{ code: 'internal_server_error', message: 'the control API failed; its log says why' }],
    });
    const lines = String(stream.read())
      .split('\n')
      .filter((line) => line.includes('"no version"'));
    expect(lines).toHaveLength(3);
  });

  it('answers pipelined requests in their order, the first ones to the control API among them', async () => {
    const { url } = await startTestServer();
    const paths = ['/segments/list', HEALTH, '/segments/list', '/__mock/nowhere', '/segments/list'];
    const [last, ...others] = paths
      .toReversed()
      .map((target, index) =>
        bytesOf({ target, headers: [HOST, AUTHORIZATION, ...(index === 0 ? ['Connection: close'] : [])] }),
      );
    const replies = await repliesTo(url, [...others.toReversed(), last].join(''));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 404, 200]);
  });

  it.each([
    ['that the control API is built for', false],
    ['to the control API, which is built already,', true],
  ])('lets requests pipelined behind one %s take effect after it', async (_title, isBuilt) => {
    const faults = [{ effect: { status: 503 } }];
    const mock = mockOf({}, [{ name: 'w', apiKeys: [{ key: API_KEY }], segments: [], faults }]);
    const url = await serve(mock);
    const bytes = (method: string, target: string, ...more: string[]) =>
      bytesOf({ method, target, headers: [HOST, AUTHORIZATION, ...more] });
    if (isBuilt) await repliesTo(url, bytes('GET', HEALTH, CLOSE));
    const replies = await repliesTo(
      url,
      bytes('GET', LIST) + bytes('DELETE', '/__mock/workspaces/w/faults') + bytes('GET', LIST, CLOSE),
    );
    expect(replies.map(({ status }) => status)).toEqual([503, 204, 200]);
  });

  it('answers a first request to the control API that the server is stopped on', async () => {
    const server = await startServer(mockOf(), appOptions());
    const client = converse(server.origin, bytesOf({ target: HEALTH, headers: [HOST] }));
    await server.stop();
    expect(await client.ended).toBe('closed');
    expect(client.received()).toMatch(/^HTTP\/1\.1 200 OK\r\n.*"ok"/s);
  });
});
