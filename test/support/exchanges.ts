import { readdirSync, readFileSync } from 'node:fs';
import { type Static, Type } from '@sinclair/typebox';
import { checkEvidence, type Evidence } from './exchange-evidence.js';
import { SegmentFixture } from '../../src/core/segments/fixture.js';
import { DateText } from '../../src/core/time/text.js';
import { instanceOfHost } from '../../src/core/workspaces/instances.js';
import { checker } from '../../src/schema/checker.js';
import { describeProblem } from '../../src/schema/problems.js';

const strict = { additionalProperties: false } as const;
const Given = Type.Object(
  {
    apiKey: Type.String(),
    segments: Type.Array(SegmentFixture),
    /** The requests left before this one. */
    remaining: Type.Optional(Type.Integer({ minimum: 1 })),
  },
  strict,
);
/** One row per day, all with the same size. */
const Rows = Type.Object(
  { count: Type.Integer({ minimum: 1 }), first: DateText(), last: DateText(), size: Type.Integer({ minimum: 0 }) },
  strict,
);
/** What the mock's reply is compared with. */
const Compared = Type.Object({
  recorded: Type.Object({ body: Type.Optional(Type.String()), rows: Type.Optional(Rows) }),
  replay: Type.Object({ given: Given, request: Type.Object({ headers: Type.Record(Type.String(), Type.String()) }) }),
});

type Replay = NonNullable<Evidence['replay']>;
/** An exchange to compare the mock's reply with. Missing parts are not compared. */
export type RecordedExchange = Omit<Evidence, 'recorded' | 'replay'> & {
  recorded: Omit<Evidence['recorded'], 'body' | 'rows'> & Static<typeof Compared>['recorded'];
  replay: Omit<Replay, 'given' | 'request'> & {
    given: Static<typeof Given>;
    request: Required<Replay['request']>;
  };
};

const FOLDER = new URL('../../fixtures/exchanges/', import.meta.url);
const checkCompared = checker(Compared);

/** The committed exchanges, by file name. */
export function recordedExchanges(): [string, RecordedExchange][] {
  return readdirSync(FOLDER).map((file) => {
    const text = readFileSync(new URL(file, FOLDER), 'utf8');
    return [file, parseExchange(file, JSON.parse(text))];
  });
}

/** @throws Error with the file and every problem. */
export function parseExchange(file: string, content: unknown): RecordedExchange {
  const problems = [checkEvidence(content), checkCompared(content)].flatMap((checked) =>
    checked.ok ? [] : checked.problems,
  );
  if (problems.length > 0) throw new Error(`${file}: ${problems.map(describeProblem).join('; ')}`);
  const exchange = content as RecordedExchange;
  const host = 'host' in exchange.provenance ? exchange.provenance.host : undefined;
  if (host !== undefined && instanceOfHost(host) === undefined) throw new Error(`${file}: ${host} is not Braze`);
  return exchange;
}
