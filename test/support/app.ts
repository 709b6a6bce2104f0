import { type Logger, pino } from 'pino';
import { memoized } from '../../src/core/memo.js';
import type { AppOptions, ServerSettings } from '../../src/server/options.js';
import type { Transport } from '../../src/server/transport/transport.js';
import { VERSION } from '../../src/start/package.js';
import { readPackaged } from '../../src/start/read-packaged.js';
import { defaultSettings } from '../../src/start/settings.js';

/** Shared by the apps of a test file, which read the files once. */
const readFile = memoized(Infinity, readPackaged);

interface Given {
  settings?: Partial<ServerSettings>;
  /** Default: silent. */
  log?: Logger;
  transport?: Transport;
}

/** Server options: the default settings with overrides, and free ports. */
export function appOptions({ settings = {}, log = pino({ level: 'silent' }), ...rest }: Given = {}): AppOptions & {
  settings: ServerSettings;
} {
  return {
    log,
    settings: { ...defaultSettings, port: 0, httpsPort: 0, ...settings },
    version: VERSION,
    readFile,
    ...rest,
  };
}
