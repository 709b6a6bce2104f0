import { describe, expect, it } from 'vitest';
import { API_KEY, bearer, startTestServer } from '../../support/server.js';
import { CLOSE, expectRefusal, replyTo } from '../../support/wire.js';

const GOOD = '/segments/data_series?segment_id=segment_1234&length=1';

describe('/__mock/health', () => {
  it.each(['', '?', '?verbos', '?other=1'])('answers everyone with only its status: %s', async (query) => {
    const { control } = await startTestServer({ controlToken: 'TOKEN' });
    const reply = await control('GET', `/health${query}`, undefined, { origin: 'http://evil.com' });
    expect(reply).toMatchObject({ status: 200, text: '{"status":"ok"}' });
  });

  it('counts the entries and bytes of all journals if it is verbose', async () => {
    const { control, get } = await startTestServer();
    const journal = async (query = '?verbose') => {
      const { status, body } = await control('GET', `/health${query}`);
      expect([status, body]).toMatchObject([200, { status: 'ok' }]);
      return (body as { journal: { entries: number; bytes: number } }).journal;
    };
    expect(await journal()).toEqual({ entries: 0, bytes: 0 });
    await get(GOOD);
    const one = await journal();
    expect(one).toEqual({ entries: 1, bytes: expect.any(Number) as number });
    expect(one.bytes).toBeGreaterThan(GOOD.length);
    await get(GOOD, bearer('unknown'));
    await get('/segments/list', bearer('LARGE-REST-API-KEY'));
    expect((await journal('?verbose=true')).entries).toBe(3);
    expect((await journal()).bytes).toBeGreaterThan(2 * one.bytes);
    await control('DELETE', '/workspaces/default/requests');
    expect((await journal()).entries).toBe(2);
    await control('POST', '/reset');
    expect(await journal()).toEqual({ entries: 0, bytes: 0 });
  });

  it('counts no more entries than journals hold', async () => {
    const { control, get } = await startTestServer({ journalSize: 2 });
    for (let count = 0; count < 5; count++) await get(GOOD);
    expect((await control('GET', '/health?verbose')).body).toMatchObject({ journal: { entries: 2 } });
  });

  it('is guarded like the control API if it is verbose', async () => {
    const { control, url } = await startTestServer({ controlToken: 'TOKEN' });
    const token = { authorization: 'Bearer TOKEN' };
    const ask = (headers: Record<string, string>) => control('GET', '/health?verbose', undefined, headers);
    expect((await ask(token)).status).toBe(200);
    expectRefusal(await ask({}), 401, 'control_token_invalid');
    expectRefusal(await ask(bearer(API_KEY)), 401, 'control_token_invalid');
    expectRefusal(await ask({ ...token, origin: 'http://evil.com' }), 403, 'origin_forbidden');
    const target = '/__mock/health?verbose';
    const evil = { target, headers: ['Host: evil.com', 'Authorization: Bearer TOKEN', CLOSE] };
    expectRefusal(await replyTo(url, evil), 403, 'host_forbidden');
  });

  it('has no verbose form without the control API', async () => {
    const { control } = await startTestServer({ noControl: true });
    expect(await control('GET', '/health?verbose')).toMatchObject({ status: 200, text: '{"status":"ok"}' });
  });
});
