import { beforeAll, describe, expect, it } from 'vitest';
import { call, openTestServer, startTestServer, type TestServer } from '../../support/server.js';
import { CLOSE, expectRefusal, repliesTo, replyTo, type WireReply } from '../../support/wire.js';

function ask(
  { url }: TestServer,
  headers: string[],
  target = '/__mock/workspaces',
  method = 'GET',
): Promise<WireReply> {
  return replyTo(url, { method, target, headers: [...headers, CLOSE] });
}

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer({ clock: '2024-01-31T12:00:00Z' });
  return () => server.stop();
});

const withPort = (text: string) => text.replace('PORT', new URL(server.url).port);

describe('the host', () => {
  it.each([
    'localhost',
    'LOCALHOST:PORT',
    'localhost.:PORT',
    'localhost:1',
    'localhost:',
    '127.0.0.1:PORT',
    '127.0.0.1.',
    '192.168.1.7:8080',
    '0.0.0.0',
    '[::1]:PORT',
    '[::1]',
    '[::ffff:127.0.0.1]:PORT',
    'braze-mock:27293',
    'mock.localhost:PORT',
    'mock.local',
    'mock.local.:80',
    'mock.test',
    'a.mock.TEST:8080',
    'braze.ns.svc',
    'braze.ns.svc:PORT',
    'braze.ns.svc.cluster.local.',
    'host.docker.internal:PORT',
    'rest.iad-01.braze.com',
    'REST.FRA-01.braze.eu:443',
    'rest.ap-02.braze.com.',
    'rest.us-10.braze.com',
    'rest.jp-01.braze.com',
  ])('allows %s', async (host) => {
    expect((await ask(server, [`Host: ${withPort(host)}`])).status).toBe(200);
  });

  it.each([
    'evil.com',
    'evil.com:PORT',
    'evil.com.',
    'evil.com.:PORT',
    'EVIL.COM:27293',
    'localhost.evil.com',
    'localhost.evil.com:PORT',
    '127.0.0.1.evil.com',
    '127.0.0.1.nip.io:PORT',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    'evil.com:80:80',
    '[::1].evil.com',
    '[evil.com]',
    'evillocalhost.com',
    'mock.notlocal',
    'mock.latest',
    'mock.xsvc',
    'braze.svc.ns',
    'braze.test.com',
    'braze.ns',
    'mock.xinternal',
    'rest.iad-01.braze.com.evil.com',
    'rest.iad-99.braze.com',
    'evil-rest.iad-01.braze.com',
    'mock.example.com',
  ])('rejects %s', async (host) => {
    expectRefusal(await ask(server, [`Host: ${withPort(host)}`]), 403, 'host_forbidden');
  });

  it.each(['mock.example.com', 'MOCK.example.com:8080', 'mock.example.com.'])(
    'allows %s with --control-host mock.example.com',
    async (host) => {
      const named = await startTestServer({ controlHost: 'mock.Example.com' });
      expect((await ask(named, [`Host: ${host}`])).status).toBe(200);
      expectRefusal(await ask(named, [`Host: other.${host}`]), 403, 'host_forbidden');
    },
  );

  it.each(['braze.ns', 'BRAZE.ns.:80', 'mock.example.com'])(
    'allows %s where --control-host has several',
    async (host) => {
      const named = await startTestServer({ controlHost: 'mock.example.com, Braze.NS' });
      expect((await ask(named, [`Host: ${host}`])).status).toBe(200);
      expectRefusal(await ask(named, ['Host: example.com']), 403, 'host_forbidden');
    },
  );

  it('in an absolute URL overrides the header', async () => {
    const reply = await ask(server, ['Host: localhost'], 'http://evil.com/__mock/workspaces');
    expectRefusal(reply, 403, 'host_forbidden');
  });
});

describe('the origin', () => {
  it.each([
    'null',
    '',
    'http://evil.com',
    'https://evil.com',
    'http://localhost',
    'http://localhost:1',
    'http://127.0.0.1:1',
    'http://127.0.0.2:PORT',
    'http://evil.com:PORT',
    'http://localhost:PORT.evil.com',
    'http://localhost:PORT@evil.com',
    'http://evil.com, http://localhost:PORT',
    'localhost:PORT',
    'file://',
    'chrome-extension://abcdef',
  ])('%j is cross-origin for localhost', async (origin) => {
    const headers = ['Host: localhost:PORT', `Origin: ${origin}`];
    const reply = await ask(server, headers.map(withPort));
    expectRefusal(reply, 403, 'origin_forbidden');
    expect(Object.keys(reply.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it.each([
    ['localhost:PORT', 'http://localhost:PORT'],
    ['localhost:PORT', 'HTTP://LOCALHOST:PORT'],
    ['localhost:PORT', 'http://127.0.0.1:PORT'],
    ['localhost:PORT', 'http://[::1]:PORT'],
    ['127.0.0.1:PORT', 'http://localhost:PORT'],
    ['127.0.0.1:PORT', 'http://127.0.0.1:PORT'],
    ['[::1]:PORT', 'http://[::1]:PORT'],
    ['mock.localhost', 'https://mock.localhost'],
  ])('called as %s, %s is the same origin', async (host, origin) => {
    const headers = [`Host: ${host}`, `Origin: ${origin}`];
    const reply = await ask(server, headers.map(withPort));
    expect(reply.status).toBe(200);
  });

  it('of a DNS-rebinding page is rejected for its host', async () => {
    expectRefusal(await ask(server, ['Host: evil.com', 'Origin: http://evil.com']), 403, 'host_forbidden');
  });

  it.each([
    ['POST', '/reset'],
    ['POST', '/workspaces'],
    ['DELETE', '/workspaces/default'],
    ['GET', '/workspaces'],
    ['GET', '/workspaces/nobody'],
    ['GET', '/requests'],
    ['GET', '/requests/stream'],
    ['GET', '/version'],
    ['PUT', '/workspaces/default/rate-limit'],
  ])('cross-origin is rejected for %s %s', async (method, path) => {
    const before = await server.control('GET', '/workspaces');
    const reply = await server.control(method, path, method === 'PUT' ? 'off' : undefined, { origin: 'null' });
    expectRefusal(reply, 403, 'origin_forbidden');
    expect((await server.control('GET', '/workspaces')).body).toEqual(before.body);
  });

  it('does not matter to the endpoint itself', async () => {
    const headers = { origin: 'http://evil.com', authorization: 'Bearer YOUR-REST-API-KEY' };
    expect((await server.get('/segments/data_series?segment_id=segment_1234&length=1', headers)).status).toBe(200);
  });
});

describe('Sec-Fetch-Site without an Origin', () => {
  const OWN = ['same-origin', 'none'];
  const FOREIGN = ['cross-site', 'same-site', 'Cross-Site', 'same-origin, cross-site', 'other', ''];
  const fetched = (site: string, mode = 'no-cors', dest = 'empty') => [
    'Host: localhost',
    `Sec-Fetch-Site: ${site}`,
    `Sec-Fetch-Mode: ${mode}`,
    `Sec-Fetch-Dest: ${dest}`,
  ];

  it.each([
    ['GET', '/__mock/workspaces'],
    ['HEAD', '/__mock/workspaces'],
    ['GET', '/__mock/version'],
    ['GET', '/__mock/requests/stream'],
    ['GET', '/__mock/nothing'],
    ['POST', '/__mock/reset'],
    ['POST', '/__mock/docs'],
    ['PUT', '/__mock/workspaces/default/rate-limit'],
    ['PATCH', '/__mock/workspaces/default'],
    ['DELETE', '/__mock/workspaces/default'],
    ['OPTIONS', '/__mock/workspaces'],
  ])('%s %s is rejected for a page of another site', async (method, target) => {
    const before = (await server.control('GET', '/workspaces')).body;
    for (const site of FOREIGN) {
      const reply = await ask(server, fetched(site), target, method);
      expect([site, reply.status]).toEqual([site, 403]);
      if (method !== 'HEAD') expectRefusal(reply, 403, 'origin_forbidden');
    }
    expect((await server.control('GET', '/workspaces')).body).toEqual(before);
  });

  it.each([
    ['text/plain', '{"name":"made"}'],
    ['application/x-www-form-urlencoded', 'name=made'],
    ['multipart/form-data; boundary=x', '--x--'],
  ])('a cross-site form sent as %s creates no workspace', async (type, body) => {
    for (const [mode, dest] of [
      ['navigate', 'document'],
      ['navigate', 'iframe'],
      ['no-cors', 'empty'],
    ]) {
      const headers = [...fetched('cross-site', mode, dest), `Content-Type: ${type}`, `Content-Length: ${body.length}`];
      const target = '/__mock/workspaces';
      const reply = await replyTo(server.url, { method: 'POST', target, headers: [...headers, CLOSE], body });
      expectRefusal(reply, 403, 'origin_forbidden');
    }
  });

  it('a WebSocket upgrade is rejected like any other request', async () => {
    const upgrade = [
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: eA==',
    ];
    const headers = [...fetched('cross-site', 'websocket', 'websocket'), ...upgrade];
    const reply = await replyTo(server.url, { target: '/__mock/requests/stream', headers: [...headers, CLOSE] });
    expectRefusal(reply, 403, 'origin_forbidden');
  });

  it.each(['iframe', 'frame', 'embed', 'object', 'script', 'image', 'empty'])(
    'a cross-site navigation to a %s is rejected',
    async (dest) => {
      const reply = await ask(server, fetched('cross-site', 'navigate', dest));
      expectRefusal(reply, 403, 'origin_forbidden');
    },
  );

  it.each(['/__mock/docs', '/__mock/fidelity', '/openapi.json'])(
    'a link on another site can open %s',
    async (target) => {
      for (const site of ['cross-site', 'same-site', ...OWN]) {
        expect((await ask(server, fetched(site, 'navigate', 'document'), target)).status).toBe(200);
      }
    },
  );

  it.each(OWN)('allows %s', async (site) => {
    expect((await ask(server, fetched(site, 'cors'))).status).toBe(200);
    expect((await ask(server, fetched(site, 'cors'), '/__mock/workspaces/default/clock', 'DELETE')).status).toBe(200);
  });

  it('names the header in the error', async () => {
    const reply = await ask(server, fetched('cross-site'));
    expect(reply.text).toContain('cross-site request rejected (Sec-Fetch-Site: cross-site); ');
  });

  it('does not matter to the endpoints that imitate Braze', async () => {
    const headers = [...fetched('cross-site'), 'Authorization: Bearer YOUR-REST-API-KEY'];
    const reply = await ask(server, headers, '/segments/data_series?segment_id=segment_1234&length=1');
    expect(reply.status).toBe(200);
  });

  it('does not bypass the host check or the token', async () => {
    const guarded = await startTestServer({ controlToken: 'S3cret' });
    expectRefusal(await ask(guarded, fetched('same-origin')), 401, 'control_token_invalid');
    const navigated = ['Host: evil.com', ...fetched('cross-site', 'navigate', 'document').slice(1)];
    expectRefusal(await ask(server, navigated), 403, 'host_forbidden');
  });
});

describe('x-content-type-options', () => {
  it.each<[method: string, target: string, status: number, headers?: string[]]>([
    ['GET', '/__mock/health', 200],
    ['HEAD', '/__mock/ready', 200],
    ['GET', '/__mock/docs', 200],
    ['GET', '/__mock/docs/start.js', 200],
    ['GET', '/__mock/docs/swagger-ui.css', 200],
    ['GET', '/__mock/docs/nothing', 404],
    ['GET', '/__mock/workspaces', 200],
    ['GET', '//__mock//workspaces/', 200],
    ['GET', '/%5F_mock/workspaces', 200],
    ['GET', '/__mock', 302],
    ['GET', '/__mock/nothing', 404],
    ['GET', '/__mock/%ff', 400],
    ['PATCH', '/__mock/workspaces', 405],
    ['POST', '/__mock/workspaces', 400, ['Content-Length: 1']],
    ['POST', '/__mock/workspaces', 413, ['Content-Length: 99999999']],
    ['GET', `/__mock/workspaces?${'a'.repeat(9000)}`, 414],
    ['GET', '/__mock/workspaces', 417, ['Expect: miracles']],
    ['GET', '/__mock/workspaces', 403, ['Origin: null']],
    ['DELETE', '/__mock/workspaces/default/faults', 204],
    ['HEAD', '/__mock/requests/stream', 200],
    ['GET', '/openapi.json', 200],
    ['HEAD', '/openapi.json', 200],
    ['POST', '/openapi.json', 405],
  ])('is on the reply to %s %s: %i', async (method, target, status, headers = []) => {
    const body = headers[0] === 'Content-Length: 1' ? '{' : '';
    const lines = ['Host: localhost', ...headers, CLOSE];
    const [reply] = await repliesTo(server.url, { method, target, headers: lines, body });
    expect([reply?.status, reply?.headers['x-content-type-options']]).toEqual([status, 'nosniff']);
  });

  it('is on the routes left by --no-control, and on a 401', async () => {
    const closed = await startTestServer({ noControl: true });
    const guarded = await startTestServer({ controlToken: 'S3cret' });
    const replies = await Promise.all([
      closed.control('GET', '/health'),
      closed.control('GET', '/docs'),
      guarded.control('GET', '/workspaces'),
    ]);
    expect(replies.map(({ status, headers }) => [status, headers['x-content-type-options']])).toEqual([
      [200, 'nosniff'],
      [404, 'nosniff'],
      [401, 'nosniff'],
    ]);
  });

  it.each(['/segments/data_series?segment_id=segment_1234&length=1', '/segments/list', '/__mockery'])(
    'is not on %s',
    async (path) => {
      for (const method of ['GET', 'HEAD', 'POST']) {
        expect((await call(server.url + path, { method })).headers).not.toHaveProperty('x-content-type-options');
      }
    },
  );
});

describe('the control token', () => {
  let tokened: TestServer;
  beforeAll(async () => {
    tokened = await openTestServer({ controlToken: 'S3cret-token' });
    return () => tokened.stop();
  });

  it.each([
    undefined,
    '',
    'S3cret-token',
    'Basic S3cret-token',
    'Bearer',
    'Bearer S3cret-toke',
    'Bearer S3cret-token2',
    'Bearer s3cret-token',
    'Bearer S3cret-token extra',
    'Bearer YOUR-REST-API-KEY',
  ])('is rejected in Authorization: %s', async (authorization) => {
    const headers = authorization === undefined ? {} : { authorization };
    expectRefusal(await tokened.control('GET', '/workspaces', undefined, headers), 401, 'control_token_invalid');
    const made = await tokened.control('POST', '/workspaces', { name: 'x' }, headers);
    expectRefusal(made, 401, 'control_token_invalid');
  });

  it.each(['Bearer S3cret-token', 'bearer S3cret-token', 'BEARER  S3cret-token'])(
    'is accepted in %s',
    async (header) => {
      expect((await tokened.control('GET', '/workspaces', undefined, { authorization: header })).status).toBe(200);
    },
  );

  it('does not bypass the origin or host check', async () => {
    const token = 'Authorization: Bearer S3cret-token';
    expectRefusal(await ask(tokened, ['Host: localhost', 'Origin: null', token]), 403, 'origin_forbidden');
    expectRefusal(await ask(tokened, ['Host: evil.com', token]), 403, 'host_forbidden');
  });
});

describe('health and readiness', () => {
  it.each([
    ['/health', { status: 'ok' }],
    ['/ready', { status: 'ready' }],
  ])('%s answers any caller, also with --no-control', async (path, body) => {
    for (const noControl of [false, true]) {
      const open = await startTestServer({ controlToken: 'token', noControl });
      const reply = await ask(open, ['Host: evil.com', 'Origin: null'], `/__mock${path}`);
      expect([reply.status, JSON.parse(reply.text)]).toEqual([200, body]);
    }
  });

  it.each([
    ['GET', '/workspaces'],
    ['POST', '/workspaces'],
    ['POST', '/reset'],
    ['GET', '/requests'],
    ['GET', '/version'],
  ])('are the only routes left by --no-control: %s %s is a 404', async (method, path) => {
    const closed = await startTestServer({ noControl: true });
    expectRefusal(await closed.control(method, path), 404, 'not_found');
  });
});

describe('an unauthorized caller', () => {
  const EVIL = ['Host: localhost', 'Origin: http://evil.example'];

  it.each([
    ['GET', '/__mock/nothing'],
    ['OPTIONS', '/__mock/workspaces'],
    ['PATCH', '/__mock/workspaces'],
    ['PUT', '//__mock//workspaces/default/clock'],
  ])('learns nothing from %s %s', async (method, target) => {
    expectRefusal(await ask(server, EVIL, target, method), 403, 'origin_forbidden');
  });

  it('cannot find out which routes exist without the token', async () => {
    const guarded = await startTestServer({ controlToken: 'secret' });
    for (const target of ['/__mock/nothing', '/__mock/workspaces']) {
      expectRefusal(await ask(guarded, ['Host: localhost'], target, 'PATCH'), 401, 'control_token_invalid');
    }
  });
});

it.each(['documented', 'observed'] as const)(
  'unknown paths and methods get control API errors in the profile %s',
  async (profile) => {
    const plain = await startTestServer({ profile });
    expectRefusal(await ask(plain, ['Host: localhost'], '/__mock/nothing'), 404, 'not_found');
    const reply = await ask(plain, ['Host: localhost'], '/__mock/workspaces', 'PATCH');
    expectRefusal(reply, 405, 'method_not_allowed');
    expect(reply.headers['allow']?.split(', ').toSorted()).toEqual(['GET', 'HEAD', 'POST']);
  },
);
