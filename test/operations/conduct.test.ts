import { describe, expect, it } from 'vitest';
import { createMock } from '../../src/library/index.js';
import { bearer, get, startTestServer, type TestServer } from '../support/server.js';

const GOOD = '/segments/data_series?segment_id=segment_1234&length=3';
const FINDING = {
  rule: 'hammered-unauthorized',
  level: 'error',
  count: 3,
  requests: ['2', '3', '4'],
  message:
    '3 calls came with a key that had been refused before; ' +
    'stop at a 401 or 403: retries do not help, only another key or permission does',
};
const conduct = async (server: TestServer, path = '/workspaces/default/conduct') =>
  (await server.control('GET', path)).body;

async function fourTimes(server: TestServer, key: string): Promise<void> {
  for (let call = 0; call < 4; call++) await get(server.url + GOOD, bearer(key));
}

describe('over HTTP', () => {
  it('a workspace has its conduct, without control calls', async () => {
    const server = await startTestServer();
    expect(await conduct(server)).toEqual({ findings: [] });
    await fourTimes(server, 'KEY-WITHOUT-PERMISSIONS');
    expect(await conduct(server)).toEqual({ findings: [FINDING] });
    expect(await conduct(server, '/conduct')).toEqual({ findings: [] });
  });

  it('requests without a valid key have their own conduct', async () => {
    const server = await startTestServer();
    await fourTimes(server, 'NOBODY');
    expect(await conduct(server)).toEqual({ findings: [] });
    expect(await conduct(server, '/conduct')).toEqual({ findings: [FINDING] });
  });

  it('a workspace without a journal has its conduct', async () => {
    const server = await startTestServer({ journalSize: 0 });
    await fourTimes(server, 'KEY-WITHOUT-PERMISSIONS');
    expect(await conduct(server)).toEqual({ findings: [FINDING] });
  });

  it.each([
    ['POST', '/workspaces/default/reset'],
    ['POST', '/reset'],
    ['DELETE', '/workspaces/default/requests'],
  ])('%s %s clears it', async (method, path) => {
    const server = await startTestServer();
    await fourTimes(server, 'KEY-WITHOUT-PERMISSIONS');
    await server.control(method, path);
    expect(await conduct(server)).toEqual({ findings: [] });
  });

  it('an unknown workspace is a 404', async () => {
    const server = await startTestServer();
    expect((await server.control('GET', '/workspaces/nobody/conduct')).status).toBe(404);
  });
});

describe('in the library', () => {
  const call = (mock: ReturnType<typeof createMock>, key: string) =>
    mock.fetch(`https://rest.iad-01.braze.com${GOOD}`, { headers: { authorization: `Bearer ${key}` } });

  it('the workspace and the mock have the methods', async () => {
    const mock = createMock();
    for (let index = 0; index < 4; index++) await call(mock, 'KEY-WITHOUT-PERMISSIONS');
    expect(mock.workspace.conduct()).toEqual({ findings: [FINDING] });
    expect(mock.strayConduct()).toEqual({ findings: [] });
    for (let index = 0; index < 4; index++) await call(mock, 'NOBODY');
    expect(mock.strayConduct()).toEqual({ findings: [FINDING] });
  });
});
