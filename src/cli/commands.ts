import { systemClock } from '../system/clock.js';
import { ConfigurationError } from '../schema/configuration-error.js';
import { closestName } from '../schema/did-you-mean.js';
import { banner, readyLine } from '../start/ready.js';
import { REAL_DATA } from './information.js';
import { aborted, type ProcessContext } from './process-context.js';
import { unknownName } from './flags.js';
import { configure, launch, warnOn } from './launch.js';
import { type ExitCode, reportErrors } from './report-errors.js';
import { readOnlySettings } from './parse-settings.js';
import { tlsDirOf } from '../start/tls-dir.js';
import { openCa } from '../server/tls/identity.js';
import { exec } from './exec.js';
import { rehearse } from './rehearse.js';

/** Runs a command and returns its exit code; for `exec`, that of the child process. */
export function run(args: readonly string[], context: ProcessContext): Promise<number> {
  return reportErrors(context.stderr, async () => {
    const [name = ''] = args;
    const command = COMMANDS.get(name);
    if (command !== undefined) return command(args.slice(1), context);
    const known = [...COMMANDS.keys()];
    if (!name.startsWith('-') && closestName(name, known) !== undefined)
      throw new ConfigurationError([unknownName('command', name, known)]);
    return serve(args, context);
  });
}

type Command = (args: readonly string[], context: ProcessContext) => Promise<number>;

/** The commands by name. */
export const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['serve', serve],
  ['exec', exec],
  ['rehearse', rehearse],
  ['ca', ca],
  [
    'healthcheck',
    async (args, context) => (await import('./healthcheck.js')).healthcheck(args, context, readOnlySettings),
  ],
  ...REAL_DATA.map((name): [string, Command] => [
    name,
    async (args, context) => (await import('./contract.js')).runContract(name, args, context),
  ]),
]);

async function serve(args: readonly string[], context: ProcessContext): Promise<ExitCode> {
  const { environment, stdout, stderr, stopped, onReady } = context;
  const configuration = configure(args, environment);
  warnOn(stderr, ...configuration.warnings);
  const launched = await launch(configuration, { environment, log: stdout, stderr });
  const { logFormat } = launched.settings;
  // Scripts have no terminal, or set the format to JSON.
  const isForPeople = stdout.isTTY === true && logFormat !== 'json';
  onReady?.();
  launched.stream.announce(isForPeople ? banner(launched) : readyLine(launched));
  await aborted(stopped);
  await launched.stop();
  return 0;
}

async function ca(args: readonly string[], { environment, stdout }: ProcessContext): Promise<ExitCode> {
  const settings = readOnlySettings(args, environment);
  if (settings.tlsCert !== undefined) {
    throw new ConfigurationError(['--tls-cert: not supported by the command ca, which prints the CA of --tls auto']);
  }
  stdout.write(await openCa(settings.tlsHosts, tlsDirOf(settings, environment), systemClock));
  return 0;
}
