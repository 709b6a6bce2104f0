import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { useMock } from 'braze-segments-mock/vitest';

const mock = useMock({ clock: '2024-01-31T12:00:00Z' });

/** A stand-in for your client: it waits for `retry-after`, then retries. */
async function sizeToday(segmentId: string): Promise<number> {
  const reply = await fetch(`${mock.url}/segments/data_series?segment_id=${segmentId}&length=1`, {
    headers: { authorization: `Bearer ${mock.apiKey}` },
  });
  if (reply.ok) return ((await reply.json()) as { data: { size: number }[] }).data[0]?.size ?? 0;
  await sleep(Number(reply.headers.get('retry-after')) * 1000);
  return sizeToday(segmentId);
}

it("reads today's size", async () => {
  mock.workspace.segments.put('vip', { points: { '2024-01-31': 4711 } });
  expect(await sizeToday('vip')).toBe(4711);
});

it('recovers from an outage', async () => {
  const effect = { status: 503, headers: { 'retry-after': '0' } };
  mock.workspace.faults.add({ trigger: { times: 2 }, effect });
  expect(await sizeToday('segment_1234')).toBeGreaterThan(0);
  expect(mock.workspace.requests.list().map(({ status }) => status)).toEqual([200, 503, 503]);
});

it('waits out the hourly limit within a second', async () => {
  mock.workspace.clock.set({ scale: 3600 });
  mock.workspace.rateLimit.set({ capacity: 1, refillPerHour: 1, remaining: 0 });
  expect(await sizeToday('segment_1234')).toBeGreaterThan(0);
  expect(mock.workspace.requests.list().map(({ outcome }) => outcome)).toEqual(['success', 'rate_limited']);
});
