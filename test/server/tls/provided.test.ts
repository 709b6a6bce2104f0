import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { frozenClock } from '../../../src/core/time/clock.js';
import { systemClock } from '../../../src/system/clock.js';
import { ConfigurationError } from '../../../src/schema/configuration-error.js';
import { makeCa, makeLeaf } from '../../../src/server/tls/authority.js';
import { makeKey } from '../../../src/server/tls/pem.js';
import { openIdentity } from '../../../src/server/tls/identity.js';
import { startTestServer } from '../../support/server.js';
import { getSecurely, temporaryFolder } from '../../support/tls.js';

const DAY = 24 * 3_600_000;
const now = systemClock.now();
const caKey = makeKey();
const ca = { key: caKey, cert: await makeCa(caKey, [], now) };
const key = makeKey();
const cert = await makeLeaf(key, ca, ['localhost', '127.0.0.1'], now);

function filesOf(texts: { cert?: string; key?: string }) {
  const dir = temporaryFolder();
  const [tlsCert, tlsKey] = [join(dir, 'my-cert.pem'), join(dir, 'my-key.pem')];
  if (texts.cert !== undefined) writeFileSync(tlsCert, texts.cert);
  if (texts.key !== undefined) writeFileSync(tlsKey, texts.key, { mode: 0o600 });
  return { tlsCert, tlsKey };
}

const open = (files: ReturnType<typeof filesOf>, at = now) =>
  openIdentity({ ...files, tlsHosts: 'unused' }, undefined, frozenClock(at));

it('serves a provided certificate and key', async () => {
  const server = await startTestServer(filesOf({ cert, key }));
  const reply = await getSecurely(`${server.httpsUrl}/__mock/health`, ca.cert);
  expect([reply.status, server.ca]).toEqual([200, undefined]);
});

it('serves the chain after the certificate', async () => {
  const { cert: chain } = await open(filesOf({ cert: cert + ca.cert, key }));
  expect(chain).toBe(cert + ca.cert);
});

describe('serves with a warning', () => {
  it('a certificate that has expired', async () => {
    const { warnings } = await open(filesOf({ cert, key }), now + 400 * DAY);
    expect(warnings).toEqual([expect.stringMatching(/^the certificate in .*my-cert\.pem expired on .* GMT$/)]);
  });

  it('a key that others can read, as orchestrators mount it', async () => {
    const files = filesOf({ cert, key });
    chmodSync(files.tlsKey, 0o444);
    const { warnings } = await open(files);
    expect(warnings).toEqual([expect.stringMatching(/^the private key in .*my-key\.pem is open to other users/)]);
  });
});

describe('rejects', () => {
  const encrypted = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey.export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'secret',
  });

  it.each<[string, { cert?: string; key?: string }, ...RegExp[]]>([
    [
      'no files',
      {},
      /^--tls-cert: .*my-cert\.pem cannot be read: ENOENT/,
      /^--tls-key: .*my-key\.pem cannot be read: ENOENT/,
    ],
    ['no certificate', { key }, /^--tls-cert: .* cannot be read/],
    [
      'no PEM',
      { cert: 'hello', key: 'hello' },
      /cert\.pem: found a text of 5 characters, .*expected a certificate in PEM/,
      /key\.pem: found a text of 5/,
    ],
    [
      'the two swapped',
      { cert: key, key: cert },
      /cert\.pem: found a broken -----BEGIN PRIVATE KEY-----, expected a certificate/,
      /key\.pem: found a broken -----BEGIN CERTIFICATE-----, expected a private key/,
    ],
    [
      'an encrypted key',
      { cert, key: String(encrypted) },
      /key\.pem: found an encrypted key, expected a private key in PEM, not encrypted/,
    ],
    ['the key of another', { cert, key: makeKey() }, /key\.pem: found a key that does not match .*my-cert\.pem/],
    [
      'a broken chain',
      { cert: `${cert}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`, key },
      /cert\.pem: cannot be served: /,
    ],
  ])('%s', async (_name, texts, ...problems) => {
    const error = await open(filesOf(texts)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect((error as ConfigurationError).problems).toEqual(
      problems.map((words) => expect.stringMatching(words) as string),
    );
  });
});
