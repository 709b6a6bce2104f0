import type { FastifyPluginAsync } from 'fastify';
import { Type } from '@sinclair/typebox';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { buildApp } from '../../src/server/app.js';
import { appOptions } from '../support/app.js';
import { mockOf } from '../support/mock.js';

const KEY = { authorization: 'Bearer YOUR-REST-API-KEY' };
const PATHS = [
  '/segments/data_series?segment_id=segment_1234&length=2',
  '/segments/list',
  '/__mock/health',
  '/extra?n=3',
  '/nowhere',
];

function appWith(lines: string[] = []) {
  const log = pino({ base: null }, { write: (line: string) => void lines.push(line) });
  return buildApp(mockOf(), appOptions({ log })).fastify;
}

describe('extending the Fastify app', () => {
  it('a route schema is validated and coerced', async () => {
    const app = appWith();
    app.get('/extra', { schema: { querystring: Type.Object({ n: Type.Integer() }) } }, ({ query }) => query);
    expect((await app.inject('/extra?n=3')).json()).toEqual({ n: 3 });
    const refused = await app.inject('/extra?n=three');
    expect([refused.statusCode, refused.json()]).toEqual([
      400,
      { message: 'error', errors: [{ code: 'query_invalid', message: '$.n: found "three", expected a whole number' }] },
    ]);
    await app.close();
  });

  it('hooks run on every route', async () => {
    const app = appWith();
    const ran: string[] = [];
    app.addHook('onRequest', async ({ url }) => void ran.push(`onRequest ${url}`));
    app.addHook('onSend', async ({ url }, reply) => {
      ran.push(`onSend ${url}`);
      reply.header('x-added', 'yes');
    });
    app.addHook('onResponse', async ({ url }) => void ran.push(`onResponse ${url}`));
    app.get('/extra', () => ({ extra: true }));
    for (const path of PATHS) {
      ran.length = 0;
      const reply = await app.inject({ url: path, headers: KEY });
      expect([reply.headers['x-added'], ...ran]).toEqual([
        'yes',
        `onRequest ${path}`,
        `onSend ${path}`,
        `onResponse ${path}`,
      ]);
    }
    await app.close();
  });

  it('hooks of a plugin run on its own routes alone', async () => {
    const app = appWith();
    const ran: string[] = [];
    app.register(async (scope) => {
      for (const name of ['preValidation', 'preHandler', 'onResponse'] as const)
        scope.addHook(name, async ({ url }) => void ran.push(`${name} ${url}`));
      scope.get('/extra', () => ({ extra: true }));
    });
    for (const url of PATHS) await app.inject({ url, headers: KEY });
    expect(ran).toEqual(['preValidation', 'preHandler', 'onResponse'].map((name) => `${name} /extra?n=3`));
    await app.close();
  });

  it.each(PATHS)('an onSend hook does not change the reply to %s', async (path) => {
    const [plain, hooked] = [appWith(), appWith()];
    hooked.addHook('onSend', async (_request, _reply, payload) => payload);
    const withoutTime = ({ date: _date, 'x-ratelimit-reset': _reset, ...headers }: Record<string, unknown>) => headers;
    const [one, other] = [
      await plain.inject({ url: path, headers: KEY }),
      await hooked.inject({ url: path, headers: KEY }),
    ];
    expect([other.statusCode, withoutTime(other.headers), other.body]).toEqual([
      one.statusCode,
      withoutTime(one.headers),
      one.body,
    ]);
    await Promise.all([plain.close(), hooked.close()]);
  });

  it('a plugin can decorate and log through request.log', async () => {
    const lines: string[] = [];
    const app = appWith(lines);
    const plugin: FastifyPluginAsync = async (scope) => {
      scope.decorate('answerToAll', 42);
      scope.addHook('preHandler', async (request) => request.log.warn({ seen: request.url }, 'plugin'));
    };
    // What fastify-plugin does: the plugin's hooks are for all routes.
    await app.register(Object.assign(plugin, { [Symbol.for('skip-override')]: true }));
    expect(app).toHaveProperty('answerToAll', 42);
    await app.inject({ url: '/segments/list', headers: KEY });
    expect(lines.map((line) => JSON.parse(line) as { msg: string })).toContainEqual(
      expect.objectContaining({ level: 40, seen: '/segments/list', msg: 'plugin' }),
    );
    await app.close();
  });
});
