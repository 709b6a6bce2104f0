import type { Clock } from '../../core/time/clock.js';
import { Folder } from './folder.js';
import type { Identity } from './certificates.js';
import { hostNamesIn, hostsWith } from './hosts.js';
import { makeKey } from './pem.js';
import { readProvidedIdentity } from './provided.js';
import { storedCa, storedLeaf } from './stored.js';

/** Which certificate to serve. Either both files are provided or neither. */
export interface IdentitySettings {
  tlsCert?: string;
  tlsKey?: string;
  /** Names in the generated certificate, separated by commas. */
  tlsHosts: string;
}

/**
 * The identity that the settings ask for, if TLS is on: the provided files, or a generated one stored in the folder.
 * Without a folder, the generated one lives as long as the process.
 * @throws ConfigurationError saying what is wrong with the files.
 */
export async function openIdentity(
  { tlsCert, tlsKey, tlsHosts }: IdentitySettings,
  dir: string | undefined,
  clock: Clock,
): Promise<Identity> {
  const now = clock.now();
  if (tlsCert !== undefined && tlsKey !== undefined) return readProvidedIdentity(tlsCert, tlsKey, now);
  const hosts = hostsWith(hostNamesIn(tlsHosts));
  if (dir === undefined) return ephemeralIdentity(hosts, now);
  const folder = new Folder(dir);
  const ca = await storedCa(folder, hosts, now);
  return {
    ...(await storedLeaf(folder, ca, hosts, now)),
    ca: ca.cert,
    caFile: folder.file('ca.pem'),
    warnings: ca.warnings,
  };
}

/** The certificate of the CA stored in a folder, which is made if there is none. */
export async function openCa(tlsHosts: string, dir: string, clock: Clock): Promise<string> {
  const { cert } = await storedCa(new Folder(dir), hostsWith(hostNamesIn(tlsHosts)), clock.now());
  return cert;
}

async function ephemeralIdentity(hosts: readonly string[], now: number): Promise<Identity> {
  const { makeCa, makeLeaf } = await import('./authority.js');
  const [caKey, key] = [makeKey(), makeKey()];
  const ca = { key: caKey, cert: await makeCa(caKey, hosts, now) };
  return { key, cert: await makeLeaf(key, ca, hosts, now), ca: ca.cert, warnings: [] };
}
