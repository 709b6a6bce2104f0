import { once } from 'node:events';
import { get } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { INSTANCES, type InstanceName, REST_HOSTS } from '../../src/core/workspaces/instances.js';
import { blocks } from '../support/documents.js';
import { call } from '../support/server.js';
import { curlsOf } from '../support/shell.js';
import { docker, endBy, ran, untilHealthy } from './engine.js';

const engine = inject('engine');
const [program = '', ...words] = engine?.compose ?? [];

/** A separate project on free ports, which does not affect a running one. */
const project = `braze-mock-check-${process.pid}`;
const environment = { MOCK_IMAGE: engine?.image ?? '', MOCK_HTTP_PORT: '0', MOCK_HTTPS_PORT: '0' };
const compose = (...args: string[]) => ran(program, [...words, '--project-name', project, ...args], environment);

const PATH = '/segments/data_series?segment_id=segment_1234&length=1&ending_at=2024-01-01';

/** The replies in the client's container: `<status> <url>`. */
async function statusesSeen(key: string, urls: string[]): Promise<string[]> {
  const script = `Promise.all(${JSON.stringify(urls)}.map(async (url) =>
    [(await fetch(url, { headers: { authorization: 'Bearer ${key}' } })).status, url].join(' '),
  )).then((seen) => console.log(JSON.stringify(seen)))`;
  return JSON.parse(await compose('run', '--rm', '-T', 'client', 'node', '--eval', script)) as string[];
}

const urlsOf = (hosts: readonly string[]) =>
  hosts.flatMap((host) => [`http://${host}${PATH}`, `https://${host}${PATH}`]).toSorted();

describe.skipIf(engine === undefined || program === '')('the compose file', () => {
  let id = '';

  beforeAll(async () => {
    if (engine === undefined || program === '') return;
    await compose('up', '--detach', '--no-build');
    id = await compose('ps', '--quiet', 'braze-mock');
    await untilHealthy(id);
  });

  afterAll(async () => {
    if (engine !== undefined && program !== '') await compose('down', '--volumes');
  });

  it("runs a client that reaches the mock at Braze's address", async () => {
    expect(await compose('run', '--rm', '-T', 'client')).toBe(
      '{"message":"success","data":[{"time":"2023-12-31T00:00:00+00:00","size":252467}]}',
    );
  });

  it('answers at the hosts of every instance, over HTTP and HTTPS', async () => {
    const names = Object.keys(INSTANCES) as InstanceName[];
    const wanted = names.flatMap((name) =>
      urlsOf(INSTANCES[name]).map((url) => `${name === 'US-01' ? 200 : 401} ${url}`),
    );
    const seen = await statusesSeen('YOUR-REST-API-KEY', urlsOf(REST_HOSTS));
    expect(seen.toSorted()).toEqual(wanted.toSorted());
  });

  it('keeps the client in the internal network only', async () => {
    const isInternal = (network: string) =>
      docker('network', 'inspect', '--format', '{{.Internal}}', `${project}_${network}`);
    expect(await Promise.all(['default', 'published'].map(isInternal))).toEqual(['true', 'false']);
    const script = `console.log(Object.keys(os.networkInterfaces()).filter((name) => name !== 'lo').length)`;
    expect(await compose('run', '--rm', '-T', 'client', 'node', '--eval', script)).toBe('1');
  });

  it('accepts the key of another instance as shown in the README', async () => {
    const recipe = blocks
      .filter(({ language }) => language === 'sh')
      .flatMap(({ text }) => curlsOf(text))
      .find(({ body }) => body?.includes('"instance"'));
    const { apiKeys, instance } = JSON.parse(recipe?.body ?? '') as {
      apiKeys: { key: string }[];
      instance: InstanceName;
    };
    const { host } = new URL(`http://${await compose('port', 'braze-mock', '80')}`);
    const made = await call(`http://${host}/__mock/workspaces`, { method: 'POST', body: recipe?.body ?? '' });
    expect(made.status).toBe(201);
    const urls = urlsOf(INSTANCES[instance]);
    expect(await statusesSeen(apiKeys[0]?.key ?? '', urls)).toEqual(urls.map((url) => `200 ${url}`));
  });

  it('hides the private keys next to the CA from the client', async () => {
    const script = `for (const file of fs.readdirSync('/tls')) {
      try { fs.readFileSync('/tls/' + file); console.log(file) } catch ({ code }) { console.log(file, code) }
    }`;
    const seen = await compose('run', '--rm', '-T', 'client', 'node', '--eval', script);
    expect(seen.split('\n')).toEqual(['ca-key.pem EACCES', 'ca.pem', 'cert.pem', 'key.pem EACCES']);
  });

  it('publishes ports on this machine only, HTTPS included, with the CA that `ca` prints', async () => {
    const ca = await compose('exec', '-T', 'braze-mock', 'node', '/app/dist/cli.js', 'ca');
    const [http, https] = [await compose('port', 'braze-mock', '80'), await compose('port', 'braze-mock', '443')];
    expect([http, https].map((address) => address.split(':')[0])).toEqual(['127.0.0.1', '127.0.0.1']);
    const [reply] = (await once(get(`https://${https}/__mock/health`, { ca }), 'response')) as [IncomingMessage];
    reply.resume();
    expect(reply.statusCode).toBe(200);
  });

  it('starts a container without extra privileges', async () => {
    const status = await docker('exec', id, 'node', '-p', `fs.readFileSync('/proc/1/status', 'utf8')`);
    const facts = [...status.matchAll(/^(Uid|CapEff|NoNewPrivs):\s+(\w+)/gm)].map(([, ...fact]) => fact);
    expect(Object.fromEntries(facts)).toEqual({ Uid: '10001', CapEff: '0000000000000000', NoNewPrivs: '1' });
    expect(await docker('inspect', '--format', '{{.HostConfig.ReadonlyRootfs}}', id)).toBe('true');
  });

  it('exits 0 within a second of SIGTERM', async () => {
    const { code, milliseconds } = await endBy('SIGTERM', id);
    expect(code).toBe(0);
    expect(milliseconds).toBeLessThan(1000);
  });
});
