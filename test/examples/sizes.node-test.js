import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useMock } from 'braze-segments-mock/node-test';

const mock = useMock({ clock: '2024-01-31T12:00:00Z' });

test('reads thirty days', async () => {
  const reply = await fetch(`${mock.url}/segments/data_series?segment_id=segment_1234&length=30`, {
    headers: { authorization: `Bearer ${mock.apiKey}` },
  });
  assert.equal((await reply.json()).data.length, 30);
});

test('meets an outage', async () => {
  mock.workspace.faults.add({ effect: { status: 503 } });
  const reply = await mock.fetch('https://rest.iad-01.braze.com/segments/list', {
    headers: { authorization: `Bearer ${mock.apiKey}` },
  });
  assert.equal(reply.status, 503);
});
