import { createSecureContext } from 'node:tls';
import { ConfigurationError } from '../../schema/configuration-error.js';
import type { Instant } from '../../core/time/calendar.js';
import { readRegularFile } from '../../system/regular-file.js';
import { isOpenToOthers } from './folder.js';
import type { Identity } from './certificates.js';
import { certificateIn, privateKeyIn, unusable, validityOf } from './pem.js';

const REMEDY = 'name another file';

/**
 * Reads a certificate and a key that the user provides. An expired one is served with a warning, because a client
 * may be tested for that.
 * @throws ConfigurationError saying what is wrong with either.
 */
export function readProvidedIdentity(certFile: string, keyFile: string, now: Instant): Identity {
  const problems: string[] = [];
  const read = <T>(flag: string, file: string, parse: (file: string, text: string, remedy: string) => T) => {
    try {
      const text = readRegularFile(file).toString('utf8');
      return { text, parsed: parse(file, text, REMEDY) };
    } catch (error) {
      if (error instanceof ConfigurationError) problems.push(...error.problems);
      else problems.push(`${flag}: ${file} cannot be read: ${(error as Error).message}`);
      return undefined;
    }
  };
  const certificate = read('--tls-cert', certFile, certificateIn);
  const privateKey = read('--tls-key', keyFile, privateKeyIn);
  if (certificate === undefined || privateKey === undefined) throw new ConfigurationError(problems);
  if (!certificate.parsed.checkPrivateKey(privateKey.parsed))
    throw unusable(keyFile, `a key that does not match ${certFile}`, 'the key of that certificate', REMEDY);
  const [cert, key] = [certificate.text, privateKey.text];
  try {
    // OpenSSL has further requirements, such as the key strength.
    createSecureContext({ cert, key });
  } catch (error) {
    throw new ConfigurationError([`${certFile}: cannot be served: ${(error as Error).message}; ${REMEDY}`]);
  }
  const warnings: string[] = [];
  if (validityOf(certificate.parsed).to <= now)
    warnings.push(`the certificate in ${certFile} expired on ${certificate.parsed.validTo}`);
  if (isOpenToOthers(keyFile))
    warnings.push(`the private key in ${keyFile} is open to other users; run "chmod 600 ${keyFile}"`);
  return { cert, key, warnings };
}
