import type { Clock } from '../../core/time/clock.js';
import { Folder } from './folder.js';
import type { Identity } from './certificates.js';
import { hostNamesIn, hostsWith } from './hosts.js';
import { readGiven } from './provided.js';
import { keptCa, keptLeaf } from './stored.js';

/** Which certificate to serve. Both files are given, or neither. */
export interface IdentitySettings {
  /** The paths of PEM files. */
  tlsCert?: string;
  tlsKey?: string;
  /** Names for a certificate made here, separated by commas. */
  tlsHosts: string;
}

/**
 * The identity that the settings ask for, where TLS is on. What `auto` makes is kept in the folder, or without one
 * for as long as the process lives.
 * @throws ConfigurationError naming what is wrong with the files.
 */
export async function openIdentity(
  { tlsCert, tlsKey, tlsHosts }: IdentitySettings,
  dir: string | undefined,
  clock: Clock,
): Promise<Identity> {
  const now = clock.now();
  if (tlsCert !== undefined && tlsKey !== undefined) return readGiven(tlsCert, tlsKey, now);
  const hosts = hostsWith(hostNamesIn(tlsHosts));
  if (dir === undefined) return passingIdentity(hosts, now);
  const folder = new Folder(dir);
  const ca = await keptCa(folder, hosts, now);
  return { ...(await keptLeaf(folder, ca, hosts, now)), ca: ca.cert, caFile: folder.file('ca.pem'), warnings: [] };
}

/** The certificate of the CA in a folder, made where there is none. */
export async function openCa(
  { tlsHosts }: Pick<IdentitySettings, 'tlsHosts'>,
  dir: string,
  clock: Clock,
): Promise<string> {
  const { cert } = await keptCa(new Folder(dir), hostsWith(hostNamesIn(tlsHosts)), clock.now());
  return cert;
}

async function passingIdentity(hosts: readonly string[], now: number): Promise<Identity> {
  const { makeCa, makeKey, makeLeaf } = await import('./authority.js');
  const [caKey, key] = [makeKey(), makeKey()];
  const ca = { key: caKey, cert: await makeCa(caKey, hosts, now) };
  return { key, cert: await makeLeaf(key, ca, hosts, now), ca: ca.cert, warnings: [] };
}
