import { expect, it } from 'vitest';
import { outcomeOf } from '../../../src/core/journal/outcome.js';
import { traceWith } from '../../support/traces.js';
import { JOURNAL_BYTES } from '../../../src/core/journal/journal.js';
import { defaultSettings } from '../../../src/start/settings.js';
import type { Workspace } from '../../../src/core/workspaces/workspace.js';
import { REQUESTS } from '../../support/outcomes.js';
import { AUTHORIZATION, bytesOf, CLOSE, HOST, serve, type WireRequest } from '../../support/wire.js';
import { exchangeBytes } from '../../support/raw.js';
import { mockOf } from '../../support/mock.js';

const GOOD = '/segments/data_series?segment_id=segment_1234&length=1';

async function started() {
  const mock = mockOf({ strictParameters: true });
  const url = await serve(mock);
  const send = (request: WireRequest | string) =>
    exchangeBytes(url, typeof request === 'string' ? request : bytesOf(request));
  const entries = () => [mock, ...mock.workspaces.all()].flatMap(({ journal }) => journal.list());
  return { mock, send, entries };
}

/** Everything that hangs on a value, by the names of its classes. */
function classesIn(root: unknown): string[] {
  const seen = new Set<unknown>();
  const waiting = [root];
  for (let value = waiting.pop(); waiting.length > 0 || value !== undefined; value = waiting.pop()) {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) continue;
    seen.add(value);
    const inside = value instanceof Map ? [...value.entries()].flat() : value instanceof Set ? [...value] : [];
    const fields = Reflect.ownKeys(value).map((name) => Object.getOwnPropertyDescriptor(value, name)?.value as unknown);
    waiting.push(...inside, ...fields);
  }
  const classOf = (value: unknown) => (value instanceof Error ? 'Error' : ((value as object).constructor?.name ?? ''));
  return [...new Set([...seen].map(classOf))];
}

it('are plain data with any outcome: they reference no error, socket, request or closure', async () => {
  const { mock, send, entries } = await started();
  mock.workspaces.default?.faults.add({ trigger: { segmentId: 'planned' }, effect: { status: 503 } });
  const requests = Object.entries(REQUESTS).filter(([code]) => !/^(request_timeout|headers_too_large)$/.test(code));
  for (const [, request] of requests) await send(request);
  await send({ target: '/segments/data_series?segment_id=planned&length=1' });
  await send({ target: GOOD, headers: [HOST, AUTHORIZATION, CLOSE, 'Prefer: code=500'] });
  await send({ target: GOOD });
  const outcomes = new Set(entries().map(outcomeOf));
  expect(outcomes.size).toBeGreaterThan(20);
  for (const entry of entries()) {
    const classes = classesIn(entry).filter((name) =>
      /Error|Socket|Message|Request$|Reply|Response|Exchange/.test(name),
    );
    expect.soft(classes, outcomeOf(entry)).toEqual([]);
    expect.soft(Object.keys(entry), outcomeOf(entry)).not.toContain('stack');
  }
});

it('estimate their memory, with their strings and every reason', async () => {
  const { send, entries, mock } = await started();
  const bytesFor = async (request: WireRequest) => {
    await send(request);
    const [newest] = entries();
    mock.reset();
    return newest?.bytes ?? NaN;
  };
  const ordinary = await bytesFor({ target: GOOD });
  expect(ordinary).toBeGreaterThan(400);
  expect(ordinary).toBeLessThan(0.7 * 1024);
  const filler = 'x'.repeat(5000);
  const headers = [HOST, AUTHORIZATION, CLOSE];
  const grows = async (request: WireRequest) => (await bytesFor(request)) - ordinary;
  expect(await grows({ target: `${GOOD}&ending_at=2024-01-01&${filler}`.replace('&x', '&') })).toBeGreaterThan(4900);
  expect(await grows({ target: GOOD, headers: [...headers, `X-Filler: ${filler}`] })).toBeGreaterThan(5000);
  // Of an absolute URL only path and query are kept.
  expect(await grows({ target: `http://${filler}@localhost${GOOD}` })).toBeLessThan(200);
  const many = Array.from({ length: 1000 }, (_none, index) => `p${index}`).join('&');
  expect(await grows({ target: `${GOOD}&${many}` })).toBeGreaterThan(1000 * 120);
  const emoji = encodeURIComponent('\u{1F600}'.repeat(500));
  expect(await grows({ target: `/segments/data_series?segment_id=${emoji}` })).toBeGreaterThan(emoji.length);
});

it('count headers once that several have in common', async () => {
  const { send, entries } = await started();
  await send({ target: GOOD });
  await send({ target: GOOD });
  const [second, first] = entries();
  expect(first?.bytes).toBe((second?.bytes ?? 0) + (first?.headers.length ?? 0));
  expect(second?.bytes).toBeLessThan(700);
});

it('never take more than 64 MiB, with any --journal-size and journalSize', async () => {
  const settings = { ...defaultSettings, journalSize: 1_000_000 };
  const mock = mockOf(settings, [
    { name: 'default', apiKeys: [{ key: 'YOUR-REST-API-KEY' }] },
    { name: 'large', journalSize: 1_000_000 },
  ]);
  const [one, large] = mock.workspaces.all() as [Workspace, Workspace];
  for (const { journal } of [one, large, mock])
    for (let added = 0; added < 50_000; added++) journal.add(traceWith({ bytes: 1024 }));
  expect(mock.journalSpace.used).toBe(JOURNAL_BYTES);
  expect([one, large, mock].map((owner) => owner.journal.size)).toEqual([0, 15_536, 50_000]);
});
