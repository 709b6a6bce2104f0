import { VERSION } from '../start/package.js';
import { help } from './help.js';

/** The commands on real data; each has a help of its own. */
export const REAL_DATA = ['pull', 'record', 'import', 'export', 'verify'] as const;

/** The text that `--help` or `--version` asks for; after `--`, they are arguments of another command. */
export function informationFor(args: readonly string[]): string | undefined {
  const end = args.indexOf('--');
  const own = end < 0 ? args : args.slice(0, end);
  if (REAL_DATA.some((name) => name === args[0])) return undefined;
  if (own.includes('--help') || own.includes('-h')) return help();
  return own.includes('--version') || own.includes('-v') ? `${VERSION}\n` : undefined;
}
