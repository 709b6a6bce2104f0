import { type Static, Type } from '@sinclair/typebox';
import { WrittenInstant } from '../time/text.js';
import { exactly } from '../../schema/shapes.js';

/** One check that a request met: what it saw and what it decided. */
export const ExplainStep = exactly(
  { check: Type.String({ minLength: 1 }), saw: Type.String(), decided: Type.String({ minLength: 1 }) },
  { description: 'One check: what it saw and what it decided.' },
);
export type ExplainStep = Static<typeof ExplainStep>;

export const EntryId = Type.String({ pattern: '^[1-9]\\d*$', description: 'Counts up within a journal.' });

const Texts = (description: string) =>
  Type.Record(Type.String(), Type.Union([Type.String(), Type.Array(Type.String())]), { description });

export const EntryView = exactly({
  id: EntryId,
  at: WrittenInstant("When it came, by the workspace's clock."),
  method: Type.String({ pattern: '^[A-Z-]+$' }),
  path: Type.String({ minLength: 1, description: 'Decoded, without doubled and trailing slashes.' }),
  query: Texts('The parameters, decoded; a repeated one as a list.'),
  headers: Texts('The request headers, secrets cut short.'),
  status: Type.Union([Type.Integer({ minimum: 200, maximum: 599 }), Type.Null()], {
    description: 'null before the reply, and without one.',
  }),
  outcome: Type.String({
    pattern: '^[a-z0-9_]+$',
    description: 'success, recorded, the first error code, fault, unanswered, or pending while it is in flight.',
  }),
  durationMs: Type.Number({ minimum: 0, description: 'Real milliseconds; 0 while it is in flight.' }),
  warnings: Type.Array(Type.String({ minLength: 1 }), { description: 'Likely mistakes.' }),
  explain: Type.Array(ExplainStep, { description: 'The checks that it met, in their order.' }),
});
export type EntryView = Static<typeof EntryView>;
