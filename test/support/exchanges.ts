import { readdirSync, readFileSync } from 'node:fs';
import { type Static, Type } from '@sinclair/typebox';
import { SegmentFixture } from '../../src/core/segments/fixture.js';
import { describeProblem } from '../../src/schema/problems.js';
import { checker } from '../../src/schema/checker.js';
import { DateText, InstantText } from '../../src/core/time/text.js';

const strict = { additionalProperties: false } as const;
const Text = Type.String({ minLength: 1 });
const Method = Type.String({ pattern: '^[A-Z]+$' });
const Path = Type.String({ pattern: '^/[^?]+$' });
/** By lower-case name. */
const Headers = Type.Record(Type.String({ pattern: '^[a-z0-9-]+$' }), Type.String());

/** The source of the recording, the request and the date. */
const Provenance = Type.Object(
  {
    repository: Type.String({ pattern: '^[\\w.-]+/[\\w.-]+$' }),
    file: Type.String({ pattern: '^[^/].*\\.\\w+$' }),
    commit: Type.String({ pattern: '^[0-9a-f]{40}$' }),
    /** When it was recorded; the replay's clock is frozen there. */
    date: InstantText(),
    asked: Type.Object({ method: Method, endpoint: Path, query: Type.Optional(Text) }, strict),
    /** Which parts of the reply are in the source, and which are derived. */
    kept: Text,
    /** Which values were replaced. */
    replaced: Text,
    /** Recordings in the same commit that agree in every compared part. */
    alsoRecorded: Type.Optional(
      Type.Array(Type.Object({ file: Text, date: InstantText(), method: Method, endpoint: Path }, strict)),
    ),
  },
  strict,
);

/** The reply as far as it was recorded. What is missing is not compared. */
const Recorded = Type.Object(
  {
    status: Type.Optional(Type.Integer({ minimum: 200, maximum: 599 })),
    /** All headers of the application. */
    headers: Type.Optional(Headers),
    /** Recorded too, but set by the connection or a proxy. */
    omittedHeaders: Type.Optional(Type.Array(Text)),
    body: Type.Optional(Type.String()),
    /** One row per day, all with the same size. */
    rows: Type.Optional(
      Type.Object(
        {
          count: Type.Integer({ minimum: 1 }),
          first: DateText(),
          last: DateText(),
          size: Type.Integer({ minimum: 0 }),
        },
        strict,
      ),
    ),
  },
  strict,
);

/** The request to the mock whose reply must match the recorded one. */
const Replay = Type.Object(
  {
    given: Type.Object(
      {
        apiKey: Text,
        segments: Type.Array(SegmentFixture),
        /** The requests left before this one. */
        remaining: Type.Optional(Type.Integer({ minimum: 1 })),
      },
      strict,
    ),
    request: Type.Object({ method: Method, target: Text, headers: Headers }, strict),
    /** Patterns of the headers that differ in every reply. All others equal the recorded ones. */
    varyingHeaders: Type.Optional(Headers),
    /** How the body must match the recorded one. Default: byte for byte. */
    bodyPattern: Type.Optional(Text),
  },
  strict,
);

/**
 * A recorded request with its reply, and the corresponding request to the mock. `recorded`: the same method and
 * endpoint were asked; `sibling`: another endpoint of the same API was.
 */
const RecordedExchange = Type.Object(
  {
    class: Type.Union([Type.Literal('recorded'), Type.Literal('sibling')]),
    provenance: Provenance,
    recorded: Recorded,
    replay: Replay,
  },
  strict,
);
export type RecordedExchange = Static<typeof RecordedExchange>;

const FOLDER = new URL('../../fixtures/exchanges/', import.meta.url);
const check = checker(RecordedExchange);

/** The committed exchanges, by file name. */
export function recordedExchanges(): [string, RecordedExchange][] {
  return readdirSync(FOLDER).map((file) => {
    const text = readFileSync(new URL(file, FOLDER), 'utf8');
    return [file, parseExchange(file, JSON.parse(text))];
  });
}

/** @throws Error with the file and every problem. */
export function parseExchange(file: string, content: unknown): RecordedExchange {
  const checked = check(content);
  if (!checked.ok) throw new Error(`${file}: ${checked.problems.map(describeProblem).join('; ')}`);
  const deserved = classOf(checked.value);
  if (checked.value.class !== deserved) {
    const { method, endpoint } = checked.value.provenance.asked;
    throw new Error(`${file}: ${method} ${endpoint} was asked, so the class is ${deserved}`);
  }
  return checked.value;
}

function classOf({ provenance: { asked }, replay: { request } }: RecordedExchange): RecordedExchange['class'] {
  const [path] = request.target.split('?');
  return asked.method === request.method && asked.endpoint === path ? 'recorded' : 'sibling';
}
