/** The exchange as evidence of what Braze answers: it names its source, and the source supports its class. */
import { type Static, type TObject, Type } from '@sinclair/typebox';
import { Asked, ExchangeFixture, Text, text } from '../../src/core/exchanges/fixture.js';
import { InstantText } from '../../src/core/time/text.js';
import { checker, refine } from '../../src/schema/checker.js';
import type { Problem } from '../../src/schema/problems.js';
import { exactly, oneOf } from '../../src/schema/shapes.js';

const recording = {
  date: InstantText(),
  asked: Asked,
  /** Which parts of the exchange are as they were recorded, and which are derived. */
  kept: Text,
  /** Which values were replaced. */
  replaced: Text,
};

/** A recording in a public repository. */
const Published = exactly({
  repository: text('^[\\w.-]+/[\\w.-]+$', 'owner/name of a repository'),
  file: text('^[^/].*\\.\\w+$', 'the path of a file in the repository'),
  commit: text('^[0-9a-f]{40}$', 'a commit of 40 hexadecimal digits'),
  ...recording,
  /** Recordings in the same commit that agree. */
  alsoRecorded: Type.Optional(
    Type.Array(exactly({ file: Text, date: InstantText(), method: Asked.properties.method, endpoint: Text })),
  ),
});

/** A recording of the command `record`, from the host that it called. */
const Own = exactly({ host: text('^[^\\s/]+$', 'the host that answered'), ...recording });

const evidenceClass = oneOf(['recorded', 'sibling']);
const exchangeFrom = (provenance: TObject) =>
  checker(refine(exactly({ ...ExchangeFixture.properties, class: evidenceClass, provenance }), problemsOfClass));
const [checkPublished, checkOwn] = [exchangeFrom(Published), exchangeFrom(Own)];
export interface Evidence extends Omit<ExchangeFixture, 'class' | 'provenance'> {
  class: Static<typeof evidenceClass>;
  provenance: Static<typeof Published> | Static<typeof Own>;
}

/** The exchange of a parsed file, or every reason why it is not evidence. A handwritten one never is. */
export function checkEvidence(content: unknown) {
  const { provenance } = content as Partial<ExchangeFixture>;
  return typeof provenance === 'object' && 'host' in provenance ? checkOwn(content) : checkPublished(content);
}

function problemsOfClass(value: Record<string, unknown>, path: string): Problem[] {
  const { class: evidence, provenance, replay } = value as ExchangeFixture;
  if (provenance?.asked === undefined || replay === undefined) return [];
  const { method, endpoint } = provenance.asked;
  const isSame = method === replay.request.method && endpoint === replay.request.target.replace(/\?.*/s, '');
  const deserved = isSame ? 'recorded' : 'sibling';
  const expected = `"${deserved}", because ${method} ${endpoint} was asked`;
  return evidence === deserved ? [] : [{ path: `${path}.class`, found: JSON.stringify(evidence), expected }];
}
