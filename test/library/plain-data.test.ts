import { runInNewContext } from 'node:vm';
import { Type } from '@sinclair/typebox';
import { describe, expect, it } from 'vitest';
import { checkInput, plainData } from '../../src/library/plain-data.js';
import { FixtureFile } from '../../src/core/workspaces/fixture.js';
import { FaultPlan } from '../../src/core/faults/fault.js';
import { SegmentChange, SegmentInput } from '../../src/operations/segments.js';
import { SeriesRange } from '../../src/operations/series.js';
import { RateLimitSetting } from '../../src/operations/rate-limit.js';
import { Settings } from '../../src/start/settings.js';
import { describeProblem } from '../../src/schema/problems.js';
import { NOT_DATA, NOT_DATA_WITHIN } from '../support/not-data.js';

const Nothing = Type.Object({}, { additionalProperties: false, expected: 'nothing' });
const Box = Type.Object({ value: Type.Union([Type.Null(), Type.Array(Type.Null()), Nothing]) });

function problemsWith(schema: Parameters<typeof checkInput>[0], value: unknown): string[] {
  const checked = checkInput(schema, value);
  return checked.ok ? [] : checked.problems.map(describeProblem);
}

describe('a value that JSON does not have', () => {
  it.each(NOT_DATA)('%s is named, with its path', (name, value) => {
    expect(problemsWith(Box, { value })).toEqual([`$.value: found ${name}, expected null, a list or nothing`]);
    expect(problemsWith(Box, value)).toEqual([`$: found ${name}, expected an object`]);
    expect(problemsWith(Type.Array(Type.Null()), [null, value])).toEqual([`$[1]: found ${name}, expected null`]);
  });

  it.each(NOT_DATA_WITHIN)('at %s, %s is named', (path, name, value) => {
    const schema = Array.isArray(value) ? Type.Array(Type.Null()) : Nothing;
    const found = problemsWith(schema, value).filter((problem) => problem.startsWith(`$${path}: found `));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(name);
  });

  it('is named in the message about the value around it', () => {
    expect(problemsWith(Type.String(), { points: new Map(), list: [undefined] })).toEqual([
      '$: found {"points":"a Map","list":["undefined"]}, expected a string',
    ]);
  });

  it('is rejected as an API key, which is not shown', () => {
    const apiKeys = [{ key: new String('SECRET-OF-SOMEBODY') }];
    expect(problemsWith(FixtureFile, { workspaces: [{ name: 'a', apiKeys }] })).toEqual([
      '$.workspaces[0].apiKeys[0].key: found a String object, expected 1 to 256 visible ASCII characters',
    ]);
  });

  it('is refused when it is nested too deeply for the stack', () => {
    let deep: unknown = [];
    for (let level = 0; level < 100_000; level++) deep = [deep];
    expect(problemsWith(Nothing, deep)).toEqual([expect.stringMatching(/^\$: found \[/)]);
  });
});

describe('data', () => {
  const data = { text: 'a', yes: true, none: null, number: 1.5, list: [1, [2]], nested: { a: { b: [] } } };

  it.each<[what: string, value: unknown]>([
    ['a plain object', data],
    ['an object without a prototype', Object.assign(Object.create(null) as object, data)],
    ['an object of another realm', runInNewContext(`(${JSON.stringify(data)})`)],
    ['a frozen object', Object.freeze({ ...data })],
    ['a proxy of a plain object', new Proxy(data, {})],
    ['an object with getters', Object.defineProperty({ ...data }, 'text', { get: () => 'a', enumerable: true })],
    ['properties that are undefined', { ...data, more: undefined }],
    ['fields that are not enumerable', Object.defineProperty({ ...data }, 'more', { value: () => 1 })],
  ])('%s is copied', (_what, value) => {
    const copy = plainData(value, Nothing);
    expect(copy).toStrictEqual(data);
    expect(copy).not.toBe(value);
  });

  it('can be process.env', () => {
    expect(plainData(process.env, Nothing)).toStrictEqual({ ...process.env });
  });

  it('can have one object in two places, and -0 is 0', () => {
    const shared = { a: [-0] };
    expect(plainData([shared, shared], Nothing)).toStrictEqual([{ a: [0] }, { a: [0] }]);
  });

  it('keeps a field called __proto__, which the schema then refuses', () => {
    expect(problemsWith(Nothing, JSON.parse('{"__proto__":{"a":1}}'))).toEqual([
      expect.stringContaining('$.__proto__: found an unknown field'),
    ]);
  });
});

const WORKSPACE = {
  name: 'a',
  instance: 'US-01',
  retentionDays: 5,
  processingDelay: 'PT1H',
  rateLimit: { capacity: 5, refillPerHour: 5 },
  apiKeys: [{ key: 'K', permissions: ['segments.list'] }],
  segments: [
    {
      id: 's',
      name: 'S',
      tags: ['t'],
      createdAt: '2024-01-01',
      updatedAt: '2024-01-02',
      anchor: '2024-01-01',
      points: { '2024-01-01': 5 },
      missingDays: ['2024-01-03'],
      weekly: { amplitude: 0.1, peak: 'monday' },
      campaigns: [{ on: '2024-01-04', lift: 0.1 }],
      definitionChanges: [{ on: '2024-01-05', size: 5 }],
      noise: { threshold: 5 },
      fault: { dribble: { chunks: 1, durationMs: 1 } },
    },
    { id: 'list', points: [{ time: '2024-01-01', size: 5 }] },
  ],
  faults: [
    {
      trigger: { segmentId: 's', until: '2025-01-01', times: 1 },
      effect: { status: 503, headers: { a: 'b' }, delay: { kind: 'uniform', minMs: 1, maxMs: 2 } },
    },
  ],
  clock: { now: '2024-01-01', scale: 2 },
};

/** The value with another one in each place in turn. */
function* withEach(value: unknown, other: unknown): Generator {
  yield other;
  if (typeof value !== 'object' || value === null) return;
  for (const [name, child] of Object.entries(value))
    for (const changed of withEach(child, other))
      yield Array.isArray(value)
        ? value.map((item: unknown, index) => (String(index) === name ? changed : item))
        : { ...value, [name]: changed };
}

describe('what is not data, in every place of an input', () => {
  const [segment] = WORKSPACE.segments;
  it.each([
    ['fixtures', FixtureFile, { workspaces: [WORKSPACE] }],
    ['a segment', SegmentInput, segment],
    ['a change of a segment', SegmentChange, segment],
    ['a fault', FaultPlan, WORKSPACE.faults[0]],
    ['a rate limit', RateLimitSetting, { capacity: 5, remaining: 1 }],
    ['a range', SeriesRange, { from: '2024-01-01', to: '2024-01-02' }],
  ])('%s: is refused, and nothing throws', (_what, schema, input) => {
    expect(problemsWith(schema, input)).toEqual([]);
    for (const [name, other] of [
      ['a Map', new Map()] as const,
      ['a function', () => 1] as const,
      ['NaN', NaN] as const,
    ])
      for (const changed of withEach(input, other))
        expect(problemsWith(schema, changed).join('\n')).toMatch(new RegExp(`found .*${name}`));
  });
});

describe('a Date', () => {
  const noon = new Date('2024-01-31T12:00:00Z');
  const midnight = new Date('2024-01-31T00:00:00Z');
  const dated = (at: Date, day: Date) => ({
    workspaces: [
      {
        ...WORKSPACE,
        clock: at,
        faults: [{ trigger: { until: at }, effect: { status: 503 } }],
        segments: [
          {
            id: 's',
            createdAt: at,
            updatedAt: at,
            anchor: day,
            missingDays: [day],
            points: [{ time: day, size: 5 }],
            campaigns: [{ on: new Date(day.getTime() + 86_400_000), lift: 1 }],
          },
        ],
      },
    ],
  });

  it('is accepted as an instant and, at midnight UTC, as a date', () => {
    const checked = checkInput(FixtureFile, dated(noon, midnight));
    expect(checked).toMatchObject({ ok: true });
    const { workspaces } = plainData(dated(noon, midnight), FixtureFile) as { workspaces: Record<string, unknown>[] };
    expect(workspaces[0]).toMatchObject({
      clock: '2024-01-31T12:00:00.000Z',
      segments: [{ createdAt: '2024-01-31T12:00:00.000Z', anchor: '2024-01-31', missingDays: ['2024-01-31'] }],
    });
  });

  it('of another realm is accepted too', () => {
    const from: unknown = runInNewContext('new Date("2024-01-31")');
    expect(plainData({ from }, SeriesRange)).toEqual({ from: '2024-01-31' });
  });

  it('within a day is rejected as a date', () => {
    expect(problemsWith(SeriesRange, { to: noon })).toEqual([
      '$.to: found "2024-01-31T12:00:00.000Z", expected a calendar date, YYYY-MM-DD',
    ]);
  });

  it('is rejected everywhere else', () => {
    expect(problemsWith(SegmentInput, { name: noon, size: noon, points: noon, tags: [noon] })).toEqual([
      '$.name: found a Date, expected a string',
      expect.stringMatching(/^\$\.tags\[0\]: found a Date, /),
      expect.stringMatching(/^\$\.size: found a Date, /),
      expect.stringMatching(/^\$\.points: found a Date, /),
    ]);
  });
});

describe('a URL', () => {
  it('is accepted only as a path', () => {
    const tlsDir = new URL('file:///tmp/a%20b');
    expect(plainData({ tlsDir, tlsCert: tlsDir, tlsKey: tlsDir }, Settings)).toEqual({
      tlsDir: '/tmp/a b',
      tlsCert: '/tmp/a b',
      tlsKey: '/tmp/a b',
    });
    expect(problemsWith(Settings, { host: tlsDir })).toContain(
      '$.host: found a URL, expected a host name or an IP address without brackets and port, such as 127.0.0.1 or ::1',
    );
  });

  it('must be a file URL', () => {
    expect(problemsWith(Settings, { tlsDir: new URL('https://a.test/') })).toContain(
      '$.tlsDir: found a URL of https:, expected the path of a folder',
    );
  });
});
