import { readdirSync, readFileSync } from 'node:fs';
import { type Static, Type } from '@sinclair/typebox';
import { SegmentFixture } from '../../src/segments/fixture.js';
import { describeProblem } from '../../src/problems.js';
import { checker } from '../../src/validation.js';

const strict = { additionalProperties: false } as const;
const Row = Type.Object({ time: Type.String(), size: Type.Integer({ minimum: 0 }) }, strict);
const Text = Type.String({ minLength: 1 });

/** A request to the real service and what came back, as far as it was recorded. What is not given is not compared. */
export const RecordedExchange = Type.Object(
  {
    provenance: Type.Object(
      {
        source: Text,
        recordedOn: Type.Optional(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })),
        /** What was recorded and what was not, and what has been replaced. */
        recorded: Text,
      },
      strict,
    ),
    /** How things stood with the real service. */
    given: Type.Object({ now: Text, apiKey: Text, segments: Type.Array(SegmentFixture) }, strict),
    request: Type.Object(
      { method: Type.Literal('GET'), target: Text, headers: Type.Record(Type.String(), Type.String()) },
      strict,
    ),
    response: Type.Object(
      {
        status: Type.Integer({ minimum: 200, maximum: 599 }),
        /** All of the application's headers, by lower-case name. */
        headers: Type.Optional(
          Type.Record(Type.String(), Type.Union([Type.String(), Type.Object({ pattern: Text }, strict)])),
        ),
        body: Type.Optional(Type.String()),
        /** Of a series. */
        rows: Type.Optional(Type.Object({ count: Type.Integer(), first: Row, last: Row }, strict)),
      },
      strict,
    ),
    /** Those of the hop and of the edge in front of the application. */
    ignoredHeaders: Type.Array(Text),
  },
  strict,
);
export type RecordedExchange = Static<typeof RecordedExchange>;

const FOLDER = new URL('../../fixtures/exchanges/', import.meta.url);

/** The recorded exchanges, by file name. */
export function recordedExchanges(): [string, RecordedExchange][] {
  const check = checker(RecordedExchange);
  return readdirSync(FOLDER).map((file) => {
    const checked = check(JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')));
    if (!checked.ok) throw new Error(`${file}: ${checked.problems.map(describeProblem).join('; ')}`);
    return [file, checked.value];
  });
}
