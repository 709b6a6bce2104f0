import { type Static, Type } from '@sinclair/typebox';
import { ProfileName } from '../../core/profiles/names.js';
import { Finding } from '../../operations/conduct.js';
import { exactly, Field, NonEmptyText, oneOf } from '../../schema/shapes.js';
import { VERSION } from '../../start/package.js';

const Count = Type.Integer({ minimum: 0 });
const RealMilliseconds = Field.number('Real milliseconds.', { minimum: 0 });
const WorkspaceOrNone = Field.orNull(Type.String(), 'null for requests without a valid key.');

export const FAIL_ON = ['error', 'warning', 'never'] as const;
export type FailOn = (typeof FAIL_ON)[number];

/** One run of the command beside a mock of its own. */
export const Run = exactly({
  storyboard: Field.orNull(NonEmptyText, 'null without one.'),
  profile: ProfileName,
  result: Field.oneOf(
    ['ok', 'failed', 'hung', 'stopped'],
    '`failed`: by its exit code or its findings; `hung`: killed after the timeout; `stopped`: by a signal.',
  ),
  exitCode: Field.orNull(Type.Integer(), "The command's own; null if it was killed."),
  durationMs: RealMilliseconds,
  requests: exactly({ total: Count, outcomes: Type.Record(Type.String(), Count) }),
  slowest: Type.Array(
    exactly({
      workspace: WorkspaceOrNone,
      request: Field.text('The id of its journal entry.'),
      method: NonEmptyText,
      target: NonEmptyText,
      status: Type.Union([Type.Integer(), Type.Null()]),
      outcome: NonEmptyText,
      durationMs: RealMilliseconds,
    }),
  ),
  findings: Type.Array(exactly({ workspace: WorkspaceOrNone, ...Finding.properties })),
  ui: Type.Optional(Field.text('Where to look at the mock, as long as it runs.')),
  repeat: Type.Optional(Field.text('The command line that repeats only this run.')),
  output: Type.Optional(Field.list(Type.String(), 'The last lines that the command printed.')),
});
export type Run = Static<typeof Run>;
export type RunFinding = Run['findings'][number];

/** What `--report=json` writes. A new version of its shape has another number. */
export const Report = exactly({
  version: Type.Literal(1),
  mock: Field.text('The version of braze-segments-mock.'),
  command: NonEmptyText,
  failOn: oneOf(FAIL_ON),
  exitCode: Field.integer('With which `exec` or `rehearse` exits.'),
  runs: Type.Array(Run, { minItems: 1 }),
});
export type Report = Static<typeof Report>;

/** The exit code of `exec` if the command succeeds and findings reach the level of `--fail-on`. */
export const FINDINGS_EXIT_CODE = 99;

export function reaches({ level }: Pick<RunFinding, 'level'>, failOn: FailOn): boolean {
  return failOn !== 'never' && (level === 'error' || level === failOn);
}

/** Whether a run that ended by itself is fine. */
export function resultOf({ exitCode, findings }: Pick<Run, 'exitCode' | 'findings'>, failOn: FailOn): 'ok' | 'failed' {
  return exitCode === 0 && !findings.some((finding) => reaches(finding, failOn)) ? 'ok' : 'failed';
}

/** The worst of several runs: the highest exit code of the command; without a failure of its own, that of findings. */
export function exitCodeOf(runs: readonly Run[], failOn: FailOn): number {
  const own = Math.max(...runs.map(({ exitCode }) => exitCode ?? 0));
  if (own !== 0) return own;
  return runs.every((run) => resultOf(run, failOn) === 'ok') ? 0 : FINDINGS_EXIT_CODE;
}

export function reportOf(command: string, failOn: FailOn, exitCode: number, runs: Run[]): Report {
  return { version: 1, mock: VERSION, command, failOn, exitCode, runs };
}
