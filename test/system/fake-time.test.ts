import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { SCRIPT_OPTIONS } from '../support/compile.js';
import { AS_EVER, type Real, tryUnderFakeTime } from '../support/fake-time.js';

const APART = fileURLToPath(new URL('../support/under-fake-time.ts', import.meta.url));
const NODE_MODULES = fileURLToPath(new URL('../../node_modules/', import.meta.url));
const real: Real = { Date, setImmediate };

afterEach(() => void vi.useRealTimers());

const load = async () => ({
  ...(await import('../../src/library/index.js')),
  ...(await import('../../src/cli/launch.js')),
});

describe.each([2020, 2031])('with vi.useFakeTimers() in the year %d', (year) => {
  const TIMERS = [
    'setTimeout',
    'clearTimeout',
    'setInterval',
    'clearInterval',
    'setImmediate',
    'clearImmediate',
  ] as const;

  it.each([
    ['by default', {}],
    ['of timers and clocks', { toFake: [...TIMERS, 'Date', 'performance', 'hrtime'] as (typeof TIMERS)[number][] }],
  ])('%s, a mock loaded earlier works as usual', async (_what, options) => {
    const subject = await load();
    vi.useFakeTimers({ now: Date.UTC(year, 5, 15), ...options });
    expect(await tryUnderFakeTime(subject, real)).toEqual(AS_EVER);
  });

  it('a mock loaded later works as usual', async () => {
    vi.resetModules();
    vi.useFakeTimers({ now: Date.UTC(year, 5, 15) });
    expect(await tryUnderFakeTime(await load(), real)).toEqual(AS_EVER);
  });
});

describe.concurrent('in a process of its own', () => {
  // Compiled once for all processes: each would take 2 s to compile src by itself.
  const outdir = mkdtempSync(join(NODE_MODULES, '.fake-time-'));
  beforeAll(() =>
    build({
      ...SCRIPT_OPTIONS,
      entryPoints: [APART],
      outdir,
      // So that what is imported later is evaluated later.
      splitting: true,
      external: [...SCRIPT_OPTIONS.external, '@sinonjs/fake-timers', 'sinon', '@jest/fake-timers'],
    }),
  );
  afterAll(() => rmSync(outdir, { recursive: true }));

  it.each([
    ['@sinonjs/fake-timers', 'before', 2020],
    ['@sinonjs/fake-timers', 'after', 2031],
    ['sinon', 'before', 2031],
    ['sinon', 'after', 2020],
    ['@jest/fake-timers', 'before', 2020],
    ['@jest/fake-timers', 'after', 2031],
    ['node:test', 'before', 2031],
    ['node:test', 'after', 2020],
  ])('a mock works as usual with the fakes of %s, installed %s it is loaded, in the year %d', async (...args) => {
    const options = ['--no-warnings', join(outdir, 'under-fake-time.mjs'), ...args.map(String)];
    const { stdout } = await promisify(execFile)(process.execPath, options);
    expect(JSON.parse(stdout)).toEqual({ isFake: true, found: AS_EVER });
  });
});

describe.concurrent('in the package, with a fake queueMicrotask', () => {
  const SCRIPT = `
    const { once } = require('node:events');
    const http = require('node:http');
    const fake = () => require('@sinonjs/fake-timers').install({ toFake: ['queueMicrotask'] });
    const status = async (url) => (await once(http.get(url, { agent: false }), 'response'))[0].resume().statusCode;
    (async () => {
      if (process.argv[1] === 'loaded') fake();
      const { startMock } = require('./dist/index.js');
      if (process.argv[1] === 'started') fake();
      const mock = await startMock();
      if (process.argv[1] === 'called') fake();
      const statuses = [await status(mock.url + '/segments/list'), await status(mock.url + '/__mock/health')];
      await mock.stop();
      console.log(JSON.stringify({ isFake: 'clock' in queueMicrotask, statuses }));
    })();`;

  it.each(['loaded', 'started', 'called'])(
    'a mock works as usual, if that is installed before the mock is %s',
    async (moment) => {
      const options = { cwd: fileURLToPath(new URL('../../', import.meta.url)) };
      const { stdout } = await promisify(execFile)(process.execPath, ['-e', SCRIPT, moment], options);
      expect(JSON.parse(stdout)).toEqual({ isFake: true, statuses: [401, 200] });
    },
  );
});
