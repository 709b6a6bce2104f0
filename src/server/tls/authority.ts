// The certificate library requires this import first.
import 'reflect-metadata';
import { id_ce_nameConstraints } from '@peculiar/asn1-x509';
import * as x509 from '@peculiar/x509';
import { createPrivateKey, createPublicKey, hash, randomBytes, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import { type Instant, toDate } from '../../core/time/calendar.js';
import { ALWAYS_PERMITTED } from './hosts.js';
import { CA_NAME, type Pair } from './certificates.js';
import { encodePermitted, permits } from './name-constraints.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Ten years, so that users trust it only once. */
const CA_LIFETIME_MS = 3650 * DAY_MS;
/** Apple's clients accept at most 398 days and recommend 397, the last second included. */
const LEAF_LIFETIME_MS = 396 * DAY_MS;

const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/**
 * Makes a CA certificate whose name constraints keep clients from accepting it for other hosts. Its name depends on the
 * key, so that a client which trusts a lost certificate trusts the next one of that key.
 */
export async function makeCa(key: string, hosts: readonly string[], now: Instant, subject?: string): Promise<string> {
  const digest = hash('sha256', new Uint8Array(publicKeyOf(key).rawData), 'hex');
  const name = subject ?? `CN=${CA_NAME} ${digest.slice(0, 8)}`;
  const isPermitted = permits(encodePermitted(ALWAYS_PERMITTED));
  const constraints = encodePermitted([...ALWAYS_PERMITTED, ...hosts.filter((host) => !isPermitted(host))]);
  return sign(key, key, { subject: name, issuer: name, from: now - HOUR_MS, lifetimeMs: CA_LIFETIME_MS }, [
    new x509.BasicConstraintsExtension(true, 0, true),
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    new x509.Extension(id_ce_nameConstraints, true, constraints),
  ]);
}

export async function makeLeaf(key: string, ca: Pair, hosts: readonly string[], now: Instant): Promise<string> {
  const { notAfter, subject: issuer } = new x509.X509Certificate(ca.cert);
  // A certificate that outlives its CA is useless.
  const lifetimeMs = Math.min(LEAF_LIFETIME_MS, notAfter.getTime() - now + HOUR_MS);
  const names = hosts.map((value) => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value }));
  return sign(key, ca.key, { subject: 'CN=braze-segments-mock', issuer, from: now - HOUR_MS, lifetimeMs }, [
    new x509.BasicConstraintsExtension(false, undefined, true),
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
    new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
    new x509.SubjectAlternativeNameExtension(names),
  ]);
}

export function hostsNotPermitted(ca: string, hosts: readonly string[]): string[] {
  const constraints = new x509.X509Certificate(ca).getExtension(id_ce_nameConstraints);
  if (constraints === null) return [];
  const isPermitted = permits(new Uint8Array(constraints.value));
  return hosts.filter((host) => !isPermitted(host));
}

async function sign(
  key: string,
  signingKey: string,
  { from, lifetimeMs, ...names }: { subject: string; issuer: string; from: Instant; lifetimeMs: number },
  extensions: x509.Extension[],
): Promise<string> {
  const publicKey = publicKeyOf(key);
  const pkcs8 = createPrivateKey(signingKey).export({ type: 'pkcs8', format: 'der' });
  const certificate = await x509.X509CertificateGenerator.create({
    // The leading 0x40 keeps the serial number positive: the highest bit is the sign.
    serialNumber: `40${randomBytes(15).toString('hex')}`,
    ...names,
    notBefore: toDate(from),
    notAfter: toDate(from + lifetimeMs),
    publicKey,
    signingKey: await webcrypto.subtle.importKey('pkcs8', pkcs8, ECDSA, false, ['sign']),
    signingAlgorithm: ECDSA,
    extensions: [
      ...extensions,
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(publicKeyOf(signingKey)),
    ],
  });
  return `${certificate.toString('pem')}\n`;
}

function publicKeyOf(key: string): x509.PublicKey {
  return new x509.PublicKey(createPublicKey(key).export({ type: 'spki', format: 'der' }));
}
