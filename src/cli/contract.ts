import type { Static, TObject } from '@sinclair/typebox';
import type { ContractIo } from '../contract/io.js';
import { ExportOptions, exportTo } from '../contract/export.js';
import { importCsv, ImportOptions } from '../contract/import.js';
import { pull, PullOptions } from '../contract/pull.js';
import { recordExchanges, RecordOptions } from '../contract/record.js';
import { verify, VerifyOptions } from '../contract/verify.js';
import { checker, defaultsOf } from '../schema/checker.js';
import { ConfigurationError } from '../schema/configuration-error.js';
import { describeProblem, type Problem } from '../schema/problems.js';
import { flagNameOf, flagsOf } from '../start/settings.js';
import { systemClock } from '../system/clock.js';
import { sleep } from '../system/real-time.js';

import { readFlags, readValue } from './flags.js';
import type { REAL_DATA } from './information.js';
import type { ProcessContext } from './process-context.js';
import type { ExitCode } from './report-errors.js';
import { settingsHelp } from './settings-help.js';

export type ContractCommand = (typeof REAL_DATA)[number];

/** A command on real data. Its `run` returns whether all is well; otherwise the exit code is 1. */
interface CommandDefinition<S extends TObject = TObject> {
  usage: string;
  about: string;
  options: S;
  /** The option that is given without its flag. */
  argument?: string;
  examples: readonly string[];
  run: (options: Static<S>, io: ContractIo) => Promise<boolean | void>;
}

function define<S extends TObject>(definition: CommandDefinition<S>): CommandDefinition {
  return definition as unknown as CommandDefinition;
}

const DEFINITIONS: Record<ContractCommand, CommandDefinition> = {
  pull: define({
    usage: 'pull --from <url> [flags]',
    about: 'Read segments of a Braze workspace and write them as a fixture.',
    options: PullOptions,
    examples: [
      'pull --from https://rest.fra-01.braze.eu --dry-run',
      'pull --from https://rest.fra-01.braze.eu --days 400 --out fixture.json',
      'pull --from https://rest.fra-01.braze.eu --rename --scale 0.01 --seed "$SEED" > fixture.json',
    ],
    run: pull,
  }),
  record: define({
    usage: 'record --upstream <url> --out <folder> [flags]',
    about: `Forward requests to a server, and write each with its reply for --fixtures to replay, without the API key.
It listens on 127.0.0.1, until SIGINT or SIGTERM. It also redacts the key in BRAZE_API_KEY or --api-key-file.`,
    options: RecordOptions,
    examples: [
      'record --upstream https://rest.fra-01.braze.eu --out exchanges/',
      'record --upstream https://rest.fra-01.braze.eu --out exchanges/ --port 0 --api-key-file key.txt',
      '--fixtures exchanges/',
    ],
    run: recordExchanges,
  }),
  import: define({
    usage: 'import [<file>|-] --segment <id> [flags]',
    about: 'Write the sizes of a CSV file, or of standard input, as a fixture.',
    options: ImportOptions,
    argument: 'file',
    examples: [
      'import sizes.csv --segment vip > fixture.json',
      'import export.csv --segment vip --date-column Tag --size-column Nutzer --date-format day-first',
      'import --segment vip --out fixture.json < sizes.csv',
    ],
    run: importCsv,
  }),
  export: define({
    usage: 'export --to fixture|har|schema (--url <url> [--workspace <name>] | --exchanges <folder>) [flags]',
    about: `Write a workspace of a mock as a fixture, its journal or recorded exchanges as an HTTP Archive (HAR), or the
JSON Schema of fixtures. A --control-token is read from BRAZE_MOCK_CONTROL_TOKEN.`,
    options: ExportOptions,
    examples: [
      'export --to fixture --url http://127.0.0.1:27293 --workspace checkout --out checkout.json',
      'export --to har --url http://127.0.0.1:27293 > journal.har',
      'export --to har --exchanges exchanges/ > exchanges.har',
      'export --to schema > schema.json',
    ],
    run: exportTo,
  }),
  verify: define({
    usage: 'verify --against <url> [flags]',
    about: 'Compare a server with what the mock claims about Braze: at most 30 requests that change nothing.',
    options: VerifyOptions,
    examples: [
      'verify --against https://rest.fra-01.braze.eu',
      'verify --against https://rest.fra-01.braze.eu --format junit > verify.xml',
      'verify --against https://rest.fra-01.braze.eu --write evidence.json',
    ],
    run: verify,
  }),
};

export async function runContract(
  name: ContractCommand,
  args: readonly string[],
  context: ProcessContext,
): Promise<ExitCode> {
  const { stdout, stderr, stopped: signal } = context;
  const definition = DEFINITIONS[name];
  if (args.includes('--help') || args.includes('-h')) {
    stdout.write(helpOf(definition));
    return 0;
  }
  const line = (text: string) => void stderr.write(`${text}\n`);
  const progress = stderr.isTTY === true ? line : () => undefined;
  const io: ContractIo = { ...context, progress, note: line, signal, now: systemClock.now, wait: sleep };
  return (await definition.run(readContractOptions(definition, args), io)) === false ? 1 : 0;
}

/** @throws ConfigurationError with every problem. */
function readContractOptions({ options, argument }: CommandDefinition, args: readonly string[]) {
  const problems: string[] = [];
  const flags = flagsOf(options);
  const values = defaultsOf(options);
  const positional: string[] = [];
  for (const found of readFlags(args, flags, problems, (text) => positional.push(text)))
    readValue(found, values, problems);
  if (argument !== undefined && positional.length > 0) values[argument] = positional.shift();
  for (const text of positional) problems.push(`${text}: found an unknown argument; see --help`);
  const checked = checker(options)(values);
  if (!checked.ok && problems.length === 0) {
    const named = (problem: Problem) => ({ ...problem, path: flagNameOf(problem.path.replace(/^\$\.?/, '')) });
    problems.push(...checked.problems.map((problem) => `${describeProblem(named(problem))}; see --help`));
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  return values;
}

function helpOf({ usage, about, options, argument, examples }: CommandDefinition): string {
  const flags = flagsOf(options).filter(({ name }) => name !== argument);
  return `${about}

Usage: braze-segments-mock ${usage}

Flags:
${settingsHelp(flags)}

Exit codes: 0 success, 1 difference or failure, 2 wrong usage

Examples:
${examples.map((example) => `  braze-segments-mock ${example}\n`).join('')}`;
}
