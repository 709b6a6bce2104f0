import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import type { Evidence, Verdict } from '../../src/contract/verdicts.js';
import { FIDELITY } from '../../src/operations/fidelity.js';
import { temporaryFolder } from '../support/contract.js';
import { ROOT } from '../support/documents.js';
import { readEvidence, standings, verifiedModule } from '../support/evidence.js';

const FOLDER = fileURLToPath(new URL('fixtures/evidence/', ROOT));

// `npm run generate` writes it first, because the fidelity table and the OpenAPI document are made of it.
it('src/operations/verified.ts says what the files of fixtures/evidence say', async () => {
  const file = fileURLToPath(new URL('src/operations/verified.ts', ROOT));
  const text = await format(verifiedModule(readEvidence(FOLDER)), { ...(await resolveConfig(file)), filepath: file });
  await expect(text).toMatchFileSnapshot(file);
});

const DRIFT = 'GET /segments/list: order: found message first, expected message last';
const confirmed = (id: string): Verdict => ({ id, verdict: 'confirmed' });
const contradicted = (id: string): Verdict => ({ id, verdict: 'contradicted', drift: [DRIFT] });

function evidence(account: string, date: string, ...rows: Verdict[]): Evidence {
  return { account, date, profile: 'observed', rows, replies: [] };
}

/** A folder with files of evidence. */
function folderOf(...files: unknown[]): string {
  const folder = temporaryFolder();
  for (const [index, file] of files.entries())
    writeFileSync(join(folder, `${index}.json`), typeof file === 'string' ? file : JSON.stringify(file));
  mkdirSync(join(folder, 'old'));
  writeFileSync(join(folder, 'README.md'), '');
  return folder;
}

describe('evidence', () => {
  it('confirms a row by the latest date and the number of accounts', () => {
    const files = [
      evidence('a', '2026-11-20', confirmed('payload-first'), { id: 'failure-500', verdict: 'not probed', why: 'x' }),
      evidence('b', '2026-11-26', confirmed('payload-first')),
      evidence('a', '2026-11-22', confirmed('payload-first'), confirmed('etag-304')),
    ];
    expect(standings(readEvidence(folderOf(...files)))).toEqual({
      'etag-304': 'confirmed 2026-11-22, 1 account',
      'payload-first': 'confirmed 2026-11-26, 2 accounts',
    });
  });

  it('contradicts a row, and says how, beside what others confirm', () => {
    const files = [
      evidence('a', '2026-11-20', contradicted('payload-first')),
      evidence('b', '2026-11-19', confirmed('payload-first')),
    ];
    expect(standings(readEvidence(folderOf(...files)))).toEqual({
      'payload-first': `contradicted 2026-11-20, 1 account (${DRIFT}); confirmed 2026-11-19, 1 account`,
    });
  });

  it('counts the latest word of an account, whatever the order of files', () => {
    const files = [
      evidence('a', '2026-11-26', confirmed('payload-first')),
      evidence('a', '2026-11-20', contradicted('payload-first')),
    ];
    expect(standings(readEvidence(folderOf(...files)))).toEqual({ 'payload-first': 'confirmed 2026-11-26, 1 account' });
  });

  it('becomes a module that the table is made of', async () => {
    const text = verifiedModule([evidence('a', '2026-11-26', confirmed('payload-first'))]);
    expect(text).toContain('"payload-first":"confirmed 2026-11-26, 1 account"');
    expect(FIDELITY.find(({ id }) => id === 'payload-first')).toHaveProperty('verified');
  });

  it('that does not fit its schema is refused, with the file and every problem', () => {
    const wrong = {
      ...evidence('A & B', '2026-02-30', confirmed('payload-last')),
      host: 'rest.example',
    };
    const read = () => readEvidence(folderOf(evidence('a', '2026-11-26', confirmed('etag-304')), wrong, '{"account"'));
    expect(read).toThrow(/^1\.json: \$\.host: found an unknown field with "rest\.example"/m);
    expect(read).toThrow(/^1\.json: \$\.account: found "A & B", expected 1 to 64 of A-Z/m);
    expect(read).toThrow(/^1\.json: \$\.date: found "2026-02-30"/m);
    expect(read).toThrow(/^1\.json: \$\.rows\[0\]\.id: found "payload-last", expected the id of a row/m);
    expect(read).toThrow(/^2\.json: \$: found text that is not JSON/m);
  });
});
