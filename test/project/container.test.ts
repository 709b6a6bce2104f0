import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { defaultSettings } from '../../src/start/settings.js';
import { REST_HOSTS } from '../../src/core/workspaces/instances.js';
import { ROOT } from '../support/documents.js';

// What the files say is checked here; that they work, by `npm run image`.

const read = (name: string) => readFileSync(new URL(name, ROOT), 'utf8');
const DOCKERFILE = read('Dockerfile');
const COMPOSE = read('docker-compose.yml');
const all = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, part]) => part);

it('the compose file has an alias for every REST host', () => {
  expect(all(COMPOSE, /^ +- (rest\.\S+)$/gm)).toEqual(REST_HOSTS);
});

it('the compose file has clients in an internal network, and publishes ports from another', () => {
  const [, services = '', networks = ''] = /^services:\n(.*?)^networks:\n(.*?)^volumes:\n/ms.exec(COMPOSE) ?? [];
  const [mock = '', client = ''] = services.split(/^ {2}client:\n/m);
  expect(all(networks.replaceAll(/^ *#.*\n/gm, ''), /^ {2}(\w+:(?:\n {4}.*)?)$/gm)).toEqual([
    'default:\n    internal: true',
    'published:',
  ]);
  expect(all(mock.split(/^ {4}networks:\n/m)[1]?.split(/^ {4}\w/m)[0] ?? '', /^ {6}(\w+):$/gm)).toEqual([
    'published',
    'default',
  ]);
  expect(client).toContain('profiles: [client]');
  // A service that names no network is in the default one.
  expect(client).not.toContain('networks');
});

it('both files name the default ports', () => {
  const { port, httpsPort } = defaultSettings;
  expect(all(DOCKERFILE, /^EXPOSE (.+)$/gm)).toEqual([`${port} ${httpsPort}`]);
  expect(all(COMPOSE, /127\.0\.0\.1:\$\{\w+:-(\d+)\}/g)).toEqual([String(port), String(httpsPort)]);
});

it('both files use the same Node version', () => {
  const images = [...all(DOCKERFILE, /^ARG NODE=(.+)$/gm), ...all(COMPOSE, /^ +image: (node:.+)$/gm)];
  expect(images).toEqual([images[0], images[0]]);
});

it('the image has a base without a distribution', () => {
  expect(all(DOCKERFILE, /^FROM (\S+)/gm)).toEqual(['${NODE}', '${NODE}', 'scratch', 'base']);
});

it('the labels match package.json', () => {
  const { name, description, license } = JSON.parse(read('package.json')) as Record<string, string>;
  const labels = [...DOCKERFILE.matchAll(/org\.opencontainers\.image\.(\w+)="(.+?)"/g)].map(([, ...label]) => label);
  expect(Object.fromEntries(labels)).toEqual({ title: name, description, licenses: license });
});

it('the image has every file that the command can load, and no others of its code', () => {
  const [, copied = ''] = /^COPY --from=build (\/app\/dist\/cli\.js(?:.*\\\n)*.*)$/m.exec(DOCKERFILE) ?? [];
  const files = all(copied, /\/app\/dist\/([\w-]+\.js)\b/g) as string[];
  const loaded = new Set(['cli.js']);
  for (const file of loaded)
    for (const name of all(read(`dist/${file}`), /require\("\.\/([\w-]+\.js)"\)/g)) loaded.add(String(name));
  expect(files.toSorted()).toEqual([...loaded].toSorted());
  expect(loaded.size).toBeGreaterThan(4);
});

const CONTEXT = all(read('.dockerignore'), /^!(.+)$/gm);

it('the image is built with every module that the build imports', () => {
  const modules = new Set(['build.mjs']);
  for (const module of modules)
    for (const name of all(read(module), /^import .* from '(\.{1,2}\/.+)';$/gm))
      modules.add(join(dirname(module), name ?? ''));
  expect([...modules].filter((module) => !CONTEXT.includes(module))).toEqual([]);
  expect(modules.size).toBeGreaterThan(3);
});

it('the image is built from existing files', () => {
  expect(CONTEXT.length).toBeGreaterThan(5);
  expect(CONTEXT.filter((name) => !existsSync(fileURLToPath(new URL(name ?? '', ROOT))))).toEqual([]);
});
