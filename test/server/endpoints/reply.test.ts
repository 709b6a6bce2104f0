import { expect, it } from 'vitest';
import { startTestServer } from '../../support/server.js';

it.each([
  ['documented', 'application/json; charset=utf-8'],
  ['observed', 'application/json'],
] as const)('errors and planned statuses have the content type of the profile %s', async (profile, contentType) => {
  const server = await startTestServer({ profile });
  const ids = ['segment_1234', 'nobody', 'segment_without_analytics', 'segment_unavailable'];
  const replies = ids.map((id) => server.get(`/segments/data_series?segment_id=${id}&length=1`));
  const types = (await Promise.all(replies)).map(({ headers }) => headers['content-type']);
  expect(types).toEqual(ids.map(() => contentType));
});
