import { type Static, Type } from '@sinclair/typebox';
import { refine } from '../../schema/checker.js';
import { type Problem, show } from '../../schema/problems.js';
import { exactly, Field, oneOf } from '../../schema/shapes.js';
import { BUILT_IN_STORYBOARDS } from './built-in-storyboards.js';
import { FaultPlan } from './fault.js';
import type { NamedFaults } from './faults.js';

export const STORYBOARD_NAMES = BUILT_IN_STORYBOARDS.map(({ name }) => name);

export const BuiltInName = oneOf(STORYBOARD_NAMES, {
  expected: `a built-in storyboard: ${STORYBOARD_NAMES.join(', ')}`,
});

export const StoryboardName = Type.String({
  pattern: '^[A-Za-z0-9._-]{1,64}$',
  expected: '1 to 64 of A-Z a-z 0-9 . _ -',
});

/** A storyboard: the name of a built-in one, or another name and its faults. */
export const Storyboard = refine(
  exactly({
    name: Field.of(StoryboardName, 'That of a built-in storyboard; with `faults`, another one.'),
    faults: Type.Optional(Field.list(FaultPlan, 'Its faults; durations count from when it begins.', { minItems: 1 })),
  }),
  nameProblems,
);
export type Storyboard = Static<typeof Storyboard>;

/** The storyboards of a workspace in a fixture. */
export const Storyboards = Field.list(
  Type.Union([BuiltInName, Storyboard], { expected: 'the name of a built-in storyboard, or a name and faults' }),
  "Storyboards that begin with the workspace. Default: the server's `--storyboard`.",
);

/** The faults of storyboards that are known to be valid. */
export function toNamedFaults(storyboards: readonly (string | Storyboard)[]): NamedFaults[] {
  return storyboards.map((given) => {
    const { name, faults } = typeof given === 'string' ? { name: given, faults: undefined } : given;
    return { name, faults: faults ?? builtInStoryboard(name)?.faults ?? [] };
  });
}

export function builtInStoryboard(name: string): NamedFaults | undefined {
  return BUILT_IN_STORYBOARDS.find((storyboard) => storyboard.name === name);
}

/** Reports a name that is neither built in nor has faults, and one that is both. */
function nameProblems({ name, faults }: Record<string, unknown>, path: string): Problem[] {
  if (typeof name !== 'string') return [];
  const isBuiltIn = builtInStoryboard(name) !== undefined;
  if (isBuiltIn === (faults === undefined)) return [];
  const expected = isBuiltIn
    ? 'another name: a built-in storyboard has it'
    : `faults, or one of ${STORYBOARD_NAMES.join(', ')}`;
  return [{ path: isBuiltIn ? `${path}.name` : path, found: show(isBuiltIn ? name : { name, faults }), expected }];
}
