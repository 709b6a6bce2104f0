import { useMock } from 'braze-segments-mock/jest';

const mock = useMock({ clock: '2024-01-31T12:00:00Z' });

test('reads thirty days', async () => {
  const reply = await fetch(`${mock.url}/segments/data_series?segment_id=segment_1234&length=30`, {
    headers: { authorization: `Bearer ${mock.apiKey}` },
  });
  expect((await reply.json()).data).toHaveLength(30);
});

test('meets an outage', async () => {
  mock.workspace.faults.add({ effect: { status: 503 } });
  const reply = await fetch(`${mock.url}/segments/list`, { headers: { authorization: `Bearer ${mock.apiKey}` } });
  expect(reply.status).toBe(503);
});
