import { createRequire } from 'node:module';
import type * as face from '../../src/library/index.js';
import type { useMock } from '../../src/library/jest.js';
import type { Lab } from './lab.js';
import { median, quantile } from '../support/statistics.js';
import * as cells from './table.js';

// From dist, as users load it.
const require = createRequire(import.meta.url);
const SERIES = '/segments/data_series?segment_id=segment_1234&length=30';
const WARMING = 20;
/** Operations too short for one reading of the clock are timed together. */
const BATCH = 50;

type Measured = () => Promise<number>;

/** Measures what a test pays for the library, in one warm process. */
export async function library(lab: Lab): Promise<cells.Row[]> {
  const runs = lab.effort.libraryRuns;
  lab.tell(`library: ${runs} runs each`);
  const { createMock, startMock } = require('../../dist/index.js') as typeof face;
  const mock = createMock();
  const request = { headers: { authorization: `Bearer ${mock.apiKey}` } };
  const test = await usedMock();
  const rows = [
    await row('createMock()', 5, runs, () => timed(() => void createMock())),
    await row('mock.fetch, 30 days', 0.2, runs, () =>
      timed(() => read(mock.fetch(`https://rest.iad-01.braze.com${SERIES}`, request)), BATCH),
    ),
    await row('startMock() and stop()', 25, runs, () => timed(async () => (await startMock()).stop())),
    await row('createWorkspace()', 0.1, runs, async () => {
      const created: { delete(): void }[] = [];
      const milliseconds = await timed(() => void created.push(mock.createWorkspace()), BATCH);
      for (const workspace of created) workspace.delete();
      return milliseconds;
    }),
    await row('a useMock test with one request', 3, runs, () => timed(test.run)),
  ];
  await test.stop();
  return rows;
}

async function row(figure: string, limit: number, runs: number, measured: Measured): Promise<cells.Row> {
  for (let run = 0; run < Math.min(WARMING, runs); run++) await measured();
  const times: number[] = [];
  for (let run = 0; run < runs; run++) times.push(await measured());
  const typical = median(times);
  const shown = (value: number) => (value < 1 ? cells.microseconds(value * 1000) : cells.milliseconds(value));
  return {
    figure: `library: ${figure}`,
    mock: shown(typical),
    beside: '',
    compared: `p90 ${shown(quantile(times, 0.9))}`,
    ...cells.atMost(limit, typical, { unit: ' ms' }),
  };
}

/** The mean duration of an operation in milliseconds. */
async function timed(operation: () => unknown, times = 1): Promise<number> {
  const from = performance.now();
  for (let count = 0; count < times; count++) await operation();
  return (performance.now() - from) / times;
}

async function read(replying: Promise<Response>): Promise<void> {
  const reply = await replying;
  if (reply.status !== 200) throw new Error(`got status ${reply.status}, expected 200`);
  await reply.json();
}

type Hook = () => unknown;

/** A test with `useMock`, with its hooks run as a test runner does, and one request over HTTP. */
async function usedMock(): Promise<{ run: () => Promise<void>; stop: () => Promise<void> }> {
  const { useMock: use } = require('../../dist/jest.js') as { useMock: typeof useMock };
  const hooks: Record<'beforeAll' | 'beforeEach' | 'afterEach' | 'afterAll', Hook[]> = {
    beforeAll: [],
    beforeEach: [],
    afterEach: [],
    afterAll: [],
  };
  const on = (name: keyof typeof hooks) => (hook: Hook) => void hooks[name].push(hook);
  const runAll = async (name: keyof typeof hooks) => {
    for (const hook of hooks[name]) await hook();
  };
  const mock = use(
    {},
    {
      beforeAll: on('beforeAll'),
      beforeEach: on('beforeEach'),
      afterEach: on('afterEach'),
      afterAll: on('afterAll'),
    },
  );
  await runAll('beforeAll');
  return {
    async run() {
      await runAll('beforeEach');
      await read(fetch(mock.url + SERIES, { headers: { authorization: `Bearer ${mock.apiKey}` } }));
      await runAll('afterEach');
    },
    stop: () => runAll('afterAll'),
  };
}
