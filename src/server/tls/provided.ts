import { createSecureContext } from 'node:tls';
import { ConfigurationError } from '../../schema/configuration-error.js';
import type { Instant } from '../../core/time/calendar.js';
import { readRegularFile } from '../../system/regular-file.js';
import { isOpenToOthers } from './folder.js';
import type { Identity } from './certificates.js';
import { certificateIn, privateKeyIn, validityOf } from './pem.js';

const REMEDY = 'name another file';

/**
 * Reads a certificate and a key that the user provides. An expired one is served with a warning, because a client
 * may be tested for that.
 * @throws ConfigurationError saying what is wrong with either.
 */
export function readProvidedIdentity(certFile: string, keyFile: string, now: Instant): Identity {
  const problems: string[] = [];
  const tried = <T>(attempt: () => T): T | undefined => {
    try {
      return attempt();
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      problems.push(...error.problems);
      return undefined;
    }
  };
  const cert = tried(() => readPem('--tls-cert', certFile));
  const key = tried(() => readPem('--tls-key', keyFile));
  const certificate = cert === undefined ? undefined : tried(() => certificateIn(certFile, cert, REMEDY));
  const secret = key === undefined ? undefined : tried(() => privateKeyIn(keyFile, key, REMEDY));
  if (certificate !== undefined && secret !== undefined && !certificate.checkPrivateKey(secret)) {
    problems.push(
      `${keyFile}: found a key that does not match ${certFile}, expected the key of that certificate; ${REMEDY}`,
    );
  }
  if (problems.length > 0 || cert === undefined || key === undefined || certificate === undefined)
    throw new ConfigurationError(problems);
  requireUsable(certFile, { cert, key });
  const hasExpired = validityOf(certificate).to <= now;
  return {
    cert,
    key,
    warnings: [
      ...(hasExpired ? [`the certificate in ${certFile} expired on ${certificate.validTo}`] : []),
      ...(isOpenToOthers(keyFile)
        ? [`the private key in ${keyFile} is open to other users; run "chmod 600 ${keyFile}"`]
        : []),
    ],
  };
}

function readPem(flag: string, file: string): string {
  try {
    return readRegularFile(file).toString('utf8');
  } catch (error) {
    throw new ConfigurationError([`${flag}: ${file} cannot be read: ${(error as Error).message}`]);
  }
}

/** OpenSSL has further requirements, such as the key strength. */
function requireUsable(file: string, pair: { cert: string; key: string }): void {
  try {
    createSecureContext(pair);
  } catch (error) {
    throw new ConfigurationError([`${file}: cannot be served: ${(error as Error).message}; ${REMEDY}`]);
  }
}
