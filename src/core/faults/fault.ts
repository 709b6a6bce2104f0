import { type Static, Type } from '@sinclair/typebox';
import { type Problem, show } from '../../schema/problems.js';
import { judged } from '../../schema/checker.js';
import { InstantText } from '../time/text.js';

const strict = { additionalProperties: false } as const;
/** A choice among words, each with what it means. */
const described = <T extends string>(meanings: [T, string][]) =>
  Type.Union(meanings.map(([word, description]) => Type.Literal(word, { description })));

/** When a fault strikes. Whatever is left out does not narrow it. */
export const Trigger = Type.Object(
  {
    segmentId: Type.Optional(Type.String({ minLength: 1, description: 'Only requests that name this segment.' })),
    path: Type.Optional(
      Type.String({ pattern: '^/', expected: 'a path, such as /segments/data_series', description: 'Only this path.' }),
    ),
    after: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 1e9, description: 'So many matching requests pass first.' }),
    ),
    times: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1e9, description: 'So many strikes, then the fault is spent.' }),
    ),
    probability: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description: 'The share of matching requests that is struck, drawn from the seed.',
      }),
    ),
    until: Type.Optional(InstantText({ description: "No strike from this instant of the workspace's clock on." })),
  },
  strict,
);
export type Trigger = Static<typeof Trigger>;

const Milliseconds = Type.Number({ minimum: 0, maximum: 600_000 });

/** How long a reply is held back, in real time. */
export const Delay = Type.Union(
  [
    Type.Object({ kind: Type.Literal('fixed'), ms: Milliseconds }, { ...strict, description: 'Always as long.' }),
    Type.Object(
      { kind: Type.Literal('uniform'), minMs: Milliseconds, maxMs: Milliseconds },
      { ...strict, description: 'Anything between two bounds.' },
    ),
    Type.Object(
      { kind: Type.Literal('lognormal'), medianMs: Milliseconds, sigma: Type.Number({ minimum: 0, maximum: 5 }) },
      { ...strict, description: 'Mostly short with a long tail, as real latencies are.' },
    ),
    Type.Object(
      { kind: Type.Literal('size'), msPerMillion: Type.Number({ minimum: 0, maximum: 600_000 }) },
      {
        ...strict,
        description: "Large segments take longer: milliseconds for each million of today's true size.",
      },
    ),
  ],
  { expected: 'an object of the kind fixed, uniform, lognormal or size' },
);
export type Delay = Static<typeof Delay>;

export const ConnectionEffect = described([
  ['CONNECTION_RESET_BY_PEER', 'The connection is reset, without an answer.'],
  ['EMPTY_RESPONSE', 'The connection is closed, without an answer.'],
  ['RANDOM_DATA_THEN_CLOSE', 'Bytes that are no HTTP, then the connection closes.'],
  ['MALFORMED_RESPONSE_CHUNK', 'A 200 whose chunked body breaks off.'],
]);
export type ConnectionEffect = Static<typeof ConnectionEffect>;

export const DataEffect = described([
  ['missing_day', 'One day is left out.'],
  ['duplicate_day', 'One day comes twice.'],
  ['shuffled', 'The days are out of order.'],
  ['revised_yesterday', 'Yesterday has another size than it had.'],
  ['zero_dip', 'One day has size 0.'],
  ['huge_size', 'One day has a size beyond 2^31.'],
  ['extra_field', 'Every day has a field more.'],
]);
export type DataEffect = Static<typeof DataEffect>;

const EXCLUSIVE = ['status', 'connection', 'truncate', 'dribble', 'data'] as const;

const EffectFields = Type.Object(
  {
    delay: Type.Optional(Delay),
    status: Type.Optional(
      Type.Integer({ minimum: 400, maximum: 599, description: "This status, in the profile's own words." }),
    ),
    headers: Type.Optional(
      Type.Record(
        Type.String({ pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$" }),
        Type.String({ pattern: '^[\\t -~]*$', expected: 'printable ASCII' }),
        { ...strict, description: 'Headers added to the status.', expected: 'header names as keys' },
      ),
    ),
    body: Type.Optional(
      Type.Literal('html', { description: 'With 502, 503 or 504: a page such as an edge proxy would send.' }),
    ),
    connection: Type.Optional(ConnectionEffect),
    truncate: Type.Optional(
      Type.Number({
        minimum: 0,
        exclusiveMaximum: 1,
        description: "The fraction of the body's bytes that arrives before the connection closes.",
      }),
    ),
    dribble: Type.Optional(
      Type.Object(
        { chunks: Type.Integer({ minimum: 1, maximum: 1000 }), durationMs: Milliseconds },
        { ...strict, description: 'The body comes in so many chunks, spread over so long.' },
      ),
    ),
    data: Type.Optional(DataEffect),
  },
  strict,
);
type EffectFields = Static<typeof EffectFields>;

/** Fields of an effect that leave no room for those of another one. */
type Alone<Name extends keyof EffectFields> = {
  [Other in Exclude<keyof EffectFields, Name | 'delay'>]?: never;
};
type Just<Name extends keyof EffectFields> = Required<Pick<EffectFields, Name>> & Alone<Name>;

/** What a fault does: a delay, one of the others, or a delay and one of the others. */
export type Effect =
  | Just<'delay'>
  | (Pick<EffectFields, 'delay'> &
      (
        | (Required<Pick<EffectFields, 'status'>> &
            Pick<EffectFields, 'headers' | 'body'> &
            Alone<'status' | 'headers' | 'body'>)
        | Just<'connection'>
        | Just<'truncate'>
        | Just<'dribble'>
        | Just<'data'>
      ));

// One flat object tells a caller better what is wrong than alternatives would; the type knows that they exclude one another.
export const Effect = judged(Type.Unsafe<Effect>(EffectFields), effectProblems);

/** A planned misbehaviour, as fixtures and the control API write it. */
export const FaultPlan = Type.Object({ trigger: Type.Optional(Trigger), effect: Effect }, strict);
export type FaultPlan = Static<typeof FaultPlan>;

/** Headers that say how a message is framed; a status carries its own. */
const FRAMING = ['content-length', 'transfer-encoding', 'connection', 'keep-alive', 'trailer', 'upgrade'];

/** Effects that exclude one another, or none at all. */
function effectProblems(given: Record<string, unknown>, path: string): Problem[] {
  const { delay, status, headers, body } = given as EffectFields;
  const named = EXCLUSIVE.filter((name) => given[name] !== undefined);
  const framing = Object.keys(headers ?? {}).filter((name) => FRAMING.includes(name.toLowerCase()));
  const problems: [boolean, string, string, string][] = [
    [named.length > 1, '', named.join(' and '), `at most one of ${EXCLUSIVE.join(', ')}`],
    [named.length === 0 && delay === undefined, '', show(given), `delay or one of ${EXCLUSIVE.join(', ')}`],
    [headers !== undefined && status === undefined, '.headers', show(headers), 'a status beside it'],
    [framing.length > 0, '.headers', framing.join(' and '), `no header that frames the message: ${FRAMING.join(', ')}`],
    [body !== undefined && !isGateway(status), '.body', show(body), 'a status of 502, 503 or 504 beside it'],
    [delay?.kind === 'uniform' && delay.minMs > delay.maxMs, '.delay', show(delay), 'minMs no larger than maxMs'],
  ];
  return problems.flatMap(([wrong, field, found, expected]) =>
    wrong ? [{ path: path + field, found, expected }] : [],
  );
}

function isGateway(status: unknown): boolean {
  return status === 502 || status === 503 || status === 504;
}
