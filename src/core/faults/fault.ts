import { type Static, Type } from '@sinclair/typebox';
import { type Problem, show } from '../../schema/problems.js';
import { refine } from '../../schema/checker.js';
import { MomentText, reversedMoments } from './moment.js';
import { exactly, Field, optional } from '../../schema/shapes.js';

/** An enum with a description for each value. */
const choiceOf = <T extends string>(meanings: [T, string][]) =>
  Type.Union(meanings.map(([word, description]) => Type.Literal(word, { description })));

const TriggerFields = exactly(
  optional({
    segmentId: Field.text('Strikes only requests that name this segment.', { minLength: 1 }),
    path: Field.text('Strikes only requests for this path, given with or without the base path.', {
      pattern: '^/',
      expected: 'a path, such as /segments/data_series',
    }),
    after: Field.integer('Number of matching requests to let through first.', { minimum: 0, maximum: 1e9 }),
    times: Field.integer('Number of strikes after which the fault no longer strikes.', { minimum: 1, maximum: 1e9 }),
    probability: Field.number('Probability with which a matching request is struck, drawn from the seed.', {
      minimum: 0,
      maximum: 1,
    }),
    from: MomentText("Instant on the workspace's clock from which it strikes, or a duration from when it is added."),
    until: MomentText("Instant on the workspace's clock at which it ends, or a duration from when it is added."),
  }),
);

/** When a fault strikes. Omitted fields match everything. */
export const Trigger = refine(TriggerFields, reversedMoments);
export type Trigger = Static<typeof Trigger>;

const Milliseconds = Type.Number({ minimum: 0, maximum: 600_000 });

/** How long a reply is held back, in real time. */
export const Delay = Type.Union(
  [
    exactly({ kind: Type.Literal('fixed'), ms: Milliseconds }, { description: 'Fixed delay.' }),
    exactly(
      { kind: Type.Literal('uniform'), minMs: Milliseconds, maxMs: Milliseconds },
      { description: 'Random delay between two bounds.' },
    ),
    exactly(
      { kind: Type.Literal('lognormal'), medianMs: Milliseconds, sigma: Type.Number({ minimum: 0, maximum: 5 }) },
      { description: 'Mostly short delays with a long tail, as in real latencies.' },
    ),
    exactly(
      { kind: Type.Literal('size'), msPerMillion: Type.Number({ minimum: 0, maximum: 600_000 }) },
      { description: "Longer delays for large segments: milliseconds per million users of today's true size." },
    ),
  ],
  { expected: 'an object of the kind fixed, uniform, lognormal or size' },
);
export type Delay = Static<typeof Delay>;

export const ConnectionEffect = choiceOf([
  ['CONNECTION_RESET_BY_PEER', 'Resets the connection without a reply.'],
  ['EMPTY_RESPONSE', 'Closes the connection without a reply.'],
  ['RANDOM_DATA_THEN_CLOSE', 'Sends bytes that are not HTTP, then closes the connection.'],
  ['MALFORMED_RESPONSE_CHUNK', 'Sends a 200 with a chunked body that is cut off by an invalid chunk.'],
]);
export type ConnectionEffect = Static<typeof ConnectionEffect>;

export const DataEffect = choiceOf([
  ['missing_day', 'Leaves out one day.'],
  ['duplicate_day', 'Repeats one day.'],
  ['shuffled', 'Shuffles the days.'],
  ['revised_yesterday', 'Changes the size of yesterday.'],
  ['zero_dip', 'Sets the size of one day to 0.'],
  ['huge_size', 'Sets the size of one day to more than 2^31.'],
  ['extra_field', 'Adds a field to every day.'],
]);
export type DataEffect = Static<typeof DataEffect>;

const LateDays = exactly(
  { late_days: Type.Integer({ minimum: 1, maximum: 1000 }) },
  { description: 'Withholds this many of the newest days.' },
);

const EXCLUSIVE = ['status', 'connection', 'truncate', 'dribble', 'data', 'drain'] as const;

const EffectFields = exactly(
  optional({
    delay: Delay,
    status: Field.integer(
      'Replies with this status. 401, 403, 404, 422 and 429 have the body of the refusal with that status.',
      { minimum: 400, maximum: 599 },
    ),
    headers: Type.Record(
      Type.String({ pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$" }),
      Type.String({ pattern: '^[\\t -~]*$', expected: 'printable ASCII' }),
      {
        additionalProperties: false,
        description: 'Adds headers to the reply; requires `status`.',
        expected: 'header names as keys',
      },
    ),
    body: Type.Literal('html', {
      description: 'Sends an HTML page, as an edge proxy does; requires status 502, 503 or 504.',
    }),
    connection: ConnectionEffect,
    truncate: Field.number("Closes the connection after this fraction of the body's bytes.", {
      minimum: 0,
      exclusiveMaximum: 1,
    }),
    dribble: exactly(
      { chunks: Type.Integer({ minimum: 1, maximum: 1000 }), durationMs: Milliseconds },
      { description: 'Sends the body in this many chunks over this time.' },
    ),
    data: Type.Union([...DataEffect.anyOf, LateDays], {
      expected: `${DataEffect.anyOf.map(({ const: word }) => `"${word}"`).join(', ')} or an object with late_days`,
    }),
    drain: exactly(
      {
        perSecond: Field.number("Requests in a second of the workspace's clock.", {
          exclusiveMinimum: 0,
          maximum: 1e6,
        }),
      },
      { description: 'Other clients use up the rate limit, with this many requests a second.' },
    ),
  }),
);
type EffectFields = Static<typeof EffectFields>;

type EffectName = keyof EffectFields;

/** For each name, an effect with this field, and optionally a delay and the fields `Beside` it. It excludes all others. */
type With<Name extends EffectName, Beside extends EffectName = never> = {
  [One in Name]: Required<Pick<EffectFields, One>> &
    Pick<EffectFields, Beside | 'delay'> & { [Other in Exclude<EffectName, One | Beside | 'delay'>]?: never };
}[Name];

/** What a fault does: a delay, another effect, or both. */
export type Effect =
  With<'delay' | 'connection' | 'truncate' | 'dribble' | 'data' | 'drain'> | With<'status', 'headers' | 'body'>;

// One flat object gives better error messages than a union; the type expresses that they exclude each other.
export const Effect = refine(Type.Unsafe<Effect>(EffectFields), effectProblems);

/** A planned misbehaviour, as fixtures and the control API write it. */
export const FaultPlan = refine(exactly({ trigger: Type.Optional(Trigger), effect: Effect }), drainProblems);
export type FaultPlan = Static<typeof FaultPlan>;

/** What a drain cannot have: nothing about requests, because it strikes none. */
function drainProblems({ trigger, effect }: Record<string, unknown>, path: string): Problem[] {
  const { drain, delay } = (effect ?? {}) as EffectFields;
  if (drain === undefined) return [];
  const fields = Object.entries((trigger ?? {}) as Record<string, unknown>);
  const problems = fields
    .filter(([name]) => name !== 'from' && name !== 'until')
    .map(([name, value]): [string, unknown] => [`trigger.${name}`, value]);
  if (delay !== undefined) problems.push(['effect.delay', delay]);
  return problems.map(([field, value]) => ({
    path: `${path}.${field}`,
    found: show(value),
    expected: 'nothing: a drain allows only "from" and "until"',
  }));
}

/** Headers that frame a message; the transport sets them. */
const FRAMING = ['content-length', 'transfer-encoding', 'connection', 'keep-alive', 'trailer', 'upgrade'];

/** Reports effects that exclude each other, or a missing effect. */
function effectProblems(given: Record<string, unknown>, path: string): Problem[] {
  const { delay, status, headers, body } = given as EffectFields;
  const named = EXCLUSIVE.filter((name) => given[name] !== undefined);
  const framing = Object.keys(headers ?? {}).filter((name) => FRAMING.includes(name.toLowerCase()));
  const problems: [boolean, string, string, string][] = [
    [named.length > 1, '', named.join(' and '), `at most one of ${EXCLUSIVE.join(', ')}`],
    [named.length === 0 && delay === undefined, '', show(given), `delay or one of ${EXCLUSIVE.join(', ')}`],
    [headers !== undefined && status === undefined, '.headers', show(headers), 'a status as well'],
    [framing.length > 0, '.headers', framing.join(' and '), `no header that frames the message: ${FRAMING.join(', ')}`],
    [
      body !== undefined && ![502, 503, 504].includes(status ?? 0),
      '.body',
      show(body),
      'a status of 502, 503 or 504 as well',
    ],
    [isReversed(delay), '.delay', show(delay), 'minMs no larger than maxMs'],
  ];
  return problems.flatMap(([wrong, field, found, expected]) =>
    wrong ? [{ path: path + field, found, expected }] : [],
  );
}

/** Values that the schema rejects may not be comparable. */
function isReversed(delay: Delay | undefined): boolean {
  if (delay?.kind !== 'uniform' || typeof delay.minMs !== 'number' || typeof delay.maxMs !== 'number') return false;
  return delay.minMs > delay.maxMs;
}
