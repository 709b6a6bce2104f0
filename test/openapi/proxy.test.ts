import { beforeAll, describe, expect, it } from 'vitest';
import { PREFERABLE } from '../../src/core/faults/prefer.js';
import { REFUSED, EXAMPLE_CALLS } from '../../src/openapi/control-calls.js';
import { profiles } from '../../src/core/profiles/profiles.js';
import { ProfileName } from '../../src/core/profiles/names.js';
import { REFUSALS } from '../../src/core/refusals/codes.js';
import { Checker, type Document, documentOf, followed, type Operation, operationsOf } from '../support/openapi.js';
import { REQUESTS } from '../support/outcomes.js';
import { type Proxy, startProxy, violations } from '../support/prism.js';
import { API_KEY, bearer, call, openTestServer, type TestServer } from '../support/server.js';
import { AUTHORIZATION, CLOSE, HOST, replyTo, serve, type WireRequest } from '../support/wire.js';
import { SHORT_TIMEOUTS } from '../support/transport.js';
import { mockOf } from '../support/mock.js';

/** What Prism, or the HTTP server in it, answers by itself, so that the mock behind it is not asked. */
const OF_PRISM = new Set<string>([
  'http_malformed',
  'request_timeout',
  'headers_too_large',
  'expectation_failed',
  'not_found',
  'method_not_allowed',
  // It waits for the body that was announced.
  'body_too_large',
]);

/** Prism forwards a JSON text without its quotes. */
const NOT_FORWARDED = new Set(['setRateLimit off']);

const ENDPOINTS = ['/segments/data_series', '/segments/list', '/segments/details', '/campaigns/list'];

let document: Document;
let checker: Checker;
beforeAll(async () => {
  const shared = await documentOf();
  document = followed(shared);
  checker = new Checker(shared);
});

/** The calls that the examples of parameters make, by the name that they share. */
function callsOf({ parameters = [] }: Operation): Map<string, { query: URLSearchParams; prefer?: string }> {
  const calls = new Map<string, { query: URLSearchParams; prefer?: string }>();
  for (const { name, in: place, examples = {} } of parameters) {
    for (const [example, { value }] of Object.entries(examples)) {
      const made = calls.get(example) ?? { query: new URLSearchParams() };
      if (place === 'query') made.query.set(name, String(value));
      else if (name === 'prefer') made.prefer = String(value);
      calls.set(example, made);
    }
  }
  return calls;
}

describe.each(ProfileName.anyOf.map((literal) => literal.const))(
  'a validating proxy in front of a mock in %s',
  (profile) => {
    let mock: TestServer;
    let proxy: Proxy;
    beforeAll(async () => {
      mock = await openTestServer({ profile, strictParameters: true, clock: '2024-01-01T12:00:00Z' });
      proxy = await startProxy(mock.url);
      return async () => {
        await proxy.close();
        await mock.stop();
      };
    });
    const ask = (path: string, headers: Record<string, string> = bearer(API_KEY), method = 'GET', body?: unknown) =>
      call(`${proxy.url}${path}`, {
        method,
        headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });

    it.each(ENDPOINTS)('accepts the example calls of %s, which get the replies shown', async (path) => {
      const operation = document.paths[path]?.['get'] as Operation;
      const calls = callsOf(operation);
      expect(calls.size).toBeGreaterThan(7);
      for (const [name, { query, prefer }] of calls) {
        const headers = { ...bearer(API_KEY), ...(prefer !== undefined && { prefer }) };
        const reply = await ask(`${path}?${query.toString()}`, headers);
        expect([name, violations(reply)]).toEqual([name, []]);
        const shown = operation.responses[reply.status]?.content?.['application/json']?.examples ?? {};
        const ofProfile = Object.values(profiles)[0]?.name === profile ? name : `${name}_${profile}`;
        expect([name, shown[ofProfile]?.value]).toEqual([name, reply.body]);
        // Prism answers a HEAD with 500, as it finds no JSON in a reply that says it is of that type.
        const head = await call(`${mock.url}${path}?${query.toString()}`, { method: 'HEAD', headers });
        const ofHead = document.paths[path]?.['head'] as Operation;
        expect([name, head.status, checker.replyProblems(ofHead, head)]).toEqual([name, reply.status, []]);
      }
    });

    it.each(Object.keys(REQUESTS).filter((code) => !OF_PRISM.has(code)) as (keyof typeof REQUESTS)[])(
      'accepts the reply of %s',
      async (code) => {
        const reply = await replyTo(proxy.url, REQUESTS[code]);
        const status = code === 'internal_server_error' ? 200 : statusOf(code);
        expect([reply.status, violations(reply, 'response')]).toEqual([status, []]);
        // Prism lets empty headers pass; the schemas do not.
        const direct = await replyTo(mock.url, REQUESTS[code]);
        const { target = ENDPOINTS[0] ?? '' } = REQUESTS[code] as WireRequest;
        const operation = document.paths[target.split('?')[0] ?? '']?.['get'] as Operation;
        expect(checker.replyProblems(operation, direct)).toEqual([]);
      },
    );

    function statusOf(code: keyof typeof REQUESTS): number {
      return code === 'segment_not_found' ? profiles[profile].status({ code, segmentId: '' }) : REFUSALS[code].status;
    }

    it('accepts replies forced by Prefer', async () => {
      for (const path of ENDPOINTS) {
        for (const code of PREFERABLE) {
          const query = path.endsWith('list')
            ? ''
            : path.endsWith('details')
              ? '?segment_id=a'
              : '?segment_id=a&length=1';
          const reply = await ask(path + query, { ...bearer(API_KEY), prefer: `code=${code}` });
          expect([path, code, violations(reply)]).toEqual([path, code, []]);
        }
      }
    });

    it('accepts a 304 and a 429', async () => {
      const path = '/segments/data_series?segment_id=segment_1234&length=1';
      expect(violations(await ask(path, { ...bearer(API_KEY), 'if-none-match': '*' }))).toEqual([]);
      const limited = await ask('/__mock/workspaces', {}, 'POST', { name: 'limited', rateLimit: { capacity: 1 } });
      const { apiKey } = limited.body as { apiKey: string };
      await ask(path, bearer(apiKey));
      const reply = await ask(path, bearer(apiKey));
      expect([reply.status, violations(reply)]).toEqual([429, []]);
    });

    it('accepts planned faults of any status', async () => {
      // All but 501, on which Prism answers an example in the place of the reply.
      const effects = [402, 405, 408, 418, 451, 507, 599].map((status): object => ({ status }));
      effects.push({ status: 502, body: 'html' }, { status: 503, headers: { 'retry-after': '1' } }, { delay: DELAY });
      for (const effect of effects) {
        const planned = await ask('/__mock/workspaces/default/faults', {}, 'POST', { trigger: { times: 1 }, effect });
        const reply = await ask('/segments/data_series?segment_id=segment_1234&length=1');
        const status = (effect as { status?: number }).status ?? 200;
        expect([planned.status, violations(planned), reply.status, violations(reply)]).toEqual([201, [], status, []]);
      }
    });

    const DELAY = { kind: 'fixed', ms: 1 };

    it('accepts the operations of the control API and their replies', async () => {
      const operations = new Map(operationsOf(document).map((one) => [one.operation.operationId, one]));
      for (const [operationId, name, { params = {}, query = {}, body }] of EXAMPLE_CALLS) {
        const { method, path } = operations.get(operationId) as { method: string; path: string };
        const target = path.replaceAll(/\{(\w+)\}/g, (_whole, field: string) => params[field] ?? '');
        // A proxy that reads a reply whole never sees the end of a stream.
        const verb = path.endsWith('/stream') ? 'HEAD' : method.toUpperCase();
        if (operationId === 'listStrays') await ask('/segments/list', bearer('UNKNOWN-KEY'));
        if (operationId === 'listRequests') await ask('/segments/list', bearer('CHECKOUT-KEY'));
        const reply = await ask(`${target}?${new URLSearchParams(query).toString()}`, {}, verb, body);
        const isForwarded = !NOT_FORWARDED.has(`${operationId} ${name}`);
        expect([operationId, name, reply.status < 300, violations(reply)]).toEqual([
          operationId,
          name,
          isForwarded,
          [],
        ]);
      }
    });

    it.each(Object.entries(REFUSED).filter(([code, refused]) => !OF_PRISM.has(code) && !('guarded' in refused)))(
      'accepts the reply of the control API to %s',
      async (_code, { path, method = 'GET', headers = {}, body }) => {
        if (headers['host'] !== undefined) return;
        const type = { ...(body !== undefined && { 'content-type': 'application/json' }) };
        const reply = await call(`${proxy.url}/__mock${path}`, {
          method,
          headers: { ...headers, ...type },
          body: body ?? null,
        });
        expect(violations(reply, 'response')).toEqual([]);
      },
    );

    it.each([...OF_PRISM] as (keyof typeof REQUESTS)[])('is not needed to check %s', async (code) => {
      const quick = code === 'request_timeout' ? SHORT_TIMEOUTS : {};
      const url = await serve(mockOf({ profile }), quick);
      const reply = await replyTo(url, REQUESTS[code]);
      const operation = document.paths['/segments/data_series']?.['get'] as Operation;
      expect([reply.status, checker.replyProblems(operation, reply)]).toEqual([REFUSALS[code].status, []]);
    });
  },
);

describe('the proxy', () => {
  it('rejects a reply and a request that do not match the document', async () => {
    const mock = await openTestServer();
    const proxy = await startProxy(mock.url);
    const request: WireRequest = {
      target: '/segments/data_series?segment_id=segment_1234',
      headers: [HOST, AUTHORIZATION, CLOSE],
    };
    const reply = await replyTo(proxy.url, request);
    expect(violations(reply)).toEqual(["request.query: Request query must have required property 'length'"]);
    await mock.stop();
  });
});
