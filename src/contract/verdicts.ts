import { type Static, Type } from '@sinclair/typebox';
import { ProfileName } from '../core/profiles/names.js';
import { DateText } from '../core/time/text.js';
import { FIDELITY } from '../operations/fidelity.js';
import { exactly, NonEmptyText, oneOf } from '../schema/shapes.js';

const RowId = oneOf(
  FIDELITY.map(({ id }) => id),
  { expected: 'the id of a row of the fidelity table, as in docs/fidelity.md' },
);

/** What the replies of a server say of a row of the fidelity table. */
export const Verdict = Type.Union([
  exactly({ id: RowId, verdict: Type.Literal('confirmed') }),
  exactly({ id: RowId, verdict: Type.Literal('contradicted'), drift: Type.Array(NonEmptyText, { minItems: 1 }) }),
  exactly({ id: RowId, verdict: Type.Literal('not probed'), why: NonEmptyText }),
]);
export type Verdict = Static<typeof Verdict>;

export const ACCOUNT = { pattern: '^[\\w-]{1,64}$', expected: '1 to 64 of A-Z a-z 0-9 _ -' };

/** What `verify --write` keeps of a run: forms of replies, without sizes, names, ids and keys. */
export const Evidence = exactly({
  account: Type.String({ ...ACCOUNT, description: 'Identifies the account.' }),
  date: DateText(),
  profile: ProfileName,
  rows: Type.Array(Verdict, { minItems: 1 }),
  replies: Type.Array(
    exactly({
      request: NonEmptyText,
      status: Type.Integer({ minimum: 100, maximum: 599 }),
      headers: Type.Record(Type.String(), Type.String()),
      body: Type.String(),
    }),
  ),
});
export type Evidence = Static<typeof Evidence>;
