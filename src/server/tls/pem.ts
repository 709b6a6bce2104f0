import { createPrivateKey, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto';
import { ConfigurationError } from '../../schema/configuration-error.js';
import { show } from '../../schema/problems.js';
import type { Instant } from '../../core/time/calendar.js';

export function unusable(file: string, found: string, expected: string, remedy: string): ConfigurationError {
  return new ConfigurationError([`${file}: found ${found}, expected ${expected}; ${remedy}`]);
}

/** Reads the first certificate in a PEM text. @throws ConfigurationError with what was found and the `remedy`. */
export function certificateIn(file: string, text: string, remedy: string): X509Certificate {
  try {
    return new X509Certificate(text);
  } catch {
    throw unusable(file, describeStart(text), 'a certificate in PEM', remedy);
  }
}

/** Reads a private key in PEM. @throws ConfigurationError with what was found and the `remedy`. */
export function privateKeyIn(file: string, text: string, remedy: string): KeyObject {
  try {
    return createPrivateKey(text);
  } catch (error) {
    const isEncrypted = (error as NodeJS.ErrnoException).code === 'ERR_MISSING_PASSPHRASE' || /ENCRYPTED/.test(text);
    const found = isEncrypted ? 'an encrypted key' : describeStart(text);
    throw unusable(file, found, 'a private key in PEM, not encrypted', remedy);
  }
}

export function makeKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** Describes how a file begins; for secrets, only the PEM heading. */
function describeStart(text: string): string {
  const [heading] = /^-----BEGIN [A-Z0-9 ]+-----/m.exec(text) ?? [];
  if (heading !== undefined) return `a broken ${heading}`;
  return text.trim() === ''
    ? 'nothing'
    : `a text of ${text.length} characters, beginning with ${show(text.slice(0, 12))}`;
}

/** The instants in OpenSSL's format between which a certificate is valid, as in `Jan 31 12:00:00 2034 GMT`. */
export function validityOf({ validFrom, validTo }: X509Certificate): { from: Instant; to: Instant } {
  // eslint-disable-next-line no-restricted-globals -- parses texts and does not read the clock
  return { from: Date.parse(validFrom), to: Date.parse(validTo) };
}
