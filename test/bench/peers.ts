import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { KEY } from './fixtures.js';
import { freePort } from './port.js';
import { spawnChild, temporaryFolder } from './cleanup.js';
import { startServer, type Server } from './server.js';

/** Another mock server, which sends the same body for the same requests. */
export interface Peer {
  name: string;
  /** Its npm package and version, or `PATH` for a program that npm does not distribute. */
  from: string;
  /** Writes its configuration into a folder and returns its start command. */
  command: (around: Around) => string[];
}

interface Around {
  /** The folder of its package; empty for a program on the PATH. */
  installed: string;
  /** A temporary folder. */
  folder: string;
  port: string;
  /** The port of its control API, if any. */
  controlPort: string;
  body: string;
}

const PATH = '/segments/data_series';
const JSON_TYPE = 'application/json';

function write(folder: string, name: string, document: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(document));
  return file;
}

/** Each as documented, but without a log line per request, which is in its favor. */
export const PEERS: readonly Peer[] = [
  {
    name: 'Prism',
    from: '@stoplight/prism-cli@5.14.2',
    command: ({ installed, folder, port, body }) => {
      const content = { [JSON_TYPE]: { example: JSON.parse(body) as unknown } };
      const api = write(folder, 'openapi.json', {
        openapi: '3.1.0',
        info: { title: 'Segments', version: '1' },
        paths: { [PATH]: { get: { responses: { 200: { description: 'A series', content } } } } },
      });
      const flags = ['mock', '--host', '127.0.0.1', '--port', port, '--verboseLevel', 'silent', api];
      return [process.execPath, join(installed, 'dist/index.js'), ...flags];
    },
  },
  {
    name: 'Mockoon',
    from: '@mockoon/cli@9.9.0',
    command: ({ installed, folder, port, body }) => {
      const response = {
        uuid: 'response',
        default: true,
        statusCode: 200,
        headers: [{ key: 'Content-Type', value: JSON_TYPE }],
        bodyType: 'INLINE',
        body,
        disableTemplating: true,
      };
      const route = { uuid: 'route', type: 'http', method: 'get', endpoint: PATH.slice(1), responses: [response] };
      const data = write(folder, 'mockoon.json', {
        uuid: 'environment',
        lastMigration: 33,
        name: 'Segments',
        port: 0,
        hostname: '127.0.0.1',
        rootChildren: [{ type: 'route', uuid: 'route' }],
        routes: [route],
      });
      const flags = [
        'start',
        '--data',
        data,
        '--port',
        port,
        '--disable-log-to-file',
        '--disable-admin-api',
        '--repair',
      ];
      return [process.execPath, join(installed, 'bin/run.js'), ...flags];
    },
  },
  {
    name: 'json-server',
    from: 'json-server@0.17.4',
    command: ({ installed, folder, port, body }) => {
      const data = write(folder, 'db.json', { data_series: JSON.parse(body) as unknown });
      const routes = write(folder, 'routes.json', { '/segments/*': '/$1' });
      const flags = ['--host', '127.0.0.1', '--port', port, '--routes', routes, '--quiet', '--snapshots', folder];
      return [process.execPath, join(installed, 'lib/cli/bin.js'), data, ...flags];
    },
  },
  {
    name: 'WireMock',
    from: 'wiremock@3.13.2',
    command: ({ installed, folder, port, body }) => {
      const jar = readdirSync(join(installed, 'build')).find((name) => name.endsWith('.jar'));
      mkdirSync(join(folder, 'mappings'));
      write(folder, 'mappings/data-series.json', {
        request: { method: 'GET', urlPath: PATH },
        response: { status: 200, headers: { 'Content-Type': JSON_TYPE }, body },
      });
      const flags = ['--bind-address', '127.0.0.1', '--port', port, '--root-dir', folder, '--disable-banner'];
      // It would keep every request in memory.
      const journal = ['--max-request-journal-entries', '1000'];
      return ['java', '-jar', join(installed, 'build', jar ?? ''), ...flags, ...journal];
    },
  },
  {
    name: 'mountebank',
    from: 'mountebank@2.9.1',
    command: ({ installed, folder, port, controlPort, body }) => {
      const response = { is: { statusCode: 200, headers: { 'Content-Type': JSON_TYPE }, body } };
      const predicate = { equals: { method: 'GET', path: PATH } };
      const imposter = {
        protocol: 'http',
        port: Number(port),
        stubs: [{ predicates: [predicate], responses: [response] }],
      };
      const config = write(folder, 'imposters.json', { imposters: [imposter] });
      const flags = [
        'start',
        '--host',
        '127.0.0.1',
        '--port',
        controlPort,
        '--configfile',
        config,
        '--loglevel',
        'warn',
        '--nologfile',
      ];
      return [process.execPath, join(installed, 'bin/mb'), ...flags, '--pidfile', join(folder, 'mb.pid')];
    },
  },
  {
    name: 'Hoverfly',
    from: 'PATH',
    command: ({ folder, port, controlPort, body }) => {
      const response = { status: 200, headers: { 'Content-Type': [JSON_TYPE] }, body, encodedBody: false };
      const pair = { request: { path: [{ matcher: 'exact', value: PATH }] }, response };
      const simulation = write(folder, 'simulation.json', {
        data: { pairs: [pair], globalActions: { delays: [] } },
        meta: { schemaVersion: 'v5' },
      });
      const flags = ['-import', simulation, '-pp', port, '-ap', controlPort, '-log-level', 'error'];
      return ['hoverfly', '-webserver', ...flags];
    },
  },
  {
    // It takes only keys of this form: `sk_test_…`.
    name: 'stripe-mock',
    from: 'PATH',
    command: ({ folder, port, body }) => {
      const content = { [JSON_TYPE]: { schema: { $ref: '#/components/schemas/series' } } };
      const parameters = ['segment_id', 'length', 'ending_at'].map((name) => ({
        in: 'query',
        name,
        schema: { type: 'string' },
      }));
      const properties = { message: { type: 'string' }, data: { type: 'array', items: { type: 'object' } } };
      // It reads a form even where there is none.
      const form = { content: { 'application/x-www-form-urlencoded': { schema: { type: 'object', properties: {} } } } };
      const api = write(folder, 'openapi.json', {
        openapi: '3.0.0',
        info: { title: 'Segments', version: '1' },
        components: { schemas: { series: { type: 'object', 'x-resourceId': 'series', properties } } },
        paths: {
          [PATH]: {
            get: {
              operationId: 'series',
              parameters,
              requestBody: form,
              responses: { 200: { description: 'A series', content } },
            },
          },
        },
      });
      const fixtures = write(folder, 'fixtures.json', { resources: { series: JSON.parse(body) as unknown } });
      return ['stripe-mock', '-spec', api, '-fixtures', fixtures, '-http-addr', `127.0.0.1:${port}`];
    },
  },
];

/** Installs the packages of the peers into a folder, unless an earlier run did. */
export async function fetchPeers(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const wanted = PEERS.filter((peer) => !isProgram(peer) && !existsSync(placeOf(peer, folder)));
  if (wanted.length === 0) return;
  // Without it npm would search parent folders for a project.
  write(folder, 'package.json', { private: true });
  // Separately, so that one failure does not affect the others.
  if (!(await install(wanted, folder))) for (const peer of wanted) await install([peer], folder);
}

const NPM = 'npm install --no-audit --no-fund --ignore-scripts --fetch-retries 1 --fetch-timeout 60000'.split(' ');

async function install(peers: readonly Peer[], folder: string): Promise<boolean> {
  const packages = peers.map(({ from }) => from);
  const npm = spawnChild([...NPM, '--prefix', folder, ...packages], { cwd: folder, stdio: 'ignore' });
  const code = await once(npm, 'close').then(
    ([one]) => one as number | null,
    () => null,
  );
  return code === 0;
}

function isProgram({ from }: Peer): boolean {
  return from === 'PATH';
}

function placeOf({ from }: Peer, folder: string): string {
  return join(folder, 'node_modules', from.slice(0, from.lastIndexOf('@')));
}

/** Starts a peer and checks that it sends the body. Rejects with the reason if it cannot. */
export async function startPeer(peer: Peer, packages: string, body: string): Promise<Server> {
  const installed = isProgram(peer) ? '' : placeOf(peer, packages);
  if (installed !== '' && !existsSync(installed)) throw new Error(`npm could not fetch ${peer.from}`);
  const folder = join(temporaryFolder(), peer.name);
  mkdirSync(folder);
  const [port, controlPort] = [String(await freePort()), String(await freePort())];
  const url = `http://127.0.0.1:${port}`;
  const command = peer.command({ installed, folder, port, controlPort, body });
  const [program = ''] = command;
  if (spawnSync(program, ['-version']).error !== undefined) throw new Error(`${program} is not on the PATH`);
  // Peers write files to the home folder.
  const environment = { HOME: folder };
  const readyAt = async () => ((await sends(url, body)) ? url : undefined);
  return startServer({ name: peer.name, command, readyAt, environment, patience: 60_000 });
}

async function sends(url: string, body: string): Promise<boolean> {
  const headers = { authorization: `Bearer ${KEY}1` };
  const reply = await fetch(`${url}${PATH}?length=100`, { headers }).catch(() => undefined);
  if (reply?.status !== 200) return false;
  return isDeepStrictEqual(await reply.json(), JSON.parse(body));
}
