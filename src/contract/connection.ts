import { textType } from '../schema/checker.js';
import { ConfigurationError } from '../schema/configuration-error.js';
import { readRegularFile } from '../system/regular-file.js';
import type { ContractIo } from './io.js';
import { Field, optional } from '../schema/shapes.js';

/** The base URL of a server: no credentials, query or fragment. */
export const ServerUrl = textType(
  'server-url',
  (text) => {
    if (!URL.canParse(text)) return false;
    const { protocol, username, password, search, hash } = new URL(text);
    return /^https?:$/.test(protocol) && username + password + search + hash === '';
  },
  'the http or https URL of a server, such as https://rest.fra-01.braze.eu',
  {},
);

export const API_KEY_FILE = optional({
  apiKeyFile: Field.nonEmpty('File with the API key. Default: `BRAZE_API_KEY`.', 'the path of a file'),
});

/** The API key of the real service, which is never a flag: others can read the flags of a process. */
export function readApiKey(file: string | undefined, { environment }: Pick<ContractIo, 'environment'>): string {
  const source = file === undefined ? 'BRAZE_API_KEY' : '--api-key-file';
  const expected = 'an API key in BRAZE_API_KEY or in --api-key-file: 1 to 256 visible ASCII characters';
  try {
    const key = file === undefined ? environment['BRAZE_API_KEY'] : readRegularFile(file).toString('utf8').trim();
    if (key !== undefined && /^[!-~]{1,256}$/.test(key)) return key;
    throw new Error(key === undefined || key === '' ? 'nothing' : 'text that is not an API key');
  } catch (error) {
    throw new ConfigurationError([`${source}: found ${(error as Error).message}, expected ${expected}`]);
  }
}
