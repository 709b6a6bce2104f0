import { homedir, platform } from 'node:os';
import { join, resolve } from 'node:path';
import type { Settings } from './settings.js';

/** The folder of the CA. Default: one in the platform's folder for user data. */
export function tlsDirOf({ tlsDir }: Pick<Settings, 'tlsDir'>, environment: NodeJS.ProcessEnv): string {
  const { XDG_DATA_HOME, LOCALAPPDATA } = environment;
  const dataFolders: Partial<Record<NodeJS.Platform, string>> = {
    darwin: join(homedir(), 'Library', 'Application Support'),
    win32: LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'),
  };
  const unix = XDG_DATA_HOME?.startsWith('/') === true ? XDG_DATA_HOME : join(homedir(), '.local', 'share');
  return resolve(tlsDir ?? join(dataFolders[platform()] ?? unix, 'braze-segments-mock'));
}
