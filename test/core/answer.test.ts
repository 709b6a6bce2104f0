import { build } from 'esbuild';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { answer } from '../../src/core/answer.js';
import { CHECKS } from '../../src/core/checks/order.js';
import { viewOf } from '../../src/core/journal/entry-view.js';
import type { Mock } from '../../src/core/mock.js';
import { REFUSALS } from '../../src/core/refusals/codes.js';
import { parseInstant } from '../../src/core/time/calendar.js';
import { BUILT_IN } from '../../src/fixtures/built-in.js';
import { defaultSettings } from '../../src/start/settings.js';
import { realTime } from '../../src/system/clock.js';
import { mockOf } from '../support/mock.js';
import { EXAMPLE, EXAMPLE_TARGET } from '../support/reference.js';

const KEY = { authorization: 'Bearer YOUR-REST-API-KEY' };
const GOOD = { method: 'GET', target: '/segments/data_series?segment_id=segment_1234&length=2', headers: KEY };

const builtIn = () => mockOf({ clock: '2024-01-31T12:00:00Z' });

const textOf = (body: string | Uint8Array) => (typeof body === 'string' ? body : new TextDecoder().decode(body));

describe('answer', () => {
  it('returns the example reply of the reference', () => {
    const { status, headers, body } = answer(builtIn(), { ...GOOD, target: EXAMPLE_TARGET });
    expect(status).toBe(200);
    expect(JSON.parse(textOf(body))).toEqual(EXAMPLE);
    expect(Object.keys(headers)).toEqual([
      'content-type',
      'x-ratelimit-limit',
      'x-ratelimit-remaining',
      'x-ratelimit-reset',
    ]);
  });

  it('takes one token and adds one entry, in flight until it finishes', () => {
    const mock = builtIn();
    const { headers, trace, journal } = answer(mock, GOOD);
    expect(headers['x-ratelimit-remaining']).toBe('249999');
    const shown = () => journal.list().map((entry) => viewOf(entry, mock.workspaces.mask));
    expect(shown()).toMatchObject([{ id: '1', status: null, outcome: 'pending', durationMs: 0 }]);
    journal.finish(trace, 200, 1.5);
    expect(shown()).toMatchObject([{ id: '1', status: 200, outcome: 'success', durationMs: 1.5 }]);
  });

  it('answers as of the given instant', () => {
    const mock = builtIn();
    const days = (at?: string) =>
      (
        JSON.parse(textOf(answer(mock, GOOD, at === undefined ? undefined : parseInstant(at)).body)) as {
          data: { time: string }[];
        }
      ).data.map(({ time }) => time.slice(0, 10));
    expect(days()).toEqual(['2024-01-30', '2024-01-31']);
    expect(days('2023-03-02T00:00:00Z')).toEqual(['2023-03-01', '2023-03-02']);
  });

  it('returns the transport effects of a triggered fault', () => {
    const mock = builtIn();
    mock.workspaces.default?.faults.add({ effect: { delay: { kind: 'fixed', ms: 70 }, truncate: 0.5 } });
    expect(answer(mock, GOOD).effect).toMatchObject({ delayMs: 70, truncate: 0.5, connection: undefined });
    expect(answer(mock, { ...GOOD, method: 'HEAD' }).effect).toBeUndefined();
  });

  it('reports an internal error and answers 500', () => {
    const mock = builtIn();
    const failure = new Error('broken on purpose');
    Object.defineProperty(mock, 'seriesOf', {
      value: () => {
        throw failure;
      },
    });
    const { trace, ...reply } = answer(mock, GOOD);
    expect(reply).toMatchObject({ status: 500, failure });
    const { decided } = viewOf(trace, mock.workspaces.mask).explain.at(-1) ?? {};
    expect(decided).toMatch(/^refused with 500 internal_server_error: /);
  });

  it('suggests the closest key of the time of the request, despite later changes', () => {
    const mock = builtIn();
    const decided = (headers: Record<string, string>) => {
      const { trace } = answer(mock, { ...GOOD, headers });
      return () => viewOf(trace, mock.workspaces.mask).explain.at(-1)?.decided;
    };
    const before = decided({ authorization: 'Bearer later-key-of-a-test' });
    mock.workspaces.default?.addKey('LATER-KEY-OF-A-TEST');
    mock.workspaces.add(mock.workspaces.default as never);
    const after = decided({ authorization: 'Bearer later-key-of-a-test' });
    expect(before()).not.toMatch(/in another case/);
    expect(after()).toMatch(/in another case it is a key of the workspace default/);
  });
});

describe('the checks', () => {
  it('are numbered like the refusals, in order; recorded replies and the window refuse nothing', () => {
    const numbers = CHECKS.map(({ number }) => number);
    expect(numbers).toEqual(['0', '1', '2', '3', '4', '4a', '5', '6', '6a', '7', '8', '9', '–']);
    const refusing = new Set(Object.values(REFUSALS).map(({ check }) => check));
    expect([...refusing].filter((number) => !numbers.includes(number))).toEqual([]);
  });
});

it('the core runs without Node: bundled for a browser, in a bare context', async () => {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        export { answer } from './src/core/answer.js';
        export { Mock } from './src/core/mock.js';`,
      resolveDir: new URL('../..', import.meta.url).pathname,
    },
    bundle: true,
    platform: 'browser',
    format: 'iife',
    globalName: 'core',
    write: false,
  });
  const text = outputFiles[0]?.text ?? '';
  const context = { TextEncoder, TextDecoder, URL, crypto, core: undefined as unknown, console };
  const workspaces = BUILT_IN;
  const { answer: bundled, Mock: BundledMock } = runInNewContext(`${text}; core`, context) as {
    answer: typeof answer;
    Mock: typeof Mock;
  };
  const settings = { ...defaultSettings, clock: '2024-01-31T12:00:00Z' };
  const { status, body } = bundled(new BundledMock(settings, workspaces, realTime), {
    ...GOOD,
    target: EXAMPLE_TARGET,
  });
  expect([status, JSON.parse(textOf(body))]).toEqual([200, EXAMPLE]);
});
