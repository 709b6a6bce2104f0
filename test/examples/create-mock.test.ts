import { expect, it, vi } from 'vitest';
import { createMock } from 'braze-segments-mock';

/** A stand-in for your client: it takes the `fetch` to call, and gives up after ten seconds. */
function client(apiKey: string, fetch: typeof globalThis.fetch) {
  return async (segmentId: string): Promise<number[]> => {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(new Error('timed out')), 10_000);
    const url = `https://rest.iad-01.braze.com/segments/data_series?segment_id=${segmentId}&length=30`;
    const reply = await fetch(url, { headers: { authorization: `Bearer ${apiKey}` }, signal: late.signal });
    clearTimeout(timer);
    if (!reply.ok) throw new Error(`status ${reply.status}`);
    return ((await reply.json()) as { data: { size: number }[] }).data.map(({ size }) => size);
  };
}

const mock = createMock({ clock: '2024-01-31T12:00:00Z' });

it('reads thirty days', async () => {
  const { apiKey } = mock.createWorkspace();
  expect(await client(apiKey, mock.fetch)('segment_1234')).toHaveLength(30);
});

it('gives up on a slow reply, without waiting for it', async () => {
  vi.useFakeTimers();
  const { apiKey, faults } = mock.createWorkspace();
  faults.add({ effect: { delay: { kind: 'fixed', ms: 60_000 } } });
  const call = client(apiKey, mock.fetch)('segment_1234');
  const [result] = await Promise.allSettled([call, vi.advanceTimersByTimeAsync(10_000)]);
  expect(result).toMatchObject({ status: 'rejected', reason: { message: 'timed out' } });
  vi.useRealTimers();
});
