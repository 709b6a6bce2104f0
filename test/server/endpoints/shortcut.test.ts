import diagnostics from 'node:diagnostics_channel';
import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Effect, FaultPlan } from '../../../src/core/faults/fault.js';
import { buildServedApp } from '../../../src/server/app.js';
import { appOptions } from '../../support/app.js';
import { mockOf } from '../../support/mock.js';
import { API_KEY } from '../../support/bytes.js';
import { AUTHORIZATION, bytesOf, CLOSE, HOST, repliesTo, type WireRequest } from '../../support/wire.js';

const LIST = '/segments/list';
const SERIES = '/segments/data_series?segment_id=a&length=3';

/** The requests that reached a route of Fastify's. */
const routed: string[] = [];
const note = (message: unknown) => void routed.push((message as { request: { url: string } }).request.url);
diagnostics.subscribe('tracing:fastify.request.handler:start', note);

afterEach(() => void routed.splice(0));

/** A server on a frozen clock, whose app can be changed before it listens. */
async function serving(change: (fastify: FastifyInstance) => unknown = () => undefined, faults: FaultPlan[] = []) {
  const segments = [{ id: 'a' }, { id: 'off', analyticsTrackingEnabled: false }];
  const mock = mockOf({ clock: '2024-01-31T12:00:00Z' }, [
    { name: 'w', apiKeys: [{ key: API_KEY }], segments, faults },
  ]);
  const { fastify } = buildServedApp(mock, appOptions());
  onTestFinished(() => fastify.close());
  change(fastify);
  const url = await fastify.listen({ host: '127.0.0.1', port: 0 });
  const ask = (request: WireRequest) =>
    repliesTo(url, { ...request, headers: [HOST, AUTHORIZATION, CLOSE, ...(request.headers ?? [])] });
  return { mock, url, ask };
}

describe('a plain request for an endpoint', () => {
  it.each([LIST, SERIES, '/segments/details?segment_id=a', '/campaigns/list'])(
    'to %s passes no route',
    async (target) => {
      const { ask } = await serving();
      expect(await ask({ target })).toMatchObject([{ status: 200 }]);
      expect(routed).toEqual([]);
    },
  );

  it.each<[string, WireRequest]>([
    ['success', { target: SERIES }],
    ['refusal', { target: '/segments/data_series?segment_id=nowhere&length=3' }],
    ['refusal of several parameters', { target: '/segments/data_series?length=0&length=1&ending_at=x' }],
    ['segment without tracking', { target: '/segments/data_series?segment_id=off&length=3' }],
    ['query that cannot be decoded', { target: `${SERIES}&x=%ff` }],
    ['preferred outcome', { target: SERIES, headers: ['Prefer: code=429'] }],
    ['key twice', { target: SERIES, headers: [AUTHORIZATION] }],
    ['body of no bytes', { target: SERIES, headers: ['Content-Length: 0'] }],
  ])('is answered and recorded as by its route: %s', async (_title, request) => {
    const direct = await serving();
    const byRoute = await serving((fastify) => fastify.addHook('preHandler', (_request, _reply, done) => done()));
    const seen = [];
    for (const { mock, ask } of [direct, byRoute]) {
      const replies = (await ask(request)).map(({ headers: { date: _date, ...headers }, ...reply }) => ({
        headers,
        ...reply,
      }));
      const entries = mock.workspaces.default?.journal.list();
      seen.push({ replies, entries: entries?.map(({ startedMs: _began, durationMs: _took, ...entry }) => entry) });
    }
    expect(seen[0]).toEqual(seen[1]);
    expect(seen[0]?.entries).toHaveLength(1);
    expect(routed).toHaveLength(1);
  });

  it.each<[string, Effect, RegExp]>([
    ['truncated', { truncate: 0.5 }, /^\{"message":"success","data":\[[^\]]*$/],
    ['sent in chunks', { dribble: { chunks: 2, durationMs: 1 } }, /^\{"message":"success","data":\[.*\]\}$/],
    ['delayed', { delay: { kind: 'fixed', ms: 1 } }, /^\{"message":"success","data":\[.*\]\}$/],
    ['an HTML page', { status: 503, body: 'html' }, /^<html/],
  ])('is answered as a planned fault says: %s', async (_title, effect, text) => {
    const { ask } = await serving(undefined, [{ effect }]);
    expect(await ask({ target: SERIES })).toMatchObject([{ text: expect.stringMatching(text) as string }]);
    expect(routed).toEqual([]);
  });
});

it('keeps its place among pipelined requests that Fastify routes', async () => {
  const { url } = await serving();
  const targets = [SERIES, '/nowhere', LIST, `${LIST}/`, SERIES];
  const requests = targets.map((target, index) => {
    const headers = [HOST, AUTHORIZATION, ...(index === targets.length - 1 ? [CLOSE] : [])];
    return bytesOf({ target, headers });
  });
  const replies = await repliesTo(url, requests.join(''));
  const [data, none, list] = [/^\{"message":"success","data"/, /"not_found"/, /"segments":/].map(
    (text) => expect.stringMatching(text) as string,
  );
  expect(replies.map(({ text }) => text)).toEqual([data, none, list, list, data]);
  expect(routed).toEqual([`${LIST}/`]);
});

it.each<[method: string, target: string, status: number]>([
  ['GET', SERIES, 200],
  ['POST', SERIES, 405],
  ['GET', '/nowhere', 404],
])('is answered before a pipelined %s %s that expects a 100', async (method, target, status) => {
  const { url } = await serving();
  const kept = [HOST, AUTHORIZATION];
  const requests = [
    { target: LIST, headers: kept },
    { method, target, headers: [...kept, 'Expect: 100-continue', 'Content-Length: 5'], body: 'hello' },
    { target: LIST, headers: [...kept, CLOSE] },
  ];
  const replies = await repliesTo(url, requests.map(bytesOf).join(''));
  expect(replies.map((reply) => reply.status)).toEqual([200, 100, status, 200]);
});

it('says that the connection closes after a truncated reply', async () => {
  const { url } = await serving(undefined, [{ effect: { truncate: 0.5 } }]);
  const replies = await repliesTo(url, { target: SERIES, headers: [HOST, AUTHORIZATION] });
  expect(replies).toMatchObject([{ status: 200, headers: { connection: 'close' } }]);
});

describe('Fastify answers', () => {
  it.each(['onRequest', 'preParsing', 'preValidation', 'preHandler', 'onSend', 'onResponse', 'onTimeout'] as const)(
    'all requests as soon as there is an %s hook',
    async (name) => {
      const { ask } = await serving((fastify) =>
        fastify.addHook(name as 'onRequest', (...parts: unknown[]) => (parts.at(-1) as () => void)()),
      );
      await ask({ target: SERIES });
      expect(routed).toEqual([SERIES]);
    },
  );

  it('all requests if hooks may be added to each route', async () => {
    const ran: string[] = [];
    const { ask } = await serving((fastify) =>
      fastify.addHook('onRoute', (route) => {
        route.preHandler = (request, _reply, done) => (ran.push(request.url), done());
      }),
    );
    await ask({ target: SERIES });
    expect(ran).toEqual([SERIES]);
  });

  it('no plain request because of a hook of a plugin or an application hook', async () => {
    const { ask } = await serving((fastify) => {
      fastify.addHook('onReady', (done) => done());
      fastify.addHook('onClose', (_app, done) => done());
      fastify.register((scope, _options, done) => {
        scope.addHook('preHandler', (_request, _reply, next) => next());
        done();
      });
    });
    await ask({ target: SERIES });
    expect(routed).toEqual([]);
  });

  it.each<[string, WireRequest]>([
    ['a HEAD', { method: 'HEAD', target: LIST }],
    ['a doubled slash', { target: `/${LIST}` }],
    ['a trailing slash', { target: `${LIST}/` }],
    ['an escape in the path', { target: '/segments/lis%74' }],
    ['a whole URL', { target: `http://example.test${LIST}` }],
    ['a body', { target: LIST, headers: ['Content-Length: 2'], body: '{}' }],
  ])('%s', async (_title, request) => {
    const { ask } = await serving();
    expect(await ask(request)).toMatchObject([{ status: 200 }]);
    expect(routed).toHaveLength(1);
  });
});
