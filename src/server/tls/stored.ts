import { createPublicKey, type X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { ConfigurationError } from '../../schema/configuration-error.js';
import type { Instant } from '../../core/time/calendar.js';
import type { Folder } from './folder.js';
import { CA_NAME, type Pair } from './certificates.js';
import { certificateIn, expiryOf, keyIn, startOf } from './pem.js';

/** A certificate is made anew when it has less to go, so that a server started today has long to run. */
const MARGIN = 90 * 24 * 3_600_000;

const ANEW = 'for another CA, which has to be trusted anew, remove the folder or name another with --tls-dir';

/**
 * The CA that a folder keeps, made where there is none.
 * @throws ConfigurationError naming the file that cannot be used; nothing is overwritten.
 */
export async function keptCa(folder: Folder, hosts: readonly string[], now: Instant): Promise<Pair> {
  const [certFile, keyFile] = [folder.file('ca.pem'), folder.file('ca-key.pem')];
  // Of two processes that begin together one may see the other's files appear: the key is first to be there.
  const present = folder.read('ca.pem');
  let key = folder.readSecret('ca-key.pem');
  if (key === undefined) {
    if (present !== undefined) throw problem(keyFile, 'nothing', 'the key of ca.pem', `put it back; ${ANEW}`);
    const { makeKey } = await import('./authority.js');
    key = folder.publish('ca-key.pem', makeKey(), 0o600);
  }
  requireOwnKind(keyFile, key);
  let cert = present;
  if (cert === undefined) {
    const { makeCa } = await import('./authority.js');
    cert = folder.publish('ca.pem', await makeCa(key, hosts, now), 0o644);
  }
  const certificate = certificateIn(certFile, cert, ANEW);
  const found = faultOf(certificate, key, now);
  if (found !== undefined) throw problem(certFile, found, 'a CA made with ca-key.pem', ANEW);
  return { cert, key };
}

function faultOf(certificate: X509Certificate, key: string, now: Instant): string | undefined {
  if (!certificate.ca) return 'the certificate of a server';
  if (!certificate.publicKey.equals(createPublicKey(key))) return 'a CA made with another key';
  return expiryOf(certificate) <= now ? `a CA that expired on ${certificate.validTo}` : undefined;
}

/**
 * The certificate of the server that a folder keeps: made where there is none, and anew where it is not good any more.
 * @throws ConfigurationError naming the file that cannot be used; nothing is overwritten.
 */
export async function keptLeaf(folder: Folder, ca: Pair, hosts: readonly string[], now: Instant): Promise<Pair> {
  const [certFile, keyFile] = [folder.file('cert.pem'), folder.file('key.pem')];
  const present = folder.read('cert.pem');
  const kept = folder.readSecret('key.pem');
  if (kept !== undefined) requireOwnKind(keyFile, kept);
  if (present !== undefined) {
    const certificate = certificateIn(certFile, present, 'remove it, and another is made');
    requireOurs(certFile, certificate);
    if (kept !== undefined && isGood(certificate, { cert: ca.cert, key: kept }, hosts, now)) {
      return { cert: present, key: kept };
    }
  }
  const { makeKey, makeLeaf, notPermitted } = await import('./authority.js');
  const refused = notPermitted(ca.cert, hosts);
  if (refused.length > 0) {
    const found = `a CA that was made without ${refused.join(', ')}`;
    throw problem(folder.file('ca.pem'), found, 'one that may vouch for every name in --tls-hosts', ANEW);
  }
  const key = kept ?? folder.publish('key.pem', makeKey(), 0o600);
  const cert = await makeLeaf(key, ca, hosts, now);
  folder.replace('cert.pem', cert, 0o644);
  return { cert, key };
}

/** Only what was made here may be replaced. */
function requireOurs(file: string, { issuer }: X509Certificate): void {
  if (issuer.includes(`CN=${CA_NAME}`)) return;
  const mend = 'serve it with --tls-cert and --tls-key, or name another folder with --tls-dir';
  throw problem(file, `a certificate issued by ${issuer.replaceAll('\n', ', ')}`, 'one made by --tls auto', mend);
}

function requireOwnKind(file: string, text: string): void {
  const mend = `if it was damaged, remove it; ${ANEW}`;
  const { asymmetricKeyDetails: details, asymmetricKeyType: type = '' } = keyIn(file, text, mend);
  if (details?.namedCurve !== 'prime256v1') throw problem(file, `a key for ${type}`, 'one made by --tls auto', mend);
}

function isGood(leaf: X509Certificate, pair: Pair, hosts: readonly string[], now: Instant): boolean {
  const ca = certificateIn('', pair.cert, '');
  const lasts = expiryOf(leaf) - now > Math.min(MARGIN, (expiryOf(ca) - now) / 2) && startOf(leaf) <= now;
  const isSigned = leaf.checkIssued(ca) && leaf.verify(ca.publicKey);
  const isItsKey = leaf.publicKey.equals(createPublicKey(pair.key));
  return lasts && isSigned && isItsKey && isFor(leaf, hosts);
}

/** Does a certificate name these hosts, and no others? */
function isFor(leaf: X509Certificate, hosts: readonly string[]): boolean {
  const named = leaf.subjectAltName?.split(', ') ?? [];
  const names = (host: string) => (isIP(host) === 0 ? named.includes(`DNS:${host}`) : leaf.checkIP(host) !== undefined);
  return named.length === hosts.length && hosts.every(names);
}

function problem(file: string, found: string, expected: string, mend: string): ConfigurationError {
  return new ConfigurationError([`${file}: found ${found}, expected ${expected}; ${mend}`]);
}
