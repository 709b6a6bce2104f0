import { describe, expect, expectTypeOf, it, test } from 'vitest';
import type { Delay, Effect, FaultPlan, WorkspaceFixture } from '../../../src/library/index.js';
import { FaultPlan as FaultSchema } from '../../../src/core/faults/fault.js';
import { describeProblem } from '../../../src/schema/problems.js';
import { checker } from '../../../src/schema/checker.js';

const check = checker(FaultSchema);

function problemsOf(plan: unknown): string[] {
  const shape = check(plan);
  return (shape.ok ? [] : shape.problems).map(describeProblem);
}

const CONNECTIONS = [
  'CONNECTION_RESET_BY_PEER',
  'EMPTY_RESPONSE',
  'RANDOM_DATA_THEN_CLOSE',
  'MALFORMED_RESPONSE_CHUNK',
] as const;
const DATA = [
  'missing_day',
  'duplicate_day',
  'shuffled',
  'revised_yesterday',
  'zero_dip',
  'huge_size',
  'extra_field',
] as const;
const DELAYS: Delay[] = [
  { kind: 'fixed', ms: 0 },
  { kind: 'uniform', minMs: 5, maxMs: 5 },
  { kind: 'lognormal', medianMs: 90, sigma: 0.4 },
  { kind: 'size', msPerMillion: 200 },
];
const OTHERS: Effect[] = [
  { status: 400 },
  { status: 599, headers: { 'x-edge': 'a b', 'Retry-After': '7' } },
  { status: 502, body: 'html' },
  { status: 503, body: 'html', headers: {} },
  { status: 504, body: 'html' },
  { truncate: 0 },
  { truncate: 0.99 },
  { dribble: { chunks: 1, durationMs: 0 } },
  ...CONNECTIONS.map((connection) => ({ connection })),
  ...DATA.map((data) => ({ data })),
];

describe('a fault', () => {
  it.each<Effect>([...DELAYS.map((delay) => ({ delay })), ...OTHERS])('accepts the effect %j', (effect) => {
    expect(problemsOf({ effect })).toEqual([]);
  });

  it.each(OTHERS)('accepts a delay with the effect %j', (effect) => {
    expect(problemsOf({ effect: { ...effect, delay: DELAYS[0] } })).toEqual([]);
  });

  it.each([
    {},
    { segmentId: 'a' },
    { path: '/segments/data_series' },
    { after: 0, times: 1, probability: 0 },
    { probability: 1, until: '2024-01-01' },
  ])('accepts the trigger %j', (trigger) => {
    expect(problemsOf({ trigger, effect: { status: 500 } })).toEqual([]);
  });
});

const EXCLUSIVE = 'at most one of status, connection, truncate, dribble, data, drain';

test.each<[plan: unknown, ...problems: string[]]>([
  [{}, '$.effect: found nothing, expected an object'],
  [{ effect: {} }, '$.effect: found {}, expected delay or one of status, connection, truncate, dribble, data, drain'],
  [
    { effect: { kind: 'status' } },
    expect.stringMatching(/^\$\.effect\.kind: found an unknown field/) as string,
    expect.stringMatching(/^\$\.effect: found .*, expected delay or one of/) as string,
  ],
  [{ effect: { status: 399 } }, '$.effect.status: found 399, expected a whole number from 400 to 599'],
  [{ effect: { status: 600 } }, '$.effect.status: found 600, expected a whole number from 400 to 599'],
  [{ effect: { status: 503.5 } }, expect.stringMatching(/^\$\.effect\.status: found 503\.5/) as string],
  [{ effect: { status: '503' } }, expect.stringMatching(/^\$\.effect\.status: found "503"/) as string],
  [{ effect: { status: 503, data: 'shuffled' } }, `$.effect: found status and data, expected ${EXCLUSIVE}`],
  [
    { effect: { truncate: 0.5, connection: 'EMPTY_RESPONSE' } },
    `$.effect: found connection and truncate, expected ${EXCLUSIVE}`,
  ],
  [
    { effect: { headers: { a: 'b' } } },
    '$.effect: found {"headers":{"a":"b"}}, expected delay or one of status, connection, truncate, dribble, data, drain',
    '$.effect.headers: found {"a":"b"}, expected a status as well',
  ],
  [{ effect: { data: 'shuffled', headers: {} } }, '$.effect.headers: found {}, expected a status as well'],
  [
    { effect: { status: 500, body: 'html' } },
    '$.effect.body: found "html", expected a status of 502, 503 or 504 as well',
  ],
  [{ effect: { status: 502, body: 'text' } }, '$.effect.body: found "text", expected "html"'],
  [
    { effect: { status: 502, headers: { 'a b': 'c' } } },
    '$.effect.headers["a b"]: found an unknown field with "c", expected header names as keys',
  ],
  [
    { effect: { status: 502, headers: { a: 'b\r\nc: d' } } },
    '$.effect.headers.a: found "b\\r\\nc: d", expected printable ASCII',
  ],
  [
    { effect: { status: 502, headers: { 'Content-Length': '5', 'x-a': 'b', connection: 'close' } } },
    '$.effect.headers: found Content-Length and connection, expected no header that frames the message: ' +
      'content-length, transfer-encoding, connection, keep-alive, trailer, upgrade',
  ],
  [
    { effect: { connection: 'RESET' } },
    '$.effect.connection: found "RESET", expected "CONNECTION_RESET_BY_PEER", "EMPTY_RESPONSE", ' +
      '"RANDOM_DATA_THEN_CLOSE" or "MALFORMED_RESPONSE_CHUNK"',
  ],
  [
    { effect: { data: 'lies' } },
    `$.effect.data: found "lies", expected ${DATA.map((name) => `"${name}"`).join(', ')} or an object with late_days`,
  ],
  [{ effect: { truncate: 1 } }, '$.effect.truncate: found 1, expected a number of at least 0 and less than 1'],
  [{ effect: { truncate: -0.1 } }, '$.effect.truncate: found -0.1, expected a number of at least 0 and less than 1'],
  [
    { effect: { dribble: { chunks: 0, durationMs: 1 } } },
    '$.effect.dribble.chunks: found 0, expected a whole number from 1 to 1000',
  ],
  [
    { effect: { dribble: { chunks: 2 } } },
    '$.effect.dribble.durationMs: found nothing, expected a number from 0 to 600000',
  ],
  [
    { effect: { delay: 5 } },
    '$.effect.delay: found 5, expected an object of the kind fixed, uniform, lognormal or size',
  ],
  [{ effect: { delay: {} } }, '$.effect.delay.kind: found nothing, expected "fixed", "uniform", "lognormal" or "size"'],
  [
    { effect: { delay: { kind: 'slow' } } },
    '$.effect.delay.kind: found "slow", expected "fixed", "uniform", "lognormal" or "size"',
  ],
  [{ effect: { delay: { kind: 'fixed', ms: -1 } } }, '$.effect.delay.ms: found -1, expected a number from 0 to 600000'],
  [
    { effect: { delay: { kind: 'uniform', minMs: 'a', maxMs: 2 } } },
    '$.effect.delay.minMs: found "a", expected a number from 0 to 600000',
  ],
  [
    { effect: { delay: { kind: 'uniform', minMs: 3, maxMs: 2 } } },
    '$.effect.delay: found {"kind":"uniform","minMs":3,"maxMs":2}, expected minMs no larger than maxMs',
  ],
  [
    { effect: { delay: { kind: 'lognormal', medianMs: 5 } } },
    '$.effect.delay.sigma: found nothing, expected a number from 0 to 5',
  ],
  [
    { effect: { delay: { kind: 'size', ms: 5, msPerMillion: 1 } } },
    '$.effect.delay.ms: found an unknown field with 5, expected one of kind, msPerMillion',
  ],
  [
    { effect: { delay: { kind: 'size', msPerMillion: 600_001 } } },
    '$.effect.delay.msPerMillion: found 600001, expected a number from 0 to 600000',
  ],
  [
    { effect: { delay: { kind: 'fixed', ms: 1, sigma: 1 } } },
    '$.effect.delay.sigma: found an unknown field with 1, expected one of kind, ms',
  ],
  [
    { effect: { delay: { kind: 'uniform', minMs: 1, maxMs: 1, ms: 1 } } },
    '$.effect.delay.ms: found an unknown field with 1, expected one of kind, minMs, maxMs',
  ],
  [
    { effect: { delay: { kind: 'lognormal', medianMs: 1, sigma: 1, ms: 1 } } },
    '$.effect.delay.ms: found an unknown field with 1, expected one of kind, medianMs, sigma',
  ],
  [
    { effect: { dribble: { chunks: 2, durationMs: 1, ms: 1 } } },
    '$.effect.dribble.ms: found an unknown field with 1, expected one of chunks, durationMs',
  ],
  [
    { trigger: { probability: 2 }, effect: { status: 500 } },
    '$.trigger.probability: found 2, expected a number from 0 to 1',
  ],
  [
    { trigger: { times: 0 }, effect: { status: 500 } },
    '$.trigger.times: found 0, expected a whole number from 1 to 1000000000',
  ],
  [
    { trigger: { after: -1, times: 1.5 }, effect: { status: 500 } },
    expect.stringMatching(/^\$\.trigger\.after: found -1/) as string,
    expect.stringMatching(/^\$\.trigger\.times: found 1\.5/) as string,
  ],
  [
    { trigger: { path: 'segments' }, effect: { status: 500 } },
    '$.trigger.path: found "segments", expected a path, such as /segments/data_series',
  ],
  [
    { trigger: { segmentId: '' }, effect: { status: 500 } },
    expect.stringMatching(/^\$\.trigger\.segmentId: found ""/) as string,
  ],
  [
    { trigger: { until: 'tomorrow' }, effect: { status: 500 } },
    expect.stringMatching(/^\$\.trigger\.until: found "tomorrow", expected an ISO 8601 instant/) as string,
  ],
  [
    { triggers: {}, effect: { status: 500 } },
    '$.triggers: found an unknown field with {}, expected one of trigger, effect',
  ],
])('rejects the fault %j with its JSON path', (plan, ...problems) => {
  expect(problemsOf(plan)).toEqual(problems);
});

describe('to the compiler', () => {
  it('effects have the names in the schema', () => {
    expectTypeOf<keyof Effect>().toEqualTypeOf<
      'delay' | 'status' | 'headers' | 'body' | 'connection' | 'truncate' | 'dribble' | 'data' | 'drain'
    >();
    expectTypeOf<Effect['connection']>().toEqualTypeOf<(typeof CONNECTIONS)[number] | undefined>();
    expectTypeOf<Effect['data']>().toEqualTypeOf<(typeof DATA)[number] | { late_days: number } | undefined>();
    expectTypeOf<Delay['kind']>().toEqualTypeOf<'fixed' | 'uniform' | 'lognormal' | 'size'>();
    expectTypeOf<NonNullable<WorkspaceFixture['faults']>[number]>().toEqualTypeOf<FaultPlan>();
  });

  it('a wrong effect is a type error', () => {
    const wrong: Effect[] = [
      // @ts-expect-error -- no effect at all
      {},
      // @ts-expect-error -- a typo
      { statuss: 503 },
      // @ts-expect-error -- a status is a number
      { status: '503' },
      // @ts-expect-error -- one effect at a time
      { status: 503, connection: 'EMPTY_RESPONSE' },
      // @ts-expect-error -- one effect at a time
      { truncate: 0.5, dribble: { chunks: 2, durationMs: 5 } },
      // @ts-expect-error -- headers belong to a status
      { headers: { a: 'b' } },
      // @ts-expect-error -- a page belongs to a status
      { data: 'shuffled', body: 'html' },
      // @ts-expect-error -- no such connection effect
      { connection: 'RESET' },
      // @ts-expect-error -- no such kind of delay
      { delay: { kind: 'slow', ms: 5 } },
      // @ts-expect-error -- a field of another kind of delay
      { delay: { kind: 'fixed', medianMs: 5 } },
    ];
    expect(wrong.filter((effect) => problemsOf({ effect }).length === 0)).toEqual([]);
  });
});
