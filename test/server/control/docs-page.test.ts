import { readdirSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { openTestServer, startTestServer, type TestServer } from '../../support/server.js';
import { expectRefusal } from '../../support/wire.js';

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer({ controlToken: 'S3cret' });
  return () => server.stop();
});

const FILES = readdirSync(new URL('../../../dist/page/', import.meta.url));

describe('/__mock/docs', () => {
  it.each(['GET', 'HEAD'])('cannot be framed or extended by another site, to %s', async (method) => {
    const { status, headers } = await server.control(method, '/docs');
    const policy = headers['content-security-policy']?.split('; ').map((directive) => directive.split(' '));
    expect([status, headers['content-type'], headers['x-frame-options'], headers['x-content-type-options']]).toEqual([
      200,
      'text/html; charset=utf-8',
      'DENY',
      'nosniff',
    ]);
    expect(Object.fromEntries((policy ?? []).map(([name, ...sources]) => [name, sources.join(' ')]))).toEqual({
      'default-src': "'none'",
      'script-src': "'self'",
      'style-src': "'self'",
      'img-src': "'self' data: blob:",
      'connect-src': "'self'",
      'frame-ancestors': "'none'",
      'base-uri': "'none'",
      'form-action': "'none'",
    });
  });

  it('loads only files that the mock serves', async () => {
    const { text } = await server.control('GET', '/docs');
    const links = [...text.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, link = '']) => link);
    expect(links).toEqual(['data:,', 'docs/swagger-ui.css', 'docs/swagger-ui-bundle.js', 'docs/start.js']);
    for (const link of links.slice(1))
      expect([link, (await server.get(`/__mock/${link}`, {})).status]).toEqual([link, 200]);
    expect(text).not.toMatch(/<script>|<style|style=|\son\w+=/);
  });

  it('starts with the OpenAPI document', async () => {
    const { headers, text } = await server.control('GET', '/docs/start.js');
    expect([headers['content-type'], text]).toEqual([
      'text/javascript; charset=utf-8',
      expect.stringContaining('fetch("../openapi.json")'),
    ]);
  });

  it('ships licenses with third-party files, and only served files', () => {
    expect(FILES.toSorted()).toEqual([
      'LICENSE',
      'NOTICE',
      'index.html',
      'start.js',
      'swagger-ui-bundle.js',
      'swagger-ui-bundle.js.LICENSE.txt',
      'swagger-ui.css',
    ]);
  });

  it.each(FILES.filter((file) => file !== 'index.html'))('serves %s completely', async (file) => {
    const { status, text } = await server.control('GET', `/docs/${file}`);
    expect([status, text.length > 10]).toEqual([200, true]);
  });

  it.each(['nothing.js', '__proto__', '..%2F..%2Fpackage.json', 'swagger-ui.css.map'])(
    'does not serve %s',
    async (file) => {
      const token = { authorization: 'Bearer S3cret' };
      expectRefusal(await server.control('GET', `/docs/${file}`, undefined, token), 404, 'not_found');
    },
  );

  it('does not bypass the control token', async () => {
    expectRefusal(await server.control('GET', '/workspaces'), 401, 'control_token_invalid');
    expectRefusal(await server.control('POST', '/docs'), 401, 'control_token_invalid');
  });

  it('is left out with the rest of the control API', async () => {
    const closed = await startTestServer({ noControl: true });
    expectRefusal(await closed.control('GET', '/docs'), 404, 'not_found');
    expectRefusal(await closed.control('GET', '/docs/start.js'), 404, 'not_found');
  });
});
