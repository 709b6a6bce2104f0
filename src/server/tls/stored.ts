import { createPublicKey, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { Instant } from '../../core/time/calendar.js';
import type { Folder } from './folder.js';
import { CA_NAME, type Pair } from './certificates.js';
import { certificateIn, makeKey, privateKeyIn, unusable, validityOf } from './pem.js';

/** A certificate with less validity left is replaced, so that a server started today can run for long. */
const RENEWAL_MARGIN_MS = 90 * 24 * 3_600_000;

const REPLACE_CA = 'for a new CA, which clients have to trust again, remove the folder or name another with --tls-dir';

const REBUILD_CA = 'remove it to have it made again from ca-key.pem; clients that trusted the original still do';

/**
 * The CA stored in a folder, created if there is none. A lost certificate is made again from its key, under the name
 * that issued the server certificate.
 * @throws ConfigurationError naming the file that cannot be used; nothing is overwritten.
 */
export async function storedCa(
  folder: Folder,
  hosts: readonly string[],
  now: Instant,
): Promise<Pair & { warnings: string[] }> {
  const [certFile, keyFile] = [folder.file('ca.pem'), folder.file('ca-key.pem')];
  // Another process may be creating the same files: it writes the key first.
  const present = folder.read('ca.pem');
  const storedKey = folder.readSecret('ca-key.pem');
  if (storedKey === undefined && present !== undefined)
    throw unusable(keyFile, 'nothing', 'the key of ca.pem', `restore it; ${REPLACE_CA}`);
  const key = storedKey ?? folder.publish('ca-key.pem', makeKey(), 0o600);
  requireOwnKey(keyFile, key);
  const issuer = issuerOfLeaf(folder, key);
  let cert = present;
  if (cert === undefined) {
    const { makeCa } = await import('./authority.js');
    cert = folder.publish('ca.pem', await makeCa(key, hosts, now, issuer), 0o644);
  }
  const certificate = certificateIn(certFile, cert, REBUILD_CA);
  const found = problemOfCa(certificate, key, issuer);
  if (found !== undefined) throw unusable(certFile, found, 'the CA made with ca-key.pem', REBUILD_CA);
  if (validityOf(certificate).to <= now)
    throw unusable(certFile, `a CA that expired on ${certificate.validTo}`, 'a valid CA', REPLACE_CA);
  const isRebuilt = present === undefined && issuer !== undefined;
  const warnings = isRebuilt ? [`${certFile} was missing; it was made again from ca-key.pem, under the same name`] : [];
  return { cert, key, warnings };
}

function problemOfCa(certificate: X509Certificate, key: string, issuer: string | undefined): string | undefined {
  const { ca, publicKey, subject } = certificate;
  if (!ca) return 'the certificate of a server';
  if (!publicKey.equals(createPublicKey(key))) return 'a CA made with another key';
  if (!certificate.verify(publicKey)) return 'a CA with a broken signature';
  return issuer === undefined || issuer === subject ? undefined : `${subject}, but cert.pem was issued by ${issuer}`;
}

/** The name of the CA that issued the stored server certificate, if it did so with this key. */
function issuerOfLeaf(folder: Folder, key: string): string | undefined {
  try {
    const leaf = new X509Certificate(folder.read('cert.pem') ?? '');
    return leaf.verify(createPublicKey(key)) ? leaf.issuer : undefined;
  } catch {
    // Missing or damaged; `storedLeaf` says so.
    return undefined;
  }
}

/** The stored server certificate, renewed if it cannot be reused. @throws ConfigurationError for an unusable file. */
export async function storedLeaf(folder: Folder, ca: Pair, hosts: readonly string[], now: Instant): Promise<Pair> {
  const [certFile, keyFile] = [folder.file('cert.pem'), folder.file('key.pem')];
  const present = folder.read('cert.pem');
  const storedKey = folder.readSecret('key.pem');
  if (storedKey !== undefined) requireOwnKey(keyFile, storedKey);
  if (present !== undefined) {
    const certificate = certificateIn(certFile, present, 'remove it to have a new one created');
    requireOwnCertificate(certFile, certificate);
    if (storedKey !== undefined && isReusable(certificate, { cert: ca.cert, key: storedKey }, hosts, now))
      return { cert: present, key: storedKey };
  }
  const { makeLeaf, hostsNotPermitted: notPermitted } = await import('./authority.js');
  const refused = notPermitted(ca.cert, hosts);
  if (refused.length > 0) {
    const found = `a CA that was made without ${refused.join(', ')}`;
    const expected = 'a CA that is permitted to issue certificates for every name in --tls-hosts';
    throw unusable(folder.file('ca.pem'), found, expected, REPLACE_CA);
  }
  const key = storedKey ?? folder.publish('key.pem', makeKey(), 0o600);
  const cert = await makeLeaf(key, ca, hosts, now);
  folder.replace('cert.pem', cert, 0o644);
  return { cert, key };
}

/** Only certificates made here may be overwritten. */
function requireOwnCertificate(file: string, { issuer }: X509Certificate): void {
  if (issuer.includes(`CN=${CA_NAME}`)) return;
  const remedy = 'serve it with --tls-cert and --tls-key, or name another folder with --tls-dir';
  throw unusable(file, `a certificate issued by ${issuer.replaceAll('\n', ', ')}`, 'one made by --tls auto', remedy);
}

function requireOwnKey(file: string, text: string): void {
  const remedy = file.endsWith('ca-key.pem') ? `restore it; ${REPLACE_CA}` : 'remove it to have a new one created';
  const { asymmetricKeyDetails: details, asymmetricKeyType: type = '' } = privateKeyIn(file, text, remedy);
  if (details?.namedCurve !== 'prime256v1') throw unusable(file, `a key for ${type}`, 'one made by --tls auto', remedy);
}

function isReusable(leaf: X509Certificate, pair: Pair, hosts: readonly string[], now: Instant): boolean {
  const ca = certificateIn('', pair.cert, '');
  const { from, to } = validityOf(leaf);
  const lasts = from <= now && to - now > Math.min(RENEWAL_MARGIN_MS, (validityOf(ca).to - now) / 2);
  const isSigned = leaf.checkIssued(ca) && leaf.verify(ca.publicKey);
  const isItsKey = leaf.publicKey.equals(createPublicKey(pair.key));
  return lasts && isSigned && isItsKey && coversHosts(leaf, hosts);
}

/** Does a certificate name these hosts, and no others? */
function coversHosts(leaf: X509Certificate, hosts: readonly string[]): boolean {
  const named = leaf.subjectAltName?.split(', ') ?? [];
  const names = (host: string) => (isIP(host) === 0 ? named.includes(`DNS:${host}`) : leaf.checkIP(host) !== undefined);
  return named.length === hosts.length && hosts.every(names);
}
