import { VERSION } from '../start/package.js';
import { help } from './help.js';

/** The text that `--help` or `--version` asks for; after `--`, they are arguments of another command. */
export function informationFor(args: readonly string[]): string | undefined {
  const end = args.indexOf('--');
  const own = end < 0 ? args : args.slice(0, end);
  if (own.includes('--help') || own.includes('-h')) return help();
  return own.includes('--version') || own.includes('-v') ? `${VERSION}\n` : undefined;
}
