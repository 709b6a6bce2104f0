import { expect, it } from 'vitest';
import { type HandClock, handClock } from '../support/clock.js';
import { bearer, startTestServer, type TestServer } from '../support/server.js';
import { expectRefusal } from '../support/wire.js';

const PATH = '/workspaces/default/requests';
const GOOD = '/segments/data_series?segment_id=segment_1234&length=1';

/** A server asked four things, a minute apart: 1 a success, 2 an unknown segment, 3 a 403, 4 a fault. */
async function asked(): Promise<{ server: TestServer; baseClock: HandClock }> {
  const baseClock = handClock('2024-01-31T12:00:00Z');
  const server = await startTestServer({ baseClock });
  const requests = [
    () => server.get(GOOD),
    () => server.get('/segments/data_series?segment_id=nobody&length=1'),
    () => server.get(GOOD, bearer('KEY-WITHOUT-PERMISSIONS')),
    () => server.get('/segments/data_series?segment_id=segment_bad_gateway&length=1'),
  ];
  for (const request of requests) {
    await request();
    baseClock.pass(60_000);
  }
  return { server, baseClock };
}

async function ids({ control }: TestServer, path: string): Promise<string> {
  const { body } = await control('GET', path);
  return (body as { requests: { id: string }[] }).requests.map(({ id }) => id).join(' ');
}

it.each([
  ['', '4 3 2 1'],
  ['?limit=2', '4 3'],
  ['?limit=0', ''],
  ['?outcome=success', '1'],
  ['?outcome=segment_not_found', '2'],
  ['?outcome=fault', '4'],
  ['?outcome=', ''],
  ['?status=403', '3'],
  ['?status=200', '1'],
  ['?status=502&outcome=fault', '4'],
  ['?segmentId=segment_1234', '3 1'],
  ['?segmentId=segment_1234&status=200', '1'],
  ['?since=2024-01-31T12:01:00Z', '4 3 2'],
  ['?since=2024-01-31T12:01:00.001Z', '4 3'],
  ['?since=2024-01-31T13:02:00%2B01:00', '4 3'],
  ['?since=2024-02-01', ''],
  ['?since=2024-01-31&limit=1&segmentId=segment_1234', '3'],
])('GET requests%s lists %s', async (query, expected) => {
  const { server } = await asked();
  expect(await ids(server, PATH + query)).toBe(expected);
  const count = expected === '' ? 0 : expected.split(' ').length;
  expect((await server.control('GET', `${PATH}/count${query}`)).body).toEqual({ count });
});

it('shows a request by id as in the list', async () => {
  const { server } = await asked();
  const { requests } = (await server.control('GET', `${PATH}?limit=1`)).body as { requests: unknown[] };
  expect((await server.control('GET', `${PATH}/4`)).body).toEqual(requests[0]);
});

it('deletes the requests of one journal and continues the ids', async () => {
  const { server } = await asked();
  await server.get(GOOD, {});
  expect(await server.control('DELETE', PATH)).toMatchObject({ status: 204, text: '' });
  expect([await ids(server, PATH), await ids(server, '/requests')]).toEqual(['', '1']);
  expectRefusal(await server.control('GET', `${PATH}/4`), 404, 'request_not_found');
  await server.get(GOOD);
  expect(await ids(server, PATH)).toBe('5');
  expect((await server.control('DELETE', '/requests')).status).toBe(204);
  expect([await ids(server, PATH), await ids(server, '/requests')]).toEqual(['5', '']);
});

it('lists and shows stray requests, without a valid key, separately', async () => {
  const { server } = await asked();
  await server.get(GOOD, bearer('UNKNOWN'));
  await server.get('/nothing', {});
  expect([await ids(server, '/requests'), await ids(server, '/requests?status=401')]).toEqual(['2 1', '1']);
  expect((await server.control('GET', '/requests/2')).body).toMatchObject({ id: '2', outcome: 'not_found' });
});

it('records requests by key while the workspace exists, and as stray after that', async () => {
  const { server } = await asked();
  const { name, apiKey } = (await server.control('POST', '/workspaces')).body as { name: string; apiKey: string };
  await server.get(GOOD, bearer(apiKey));
  expect(await ids(server, `/workspaces/${name}/requests`)).toBe('1');
  await server.control('DELETE', `/workspaces/${name}`);
  await server.get(GOOD, bearer(apiKey));
  expect([await ids(server, PATH), await ids(server, '/requests?outcome=api_key_invalid')]).toEqual(['4 3 2 1', '1']);
});

it('counts the requests without a valid key, and refuses what the list refuses', async () => {
  const { server } = await asked();
  await server.get(GOOD, bearer('UNKNOWN'));
  await server.get('/nothing', {});
  const count = async (query: string) => (await server.control('GET', `/requests/count${query}`)).body;
  expect([await count(''), await count('?status=401')]).toEqual([{ count: 2 }, { count: 1 }]);
  expectRefusal(await server.control('GET', '/requests/count?limit=many'), 400, 'query_invalid');
  expectRefusal(await server.control('GET', '/workspaces/nobody/requests/count'), 404, 'workspace_not_found');
});
