import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Behaviour, FIDELITY, NO_RAW_REPLY } from '../../src/operations/fidelity.js';
import { ProfileName } from '../../src/core/profiles/names.js';
import { REFUSALS } from '../../src/core/refusals/codes.js';
import { recordedExchanges } from '../support/exchanges.js';
import { API_KEY, bearer, startTestServer } from '../support/server.js';

type Evidence = Behaviour['evidence'];

const covered = FIDELITY.flatMap(({ covers }) => covers);

/** What the mock alone has: its strict mode, and its own header. */
const OWN = new Set(['outcome parameter_unknown', 'header preference-applied']);

it('has an id for each behaviour', () => {
  const ids = FIDELITY.map(({ id }) => id);
  expect(ids.filter((id) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id))).toEqual([]);
  expect(new Set(ids).size).toBe(FIDELITY.length);
});

it('covers every outcome of the service exactly once, and nothing of the mock alone', () => {
  const outcomes = Object.keys(REFUSALS).map((code) => `outcome ${code}`);
  const claimed = outcomes.filter((outcome) => !OWN.has(outcome));
  expect(covered.filter((name) => !name.startsWith('header ')).toSorted()).toEqual(claimed.toSorted());
  const about = FIDELITY.map(({ behaviour }) => behaviour).join('\n');
  expect(about).not.toMatch(/seed|fixture|\bfault|planned|Prefer\b|strict|control API|generated|warning|near miss/i);
});

/** Those of HTTP itself, which any server sends. */
const HOP = new Set(['date', 'connection', 'keep-alive', 'content-length', 'transfer-encoding']);

it('covers every header of a reply', async () => {
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
  const claimed = [...sent].filter((name) => !OWN.has(name));
  expect(claimed.toSorted()).toEqual(covered.filter((name) => name.startsWith('header ')).toSorted());
});

it.each(FIDELITY.map(({ behaviour, test }) => [behaviour, test]))('%s names an existing test', (_what, test) => {
  expect(existsSync(test)).toBe(true);
});

it('is served, with a note on how little of the endpoint was recorded', async () => {
  const server = await startTestServer();
  const { body } = await server.get('/__mock/fidelity');
  expect(body).toEqual({ note: NO_RAW_REPLY, behaviours: FIDELITY });
  expect(NO_RAW_REPLY).toMatch(/^No raw reply of GET \/segments\/data_series has been recorded\..*2022-12-15.* 0\.$/);
});

describe('the evidence', () => {
  const of = (...classes: Evidence[]) => FIDELITY.filter(({ evidence }) => classes.includes(evidence));

  it('has these classes and no others', () => {
    const classes = new Set(FIDELITY.map(({ evidence }) => evidence));
    expect([...classes].toSorted()).toEqual(['documented', 'inferred', 'ours', 'recorded', 'reference', 'sibling']);
  });

  it('has a source unless a behaviour is ours', () => {
    expect(FIDELITY.filter(({ evidence, source }) => (evidence === 'ours') !== (source === undefined))).toEqual([]);
  });

  it('names the request, repository, file, commit and date of a recorded reply', () => {
    const form =
      /^(GET|POST) \/[\w/]+: [\w.-]+\/[\w.-]+, [\w./-]+\.(yml|jsonl) at [\da-f]{8}, \d{4}-\d{2}-\d{2}(; .+)?$/;
    expect(of('recorded', 'sibling').filter(({ source = '' }) => !form.test(source))).toEqual([]);
  });

  it('is recorded only if the same endpoint was called', () => {
    for (const { behaviour, source } of of('recorded')) {
      const endpoint = behaviour.startsWith('`GET /segments/list`')
        ? 'GET /segments/list'
        : 'GET /segments/data_series';
      expect([behaviour, source]).toEqual([behaviour, expect.stringContaining(`${endpoint}: `)]);
    }
  });

  it('has an exchange file for every recorded behavior', () => {
    const files = recordedExchanges()
      .filter(([, exchange]) => exchange.class === 'recorded')
      .map(([, { provenance }]) =>
        'host' in provenance
          ? provenance.host
          : `${provenance.repository}, ${provenance.file} at ${provenance.commit.slice(0, 8)}`,
      );
    const cited = new Set(of('recorded').map(({ source = '' }) => /: (.* at [\da-f]{8})/.exec(source)?.[1] ?? source));
    expect([...cited].toSorted()).toEqual([...new Set(files)].toSorted());
  });

  // The classes that the wire contract gives to what the profile observed does.
  it.each<[behaviour: RegExp, evidence: Evidence]>([
    [/^A row is `time`, a bare date/, 'recorded'],
    [/^The payload comes first/, 'sibling'],
    [/^A midnight `ending_at` is not/, 'recorded'],
    [/^A day without a snapshot has size 0/, 'inferred'],
    [/^An `ending_at` in the future is 400/, 'inferred'],
    [/^Unknown parameters are ignored/, 'sibling'],
    [/^A 401 quotes the key/, 'sibling'],
    [/^Without an `Authorization` header/, 'inferred'],
    [/^The message of a 403/, 'inferred'],
    [/^A well-formed segment id that no segment has is 400/, 'inferred'],
    [/^The message of a 400 for an unknown/, 'inferred'],
    [/^The limit resets at each full hour/, 'sibling'],
    [/^No reply has `retry-after`/, 'ours'],
    [/^Errors are `\{"message":"<text>"\}`/, 'sibling'],
    [/^`content-type` is `application\/json`; `cache/, 'sibling'],
    [/^`If-None-Match`/, 'ours'],
    [/^`GET \/segments\/list`: the status/, 'recorded'],
    [/^`GET \/segments\/list` ignores/, 'recorded'],
    [/^`GET \/segments\/list`: 100 a page/, 'documented'],
    [/^The fields of a reply of `GET \/segments\/details`/, 'documented'],
    [/^`GET \/campaigns\/list`/, 'ours'],
    [/^An archived segment is not in/, 'documented'],
    [/^An archived segment still answers/, 'ours'],
    [/^The scheme `Bearer`/, 'ours'],
    [/^An empty `segment_id`/, 'ours'],
    [/^A HEAD is/, 'ours'],
  ])('of %s is %s', (behaviour, evidence) => {
    expect(FIDELITY.filter((row) => behaviour.test(row.behaviour)).map((row) => row.evidence)).toEqual([evidence]);
  });

  it('distinguishes what the profiles do differently', () => {
    const [documented, observed] = (['documented', 'observed'] as const).map((profile) =>
      FIDELITY.filter((row) => row.profile === profile && row.behaviour.startsWith('A segment without analytics')),
    );
    expect([documented, observed].map((rows) => rows?.map(({ evidence }) => evidence))).toEqual([
      ['reference'],
      ['ours'],
    ]);
  });
});

describe('the tags in comments', () => {
  /** Tags that name an evidence, under whatever word: `[recorded: …]`. */
  const TAG = /\[(?:reference|documented|recorded|sibling|inferred|ours|assumed|observed|seen|Braze)\b[^\]]*\]/g;
  const tags = (readdirSync('src', { recursive: true }) as string[])
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => [...readFileSync(join('src', file), 'utf8').matchAll(TAG)].map(([tag]) => `${file}: ${tag}`));

  it('start with a class', () => {
    expect(tags.length).toBeGreaterThan(10);
    expect(tags.filter((tag) => /\[(assumed|observed|seen|Braze)/.test(tag))).toEqual([]);
  });

  it('name the exchange and its class if something was recorded', () => {
    const classes = new Map(recordedExchanges().map(([file, exchange]) => [file, exchange.class]));
    const claims = tags.filter((tag) => /\[(recorded|sibling)/.test(tag));
    expect(claims.length).toBeGreaterThan(4);
    for (const claim of claims) {
      const [, evidence, list = ''] = /\[(recorded|sibling): ([^\]]+)\]/.exec(claim) ?? [];
      const cited = list.match(/[\w-]+\.json/g) ?? ['no file'];
      // What was recorded of one endpoint is a sibling's for another.
      const vouching = evidence === 'recorded' ? ['recorded'] : ['recorded', 'sibling'];
      for (const file of cited) expect([claim, vouching]).toEqual([claim, expect.arrayContaining([classes.get(file)])]);
    }
  });
});

it.each(['README.md', 'CHANGELOG.md'])('%s says that no raw reply of the endpoint was recorded', (file) => {
  expect(readFileSync(file, 'utf8').replaceAll('`', '').includes(NO_RAW_REPLY)).toBe(true);
});
