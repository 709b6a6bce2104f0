import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Clock, frozenClock } from '../../../src/core/time/clock.js';
import { systemClock } from '../../../src/system/clock.js';
import type { ConfigurationError } from '../../../src/schema/configuration-error.js';
import { defaultSettings } from '../../../src/start/settings.js';
import { makeCa, makeLeaf } from '../../../src/server/tls/authority.js';
import { makeKey } from '../../../src/server/tls/pem.js';
import { hostsWith } from '../../../src/server/tls/hosts.js';
import { openCa, openIdentity } from '../../../src/server/tls/identity.js';
import { REST_HOSTS } from '../../../src/core/workspaces/instances.js';
import { command } from '../../support/command.js';
import { startTestServer } from '../../support/server.js';
import { connectSecurely, temporaryFolder } from '../../support/tls.js';

const NOW = Date.UTC(2026, 0, 15);
const DAY = 24 * 3_600_000;
const KEPT = ['ca-key.pem', 'ca.pem', 'cert.pem', 'key.pem'];

const open = (dir: string | undefined, now = NOW, tlsHosts = 'braze-mock') =>
  openIdentity({ tlsHosts }, dir, frozenClock(now));

async function problemsOf(opening: Promise<unknown>): Promise<readonly string[]> {
  const error = (await opening.then(
    () => undefined,
    (reason: unknown) => reason,
  )) as ConfigurationError | undefined;
  expect(error?.name).toBe('ConfigurationError');
  return error?.problems ?? [];
}

/** The files of a folder, each with its text. */
function filesIn(dir: string): Record<string, string> {
  return Object.fromEntries(readdirSync(dir).map((name) => [name, readFileSync(join(dir, name), 'utf8')]));
}

describe('a generated certificate', () => {
  it('covers this machine, the REST hosts of every instance and the requested hosts', async () => {
    const { cert, ca = '' } = await open(undefined, NOW, 'braze-mock,10.1.2.3, Mock.Internal');
    const leaf = new X509Certificate(cert);
    const [braze, others] = [['us-10', 'au-01', 'id-01', 'jp-01'].map((name) => `rest.${name}.braze.com`), REST_HOSTS];
    expect(others).toEqual(
      expect.arrayContaining(['rest.iad-01.braze.com', 'rest.fra-02.braze.com', 'rest.fra-02.braze.eu', ...braze]),
    );
    for (const host of ['localhost', 'braze-mock', 'mock.internal', ...REST_HOSTS])
      expect(leaf.checkHost(host)).toBe(host);
    for (const ip of ['127.0.0.1', '::1', '10.1.2.3']) expect(leaf.checkIP(ip)).toBe(ip);
    expect(leaf.subjectAltName?.split(', ')).toHaveLength(REST_HOSTS.length + 6);
    expect(leaf.verify(new X509Certificate(ca).publicKey)).toBe(true);
  });

  it("is valid for less than Apple's limit of 398 days, its CA for ten years", async () => {
    const { cert, ca = '' } = await open(undefined);
    const days = (pem: string) => {
      const { validFrom, validTo } = new X509Certificate(pem);
      return (Date.parse(validTo) - Date.parse(validFrom)) / DAY;
    };
    expect([days(cert), days(ca)]).toEqual([396, 3650]);
    expect(Date.parse(new X509Certificate(cert).validFrom)).toBeLessThan(NOW);
  });

  it('is for server authentication; its CA is for signing only', async () => {
    const { cert, ca = '' } = await open(undefined);
    const [leaf, authority] = [new X509Certificate(cert), new X509Certificate(ca)];
    expect([leaf.ca, leaf.keyUsage, authority.ca]).toEqual([false, ['1.3.6.1.5.5.7.3.1'], true]);
    expect(leaf.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
  });

  it('differs per process without a folder', async () => {
    expect((await open(undefined)).ca).not.toBe((await open(undefined)).ca);
  });

  it('is rejected for hosts that the CA does not permit', async () => {
    const [caKey, key] = [makeKey(), makeKey()];
    const ca = { key: caKey, cert: await makeCa(caKey, hostsWith([]), systemClock.now()) };
    const cert = await makeLeaf(key, ca, ['www.example.com', 'localhost'], systemClock.now());
    const dir = temporaryFolder();
    writeFileSync(join(dir, 'c.pem'), cert);
    writeFileSync(join(dir, 'k.pem'), key, { mode: 0o600 });
    const server = await startTestServer({ tlsCert: join(dir, 'c.pem'), tlsKey: join(dir, 'k.pem') });
    await expect(connectSecurely(server.httpsUrl ?? '', ca.cert, { servername: 'localhost' })).rejects.toThrow(
      'permitted subtree violation',
    );
  });
});

describe('the TLS folder', () => {
  it('is created with safe permissions and four files', async () => {
    const dir = join(temporaryFolder(), 'some', 'where');
    const { cert, key, ca, caFile } = await open(dir);
    const kept = filesIn(dir);
    expect(Object.keys(kept).toSorted()).toEqual(KEPT);
    expect([kept['cert.pem'], kept['key.pem'], kept['ca.pem'], caFile]).toEqual([cert, key, ca, join(dir, 'ca.pem')]);
    const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);
    expect([dir, ...KEPT.map((name) => join(dir, name))].map(mode)).toEqual(['700', '600', '644', '644', '600']);
  });

  it('is reused unchanged', async () => {
    const dir = temporaryFolder();
    const first = await open(dir);
    const kept = filesIn(dir);
    chmodSync(dir, 0o500);
    expect(await open(dir, NOW + 300 * DAY)).toEqual(first);
    chmodSync(dir, 0o700);
    expect(filesIn(dir)).toEqual(kept);
  });

  it.each<[string, number, string]>([
    ['has less than 90 days to go', NOW + 307 * DAY, 'braze-mock'],
    ['has expired', NOW + 1000 * DAY, 'braze-mock'],
    ['lacks a name', NOW, 'braze-mock,other.test'],
    ['has a name too many', NOW, 'other.test'],
    ['is not valid yet', NOW - 2 * DAY, 'braze-mock'],
  ])('gets a new certificate under the same CA if the old one %s', async (_what, now, hosts) => {
    const dir = temporaryFolder();
    const first = await open(dir);
    const { cert, key, ca } = await open(dir, now, hosts);
    expect([cert === first.cert, key, ca]).toEqual([false, first.key, first.ca]);
    const leaf = new X509Certificate(cert);
    expect(hosts.split(',').map((host) => leaf.checkHost(host))).toEqual(hosts.split(','));
    expect([Date.parse(leaf.validFrom), Date.parse(leaf.validTo)]).toEqual([
      now - DAY / 24,
      now + 396 * DAY - DAY / 24,
    ]);
    expect(await open(dir, now, hosts)).toMatchObject({ cert });
  });

  it.each([
    ['ca.pem and ca-key.pem', ['ca.pem', 'ca-key.pem']],
    ['key.pem', ['key.pem']],
    ['cert.pem', ['cert.pem']],
    ['ca.pem', ['ca.pem']],
  ])('is completed without %s', async (_name, names) => {
    const dir = temporaryFolder();
    await open(dir);
    for (const name of names) rmSync(join(dir, name));
    const { cert, key, ca = '' } = await open(dir);
    expect(Object.keys(filesIn(dir)).toSorted()).toEqual(KEPT);
    const leaf = new X509Certificate(cert);
    const isItsKey = leaf.checkPrivateKey(createPrivateKey(key));
    expect([leaf.verify(new X509Certificate(ca).publicKey), isItsKey]).toEqual([true, true]);
  });

  it.each<[string, string | undefined]>([
    ['lost', undefined],
    ['emptied', ''],
    ['truncated', '-----BEGIN CERTIFICATE-----\nMIIB'],
  ])('whose ca.pem is %s makes it again, for clients that trust the old one', async (_what, text) => {
    const dir = temporaryFolder();
    const first = await open(dir);
    if (text === undefined) rmSync(join(dir, 'ca.pem'));
    else {
      writeFileSync(join(dir, 'ca.pem'), text);
      const [problem = ''] = await problemsOf(open(dir));
      expect(problem).toContain('; remove it to have it made again');
      rmSync(join(dir, 'ca.pem'));
    }
    const again = await open(dir, NOW + DAY);
    expect([again.cert, again.key, again.ca === first.ca]).toEqual([first.cert, first.key, false]);
    expect(again.warnings).toEqual([
      `${join(dir, 'ca.pem')} was missing; it was made again from ca-key.pem, under the same name`,
    ]);
    // Both are the issuer of both certificates.
    rmSync(join(dir, 'cert.pem'));
    const renewed = new X509Certificate((await open(dir, NOW + DAY)).cert);
    for (const ca of [first.ca, again.ca].map((pem = '') => new X509Certificate(pem))) {
      expect([renewed.checkIssued(ca), renewed.verify(ca.publicKey)]).toEqual([true, true]);
    }
    expect((await open(dir, NOW + DAY)).warnings).toEqual([]);
  });

  it('makes a lost CA again under its name before there is a server certificate', async () => {
    const dir = temporaryFolder();
    const first = new X509Certificate(await openCa(defaultSettings.tlsHosts, dir, frozenClock(NOW)));
    rmSync(join(dir, 'ca.pem'));
    expect(new X509Certificate(await openCa(defaultSettings.tlsHosts, dir, frozenClock(NOW))).subject).toBe(
      first.subject,
    );
  });

  it('provides only the CA too, created if needed', async () => {
    const dir = temporaryFolder();
    const ca = await openCa(defaultSettings.tlsHosts, dir, frozenClock(NOW));
    expect(Object.keys(filesIn(dir)).toSorted()).toEqual(['ca-key.pem', 'ca.pem']);
    expect((await open(dir)).ca).toBe(ca);
  });

  it('is the same for processes that start concurrently', async () => {
    const dir = join(temporaryFolder(), 'new');
    const clock: Clock = systemClock;
    const here = Array.from({ length: 8 }, () => openIdentity({ tlsHosts: 'braze-mock' }, dir, clock));
    const others = Array.from({ length: 3 }, () => command(['ca', '--tls-dir', dir]).ended);
    const identities = await Promise.all(here);
    const outcomes = await Promise.all(others);
    const cas = [...identities.map(({ ca }) => ca), ...outcomes.map(({ stdout }) => stdout)];
    expect(new Set(cas).size).toBe(1);
    const authority = new X509Certificate(cas[0] ?? '');
    expect(identities.every(({ cert }) => new X509Certificate(cert).verify(authority.publicKey))).toBe(true);
    expect(new Set(identities.map(({ key }) => key)).size).toBe(1);
    expect(Object.keys(filesIn(dir)).toSorted()).toEqual(KEPT);
  });
});

describe('an unusable folder is not changed, and the error says why', () => {
  const table: [string, (dir: string) => unknown, RegExp][] = [
    [
      'a damaged CA',
      (dir) => writeFileSync(join(dir, 'ca.pem'), 'x'),
      /ca\.pem: found a text of 1 characters, beginning with "x", expected a certificate in PEM; remove it to have it made again/,
    ],
    [
      'an empty CA',
      (dir) => writeFileSync(join(dir, 'ca.pem'), ''),
      /ca\.pem: found nothing, expected a certificate in PEM/,
    ],
    [
      'a damaged key of the CA',
      (dir) => writeFileSync(join(dir, 'ca-key.pem'), '-----BEGIN PRIVATE KEY-----\nx'),
      /ca-key\.pem: found a broken -----BEGIN PRIVATE KEY-----, expected a private key in PEM/,
    ],
    [
      'a CA without its key',
      (dir) => rmSync(join(dir, 'ca-key.pem')),
      /ca-key\.pem: found nothing, expected the key of ca\.pem; restore it/,
    ],
    [
      'a CA with another key',
      (dir) => writeFileSync(join(dir, 'ca-key.pem'), makeKey()),
      /ca\.pem: found a CA made with another key/,
    ],
    [
      'a server as its CA',
      (dir) => writeFileSync(join(dir, 'ca.pem'), readFileSync(join(dir, 'cert.pem'))),
      /ca\.pem: found the certificate of a server/,
    ],
    [
      'a damaged certificate',
      (dir) => writeFileSync(join(dir, 'cert.pem'), 'x'),
      /cert\.pem: found a text .*; remove it to have a new one created/,
    ],
    [
      'a damaged key',
      (dir) => writeFileSync(join(dir, 'key.pem'), 'x'),
      /key\.pem: found a text .*, expected a private key in PEM/,
    ],
    [
      'a key that others can read',
      (dir) => chmodSync(join(dir, 'key.pem'), 0o644),
      /key\.pem: found a private key that is open to other users, expected mode 0600; if no other user can have read it, run "chmod 600/,
    ],
    [
      'a key of the CA that the group can read',
      (dir) => chmodSync(join(dir, 'ca-key.pem'), 0o640),
      /ca-key\.pem: found a private key that is open to other users/,
    ],
  ];

  table.push(
    [
      'a CA with a broken signature',
      (dir) => {
        const der = new X509Certificate(readFileSync(join(dir, 'ca.pem'))).raw;
        der[der.length - 1]! ^= 1;
        writeFileSync(
          join(dir, 'ca.pem'),
          `-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----\n`,
        );
      },
      /ca\.pem: found a CA with a broken signature, expected the CA made with ca-key\.pem; remove it to have it made again/,
    ],
    [
      'a CA of the same key under another name',
      async (dir) => {
        const key = readFileSync(join(dir, 'ca-key.pem'), 'utf8');
        writeFileSync(join(dir, 'ca.pem'), await makeCa(key, [], NOW, 'CN=braze-segments-mock CA other'));
      },
      /ca\.pem: found CN=braze-segments-mock CA other, but cert\.pem was issued by CN=braze-segments-mock CA [0-9a-f]{8}, expected/,
    ],
  );

  it.each(table)('%s', async (_name, spoil, words) => {
    const dir = temporaryFolder();
    await open(dir);
    await spoil(dir);
    const before = filesIn(dir);
    const problems = await problemsOf(open(dir));
    expect(problems).toEqual([expect.stringMatching(words)]);
    expect(problems[0]).toContain(dir);
    expect(filesIn(dir)).toEqual(before);
  });

  it('a third-party certificate', async () => {
    const dir = temporaryFolder();
    writeFileSync(join(dir, 'cert.pem'), readFileSync('test/server/tls/somebody-else.pem'));
    expect(await problemsOf(open(dir))).toEqual([
      expect.stringMatching(
        /cert\.pem: found a certificate issued by CN=Somebody Else, expected one made by --tls auto; serve it with --tls-cert/,
      ),
    ]);
    expect(readFileSync(join(dir, 'cert.pem'))).toEqual(readFileSync('test/server/tls/somebody-else.pem'));
  });

  it('a CA that has expired', async () => {
    const dir = temporaryFolder();
    await open(dir);
    expect(await problemsOf(open(dir, NOW + 3651 * DAY))).toEqual([
      expect.stringMatching(
        /ca\.pem: found a CA that expired on .* GMT, expected .*; for a new CA, which clients have to trust again/,
      ),
    ]);
  });

  it('a CA that does not permit a name that was added later', async () => {
    const dir = temporaryFolder();
    const { cert } = await open(dir);
    expect(await problemsOf(open(dir, NOW, 'mock.example.com,8.8.8.8,fine.test'))).toEqual([
      expect.stringMatching(
        /ca\.pem: found a CA that was made without mock\.example\.com, 8\.8\.8\.8, expected a CA that is permitted/,
      ),
    ]);
    expect(filesIn(dir)['cert.pem']).toBe(cert);
    const other = await open(join(dir, 'other'), NOW, 'mock.example.com,8.8.8.8,fine.test');
    expect(new X509Certificate(other.cert).checkHost('mock.example.com')).toBe('mock.example.com');
  });

  it('a file instead of a folder', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    expect(await problemsOf(open(file))).toEqual([
      expect.stringMatching(/file: cannot hold the certificates: ENOTDIR.*; name another folder with --tls-dir/),
    ]);
    expect(existsSync(file)).toBe(true);
  });
});
