import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { FIDELITY } from '../src/fidelity.js';
import { ProfileName } from '../src/profiles/names.js';
import { REFUSALS } from '../src/refusals/refusals.js';
import { settings } from '../src/settings.js';
import { API_KEY, bearer, startTestServer } from './support/server.js';

const covered = FIDELITY.flatMap(({ covers }) => covers);

it('accounts for every outcome and every setting, each once, and for nothing else', () => {
  const outcomes = Object.keys(REFUSALS).map((code) => `outcome ${code}`);
  const names = settings.map(({ name }) => `setting ${name}`);
  const ofThese = covered.filter((name) => !name.startsWith('header '));
  expect(ofThese.toSorted()).toEqual([...outcomes, ...names].toSorted());
});

/** Those of HTTP itself, which any server sends. */
const HOP = new Set(['date', 'connection', 'keep-alive', 'content-length', 'transfer-encoding']);

it('accounts for every header that a reply carries', async () => {
  const sent = new Set<string>();
  for (const { const: profile } of ProfileName.anyOf) {
    const server = await startTestServer({ profile });
    const replies = await Promise.all([
      server.get('/segments/data_series?segment_id=segment_1234&length=1'),
      server.get('/segments/data_series?segment_id=segment_rate_limited&length=1'),
      server.get('/segments/data_series', { ...bearer(API_KEY), prefer: 'code=404' }),
      server.get('/segments/list', {}),
      server.get('/nowhere'),
    ]);
    const post = await fetch(`${server.url}/segments/list`, { method: 'POST' });
    for (const headers of [...replies.map((reply) => reply.headers), Object.fromEntries(post.headers)]) {
      for (const name of Object.keys(headers)) if (!HOP.has(name)) sent.add(`header ${name}`);
    }
  }
  expect([...sent].toSorted()).toEqual(covered.filter((name) => name.startsWith('header ')).toSorted());
});

it.each(FIDELITY.map(({ behaviour, test }) => [behaviour, test]))('%s is held by a test that exists', (_what, test) => {
  expect(existsSync(test)).toBe(true);
});

it('is served', async () => {
  const server = await startTestServer();
  expect((await server.get('/__mock/fidelity')).body).toEqual({ behaviours: FIDELITY });
});
