import { describe, expect, it } from 'vitest';
import type { ProfileName } from '../../src/core/profiles/names.js';
import {
  type Answer,
  type Body,
  edit,
  type Mutation,
  type Question,
  type Row,
  serverBefore,
} from '../support/mutated.js';
import { brazeWith, CLOCK, KEY, verified } from '../support/verify.js';

/** Changes replies with status 200 of an endpoint. */
const success =
  (path: string, change: (body: Body, asked: Question) => unknown): Mutation =>
  (answer, asked) => {
    if (answer.status === 200 && asked.path === path) edit(answer, (body) => change(body, asked));
  };
const rows = (change: (rows: Row[], asked: Question) => unknown[]) =>
  success('/segments/data_series', (body, asked) => void (body.data = change(body.data, asked) as Row[]));
const header =
  (name: string, change: (value: string) => string | undefined, as = name): Mutation =>
  ({ headers }) => {
    const value = headers[name] ?? '';
    if (value === '') return;
    delete headers[name];
    const changed = change(value);
    if (changed !== undefined) headers[as] = changed;
  };
/** Gives replies to some requests another status. */
const status =
  (to: number, isMeant: (asked: Question, answer: Answer) => boolean, text?: string): Mutation =>
  (answer, asked) => {
    if (isMeant(asked, answer)) Object.assign(answer, { status: to, ...(text !== undefined && { text }) });
  };
const asks = (name: string, value: string | RegExp) => (asked: Question) =>
  asked.headers['authorization'] === `Bearer ${KEY}` &&
  (typeof value === 'string' ? asked.query.get(name) === value : value.test(asked.query.get(name) ?? ''));
const moved = (time: string, days: number) =>
  new Date(Date.parse(time) + days * 86_400_000).toISOString().slice(0, 10) + time.slice(10);
const messages =
  (change: (text: string) => string, isMeant: (answer: Answer) => boolean): Mutation =>
  (answer) => {
    if (isMeant(answer))
      edit(answer, (body) => {
        for (const one of body.errors ?? [body]) one.message = change(one.message);
      });
  };
const reversed = (row: object) => Object.fromEntries(Object.entries(row).toReversed());

/** Counts requests in its own way. */
const counting = (
  cost: (answer: Answer, asked: Question) => number,
  key: (asked: Question) => string = () => '',
): Mutation => {
  const used = new Map<string, number>();
  return (answer, asked) => {
    const name = key(asked);
    used.set(name, (used.get(name) ?? 0) + cost(answer, asked));
    if (answer.headers['x-ratelimit-remaining'])
      answer.headers['x-ratelimit-remaining'] = String(250_000 - (used.get(name) ?? 0));
  };
};

/** Answers some requests for the list with its first page. */
const firstPage = (isMeant: (asked: Question) => boolean): Mutation => {
  let first = '';
  return (answer, asked) => {
    if (asked.path === '/segments/list' && answer.status === 200)
      if (first === '') first = answer.text;
      else if (isMeant(asked)) answer.text = first;
  };
};

const NO_ROW = { time: '', size: 0 };
const OK = '{"data":[],"message":"success"}';
const HTML = '<html><body>Bad Request</body></html>';

describe('verify against a server that', () => {
  it.each<[what: string, ProfileName, Mutation, ...rows: string[]]>([
    ['orders the keys of rows in another way', 'observed', rows((all) => all.map(reversed)), 'row-bare-date'],
    [
      'puts the message first',
      'observed',
      (answer) => answer.status === 200 && edit(answer, ({ message, ...others }) => ({ message, ...others })),
      'payload-first',
    ],
    [
      'sends sizes as texts',
      'observed',
      rows((all) => all.map((row) => ({ ...row, size: String(row.size) }))),
      'row-bare-date',
    ],
    [
      'sends sizes with fractions',
      'observed',
      rows((all) => all.map((row) => ({ ...row, size: row.size && row.size + 0.5 }))),
      'row-bare-date',
    ],
    ['adds a field to rows', 'observed', rows((all) => all.map((row) => ({ ...row, change: 1 }))), 'row-bare-date'],
    [
      'sends a row too many',
      'observed',
      rows(([first = NO_ROW, ...others]) => [{ ...first, time: moved(first.time, -1) }, first, ...others]),
      'exactly-length-rows',
      'windows-agree',
    ],
    ['leaves out the first row', 'observed', rows(([, ...others]) => others), 'exactly-length-rows'],
    ['leaves out the last row', 'observed', rows((all) => all.slice(0, -1)), 'exactly-length-rows'],
    [
      'leaves out a row in the middle',
      'observed',
      rows((all) => all.filter((_, index) => index !== 3)),
      'exactly-length-rows',
    ],
    ['sends a day twice', 'observed', rows((all) => all.toSpliced(2, 0, ...all.slice(2, 3))), 'exactly-length-rows'],
    ['sends the newest row first', 'observed', rows((all) => all.toReversed()), 'exactly-length-rows'],
    [
      'sends times with an offset',
      'observed',
      rows((all) => all.map((row) => ({ ...row, time: `${row.time}T00:00:00+00:00` }))),
      'row-bare-date',
    ],
    [
      'sends times in milliseconds',
      'observed',
      rows((all) => all.map((row) => ({ ...row, time: `${row.time}T00:00:00.000Z` }))),
      'row-bare-date',
    ],
    [
      'includes a midnight ending_at',
      'observed',
      rows((all, { query }) =>
        query.get('ending_at')?.length === 10 ? all.map((row) => ({ ...row, time: moved(row.time, 1) })) : all,
      ),
      'window-excludes-midnight',
    ],
    [
      'ends the default window yesterday',
      'observed',
      rows((all, { query }) =>
        query.has('ending_at') ? all : all.map((row) => ({ ...row, time: moved(row.time, -1) })),
      ),
      'ending-at-iso',
      'windows-agree',
    ],
    [
      'takes times without an offset as local',
      'observed',
      rows((all, { query }) =>
        query.get('ending_at')?.endsWith('23:30:00') ? all.map((row) => ({ ...row, time: moved(row.time, 1) })) : all,
      ),
      'ending-at-other-forms',
    ],
    [
      'ignores a one-digit offset',
      'observed',
      rows((all, { query }) =>
        query.get('ending_at')?.endsWith('-5:00') ? all.map((row) => ({ ...row, time: moved(row.time, -1) })) : all,
      ),
      'offset-one-digit',
    ],
    [
      'has another size in another window',
      'observed',
      rows((all) => all.map((row) => ({ ...row, size: row.size && row.size + all.length }))),
      'windows-agree',
    ],
    [
      'has sizes before the creation',
      'observed',
      rows((all) => all.map((row) => ({ ...row, size: row.size || 7 }))),
      'no-day-before-creation',
    ],
    ['answers a future ending_at', 'observed', status(200, asks('ending_at', /^2026-03-07/), OK), 'future-refused'],
    ['refuses dates', 'observed', status(400, asks('ending_at', /^[\d-]{10}$/)), 'ending-at-date'],
    ['refuses a one-digit offset', 'observed', status(400, asks('ending_at', /-5:00$/)), 'offset-one-digit'],
    [
      'takes any format of ending_at',
      'observed',
      status(200, asks('ending_at', '12/31/2023'), OK),
      'ending-at-other-forms',
    ],
    ['answers length 101', 'observed', status(200, asks('length', '101'), OK), 'required-parameters'],
    ['answers length 0', 'observed', status(200, asks('length', '0'), OK), 'required-parameters'],
    [
      'has a default length',
      'observed',
      status(200, (asked, { status: sent }) => asked.query.get('length') === '' && sent === 400, OK),
      'empty-length',
    ],
    ['takes decimals as length', 'observed', status(200, asks('length', '1.0'), OK), 'length-digits'],
    [
      'takes the first of repeated parameters',
      'observed',
      status(200, (asked) => asked.query.getAll('length').length > 1, OK),
      'repeated-parameters',
    ],
    [
      'refuses unknown parameters',
      'observed',
      status(400, (asked) => asked.query.has('ending_date')),
      'unknown-parameters-ignored',
    ],
    [
      'reads ending_date',
      'observed',
      rows((all, { query }) =>
        query.has('ending_date') ? all.map((row) => ({ ...row, time: moved(row.time, -900) })) : all,
      ),
      'unknown-parameters-ignored',
    ],
    [
      'has another answer to unknown ids',
      'observed',
      status(
        200,
        (asked, { status: sent }) =>
          sent === 400 &&
          /^[\da-f-]{36}$|^no-such/.test(asked.query.get('segment_id') ?? '') &&
          asked.query.get('length') === '6',
        OK,
      ),
      'unknown-segment-400',
      'malformed-segment-400',
    ],
    [
      'finds no unknown id',
      'observed',
      status(
        404,
        (asked, { status: sent }) =>
          sent === 400 &&
          /^[\da-f-]{36}$/.test(asked.query.get('segment_id') ?? '') &&
          asked.query.get('length') === '6',
      ),
      'unknown-segment-400',
    ],
    [
      'answers for segments without analytics',
      'observed',
      status(200, asks('segment_id', 'off-1'), OK),
      'observed-analytics-off',
    ],
    [
      'has other words for bad parameters',
      'observed',
      messages(
        (text) => `Sorry: ${text}`,
        ({ status: sent, text }) => sent === 400 && !text.includes('api identifier'),
      ),
      'error-plain-words',
    ],
    [
      'has other words for unknown ids',
      'observed',
      messages(
        () => 'Invalid segment',
        ({ text }) => text === '{"message":"segment_id must be a string of the segment api identifier"}',
      ),
      'unknown-segment-400-words',
    ],
    [
      'does not quote an unknown key',
      'observed',
      messages(
        (text) => text.slice(0, 17),
        ({ status: sent }) => sent === 401,
      ),
      'observed-401',
    ],
    [
      'has other words without a key',
      'observed',
      messages(
        () => 'No API key',
        ({ status: sent, text }) => sent === 401 && text.includes(': "'),
      ),
      'observed-401-without-key',
    ],
    [
      'adds a code to errors',
      'observed',
      (answer) => answer.status >= 400 && edit(answer, (body) => ({ ...body, code: 7 })),
      'error-plain',
      'other-paths',
    ],
    [
      'answers bad parameters with HTML',
      'observed',
      (answer) => answer.status === 400 && Object.assign(answer, { text: HTML }),
      'error-plain',
    ],
    ['forbids unknown keys', 'observed', status(403, (_asked, { status: sent }) => sent === 401), 'unknown-key-401'],
    [
      'checks parameters before the key',
      'observed',
      status(400, ({ headers }) => headers['authorization'] === undefined),
      'key-before-parameters',
    ],
    [
      'takes Bearer literally',
      'observed',
      status(401, ({ headers }) => headers['authorization']?.startsWith('bearer') === true),
      'bearer-scheme',
    ],
    ['does not tolerate slashes', 'observed', status(404, (asked) => asked.sent.includes('//')), 'extra-slashes'],
    ['knows no HEAD', 'observed', status(405, ({ method }) => method === 'HEAD'), 'head'],
    ['ignores If-None-Match', 'observed', status(200, ({ headers }) => 'if-none-match' in headers, OK), 'etag-304'],
    ['answers unknown paths with 401', 'observed', status(401, ({ path }) => path.includes('no_such')), 'other-paths'],
    [
      'has a charset in content-type',
      'observed',
      header('content-type', (value) => `${value}; charset=utf-8`),
      'observed-headers',
    ],
    ['has no x-request-id', 'observed', header('x-request-id', () => undefined), 'observed-headers'],
    ['has numbers as x-request-id', 'observed', header('x-request-id', () => '1234567'), 'observed-headers'],
    ['has strong etags', 'observed', header('etag', (value) => value.slice(2)), 'observed-headers'],
    [
      'lets caches keep replies',
      'observed',
      header('cache-control', (value) => (value === 'no-cache' ? value : 'max-age=60')),
      'observed-headers',
    ],
    [
      'sends retry-after with every reply',
      'observed',
      ({ headers }) => (headers['retry-after'] = '1'),
      'no-retry-after',
    ],
    ['has no x-ratelimit-reset', 'observed', header('x-ratelimit-reset', () => undefined), 'limit-headers'],
    [
      'names rate-limit headers in another way',
      'observed',
      header('x-ratelimit-limit', (value) => value, 'ratelimit-limit'),
      'limit-headers',
    ],
    [
      'writes rate-limit headers in capitals',
      'observed',
      header('x-ratelimit-limit', (value) => value, 'X-RateLimit-Limit'),
      'limit-headers',
    ],
    [
      'groups digits of the rate limit',
      'observed',
      header('x-ratelimit-remaining', (value) => value.replace(/(?=\d{3}$)/, ',')),
      'limit-headers',
    ],
    [
      'leaves out rate-limit headers on a 401',
      'observed',
      ({ headers }) => headers['x-ratelimit-limit'] === '' && delete headers['x-ratelimit-limit'],
      'observed-401',
    ],
    ['resets the limit in seconds from now', 'observed', header('x-ratelimit-reset', () => '2400'), 'limit-clock-hour'],
    [
      'allows 300,000 requests',
      'observed',
      (answer) => {
        header('x-ratelimit-limit', () => '300000')(answer, {} as Question);
        header('x-ratelimit-remaining', (value) => String(Number(value) + 50_000))(answer, {} as Question);
      },
      'limit-per-hour',
    ],
    [
      'tells what was left before the request',
      'observed',
      header('x-ratelimit-remaining', (value) => String(Number(value) + 1)),
      'limit-remaining-after',
    ],
    ['does not count 400s', 'observed', counting(({ status: sent }) => Number(sent < 400)), 'limit-counts-400'],
    ['counts 401s', 'observed', counting(() => 1), 'limit-ignores-401'],
    [
      'has a limit for each endpoint',
      'observed',
      counting(
        ({ status: sent }) => Number(sent !== 401),
        ({ path }) => path,
      ),
      'limit-shared-by-endpoints',
    ],
    ['knows no page past the end', 'observed', status(404, asks('page', '1')), 'list-past-end'],
    [
      'repeats the first page past the end',
      'observed',
      firstPage(({ query }) => query.get('page') === '1'),
      'list-past-end',
    ],
    ['counts pages from 1', 'observed', firstPage(({ query }) => query.get('page') === '1'), 'list-past-end'],
    [
      'lists 2 segments a page',
      'observed',
      success('/segments/list', (body, { query }) => {
        if (!query.has('page')) body.segments = body.segments.filter(({ id }) => id !== 'third');
        else
          body.segments =
            query.get('page') === '1' ? [{ id: 'third', name: '', analytics_tracking_enabled: true, tags: [] }] : [];
      }),
      'list-past-end',
    ],
    ['refuses length 100', 'observed', status(400, asks('length', '100')), 'required-parameters'],
    [
      'ignores sort_direction',
      'observed',
      firstPage(({ query }) => query.get('sort_direction') === 'desc'),
      'list-order',
    ],
    [
      'reads limit',
      'observed',
      success('/segments/list', (body, { query }) => void (query.has('limit') && (body.segments.length = 1))),
      'list-unknown-parameters',
    ],
    ['answers a negative page', 'observed', status(200, asks('page', '-1'), OK), 'list-bad-page'],
    ['answers a bad sort_direction', 'observed', status(200, asks('sort_direction', 'up'), OK), 'list-bad-direction'],
    [
      'names the tracking flag in another way',
      'observed',
      success(
        '/segments/list',
        (body) =>
          void (body.segments = body.segments.map(({ analytics_tracking_enabled: tracked, ...others }) => ({
            ...others,
            tracked,
          }))),
      ),
      'list-fields',
      'list-reply',
    ],
    [
      'lists no tags',
      'observed',
      success('/segments/list', (body) => body.segments.forEach((one) => delete one['tags'])),
      'list-fields',
      'list-reply',
    ],
    [
      'tells details with milliseconds',
      'observed',
      success('/segments/details', (body) => void (body.created_at = body.created_at.replace('+', '.123+'))),
      'details-fields',
    ],
    ['tells no teams', 'observed', success('/segments/details', (body) => void delete body.teams), 'details-fields'],
    ['has no campaigns', 'observed', status(404, ({ path }) => path === '/campaigns/list'), 'campaigns-empty'],

    [
      'puts the message last',
      'documented',
      (answer) => answer.status === 200 && edit(answer, ({ message, ...others }) => ({ ...others, message })),
      'message-first',
    ],
    [
      'sends bare dates',
      'documented',
      rows((all) => all.map((row) => ({ ...row, time: row.time.slice(0, 10) }))),
      'series-shape',
    ],
    [
      'writes offsets as Z',
      'documented',
      rows((all) => all.map((row) => ({ ...row, time: row.time.replace('+00:00', 'Z') }))),
      'series-shape',
    ],
    [
      'leaves out the first row of each window',
      'documented',
      rows(([, ...others]) => others),
      'missing-day-left-out',
      'future-allowed',
    ],
    ['leaves out the last row of each window', 'documented', rows((all) => all.slice(0, -1)), 'missing-day-left-out'],
    [
      'sends a row too many',
      'documented',
      rows(([first = NO_ROW, ...others]) => [{ ...first, time: moved(first.time, -1) }, first, ...others]),
      'missing-day-left-out',
      'future-allowed',
      'windows-agree',
    ],
    [
      'fills days before the creation with zeros',
      'documented',
      rows(([first = NO_ROW, ...others]) =>
        first.time.startsWith('2024-01-11')
          ? [{ time: first.time.replace('-11T', '-09T'), size: 0 }, first, ...others]
          : [first, ...others],
      ),
      'missing-day-left-out',
    ],
    [
      'excludes a midnight ending_at',
      'documented',
      rows((all, { query }) =>
        query.get('ending_at')?.length === 10 ? all.map((row) => ({ ...row, time: moved(row.time, -1) })) : all,
      ),
      'window-includes-midnight',
    ],
    ['refuses a future ending_at', 'documented', status(400, asks('ending_at', /^2026-03-07/)), 'future-allowed'],
    [
      'names codes in another way',
      'documented',
      (answer) =>
        answer.status >= 400 &&
        edit(answer, (body) => body.errors?.forEach((one) => (one.code = one.code?.toUpperCase() ?? ''))),
      'error-codes',
      'unknown-segment-404',
      'analytics-off-422',
    ],
    [
      'tells no codes',
      'documented',
      (answer) => answer.status === 400 && edit(answer, (body) => body.errors?.forEach((one) => delete one.code)),
      'error-envelope',
      'error-codes',
    ],
    [
      'tells one error at a time',
      'documented',
      (answer) => answer.status === 400 && edit(answer, (body) => void body.errors?.splice(1)),
      'all-problems-together',
      'error-codes',
    ],
    [
      'has other words for unknown ids',
      'documented',
      messages(
        () => 'Not here',
        ({ status: sent, text }) => sent === 404 && text.includes('Segment with ID'),
      ),
      'unknown-segment-404',
    ],
    [
      'answers for segments without analytics with 400',
      'documented',
      status(400, asks('segment_id', 'off-1')),
      'analytics-off-422',
    ],
    ['sends no charset', 'documented', header('content-type', () => 'application/json'), 'content-type-charset'],
    ['sends etags', 'documented', ({ headers }) => (headers['etag'] = '"1"'), 'no-other-headers'],
    [
      'has rate-limit headers on a 401',
      'documented',
      (answer) => answer.status === 401 && (answer.headers['x-ratelimit-limit'] = '250000'),
      'no-other-headers',
    ],
    [
      'resets at the full hour',
      'documented',
      header('x-ratelimit-reset', (value) => String(Math.ceil(Number(value) / 3600) * 3600)),
      'limit-reset-full',
    ],
    [
      'sends retry-after with every reply',
      'documented',
      ({ headers }) => (headers['retry-after'] = '1'),
      'retry-after',
    ],
  ])('%s (%s)', async (_what, profile, mutate, ...named) => {
    const url = await serverBefore(await brazeWith({ profile }), CLOCK, mutate);
    const { contradicted, isFine } = await verified(url, { profile });
    expect(contradicted.toSorted()).toEqual(named.toSorted());
    expect(isFine).toBe(false);
  });
});
