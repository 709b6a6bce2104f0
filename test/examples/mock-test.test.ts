import { mockTest } from 'braze-segments-mock/vitest';

const test = mockTest({ clock: '2024-01-31T12:00:00Z' });

test.concurrent('lists nothing', async ({ mock, workspace, expect }) => {
  const reply = await fetch(`${mock.url}/segments/list?page=9`, {
    headers: { authorization: `Bearer ${workspace.apiKey}` },
  });
  expect(await reply.json()).toMatchObject({ segments: [] });
});
