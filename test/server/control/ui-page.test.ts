import { readdirSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { openTestServer, startTestServer, type TestServer } from '../../support/server.js';
import { expectRefusal } from '../../support/wire.js';

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer({ controlToken: 'S3cret' });
  return () => server.stop();
});

const FILES = readdirSync(new URL('../../../dist/ui/', import.meta.url));

describe('/__mock/ui', () => {
  it.each(['GET', 'HEAD'])('is a page that no other site can frame or extend, to %s', async (method) => {
    const { status, headers } = await server.control(method, '/ui');
    expect([status, headers]).toMatchObject([
      200,
      {
        'content-type': 'text/html; charset=utf-8',
        'x-frame-options': 'DENY',
        'x-content-type-options': 'nosniff',
        'content-security-policy':
          "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
          "img-src 'self' data: blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; " +
          "require-trusted-types-for 'script'",
      },
    ]);
  });

  it('has only relative links, to files that are there without the token', async () => {
    const { text } = await server.control('GET', '/ui');
    const links = [...text.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, link = '']) => link);
    expect(links.map((link) => link.replace(/^data:.*/s, 'data:'))).toEqual(['data:', 'ui/style.css', 'ui/app.js']);
    for (const link of links.slice(1)) {
      const { status, headers } = await server.get(`/__mock/${link}`, {});
      const type = link.endsWith('.js') ? 'text/javascript' : 'text/css';
      expect([status, headers['content-type']]).toEqual([200, `${type}; charset=utf-8`]);
    }
    expect(text.replaceAll(/data:[^"]*/g, '')).not.toMatch(/<script>|<style|style=|\bon\w+=/);
  });

  it('consists of these files', () => {
    expect(FILES.toSorted()).toEqual(['app.js', 'index.html', 'style.css']);
  });

  it.each([
    ['/__mock', '__mock/ui'],
    ['/__mock/', 'ui'],
    ['/__mock/?x=/', 'ui'],
    ['/__mock/ui/', '../ui'],
  ])('is where %s leads, relative to any prefix of a proxy', async (path, location) => {
    const { status, headers } = await fetch(server.url + path, { redirect: 'manual' });
    expect([status, headers.get('location')]).toEqual([302, location]);
    expect(new URL(location, server.url + path).pathname).toBe('/__mock/ui');
  });

  it.each(['index.html', '__proto__', '..%2F..%2Fpackage.json', 'app.js.map'])('has no file %s', async (file) => {
    const token = { authorization: 'Bearer S3cret' };
    expectRefusal(await server.control('GET', `/ui/${file}`, undefined, token), 404, 'not_found');
  });

  it('reveals no data of the mock to a caller without the token', async () => {
    expectRefusal(await server.control('GET', '/workspaces'), 401, 'control_token_invalid');
    expectRefusal(await server.control('POST', '/ui'), 401, 'control_token_invalid');
  });

  it.each([
    [{}, /\/campaigns\/list; to look at the mock, open \/__mock\/ui in a browser"/],
    [{ profile: 'observed' as const }, /; to look at the mock, open \/__mock\/ui in a browser"/],
    [{ noControl: true }, /\/campaigns\/list"/],
  ])('is named by the 404 of GET / if it is served: %j', async (settings, message) => {
    const { status, text } = await (await startTestServer(settings)).get('/');
    expect([status, text]).toEqual([404, expect.stringMatching(message)]);
  });

  it('is left out with the rest of the control API', async () => {
    const closed = await startTestServer({ noControl: true });
    for (const path of ['', '/', '/ui', '/ui/app.js'])
      expectRefusal(await closed.control('GET', path), 404, 'not_found');
  });
});
