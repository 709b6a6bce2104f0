import { describe, expect, it } from 'vitest';
import { BUILT_IN } from '../../src/fixtures/built-in.js';
import { serve } from '../support/wire.js';
import { API_KEY, bearer, get, startTestServer } from '../support/server.js';
import { mockOf } from '../support/mock.js';

const EFFECT = { status: 503 };

interface Answer {
  status: number;
  body: unknown;
}

/** Calls the control API with JSON, and gives the status and the JSON that comes back. */
async function call({ url }: { url: string }, method: string, path: string, body?: unknown): Promise<Answer> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const response = await fetch(`${url}/__mock${path}`, { method, ...(text !== undefined && { body: text }) });
  const answer = await response.text();
  return { status: response.status, body: answer === '' ? undefined : (JSON.parse(answer) as unknown) };
}

/** A server with the built-in workspaces, for calls of the control API alone. */
async function started(): Promise<{ url: string }> {
  return { url: await serve(mockOf({}, BUILT_IN)) };
}

const FAULTS = '/workspaces/default/faults';

function refusal(status: number, code: string, ...messages: string[]): Answer {
  return { status, body: { message: 'error', errors: messages.map((message) => ({ code, message })) } };
}

describe('faults over HTTP', () => {
  it('are planned, shown, listed, counted and removed', async () => {
    const server = await startTestServer();
    const plan = { trigger: { segmentId: 'segment_1234', times: 1 }, effect: { status: 502, body: 'html' } };
    const view = { id: 'fault-1', ...plan, matched: 0, strikes: 0 };
    expect(await call(server, 'POST', FAULTS, plan)).toEqual({ status: 201, body: view });
    expect(await call(server, 'POST', FAULTS, { effect: { delay: { kind: 'fixed', ms: 0 } } })).toEqual({
      status: 201,
      body: { id: 'fault-2', trigger: {}, effect: { delay: { kind: 'fixed', ms: 0 } }, matched: 0, strikes: 0 },
    });
    const statuses = [];
    for (let count = 0; count < 3; count++)
      statuses.push((await server.get('/segments/data_series?segment_id=segment_1234&length=1')).status);
    expect(statuses).toEqual([502, 200, 200]);
    expect(await call(server, 'GET', `${FAULTS}/fault-1`)).toEqual({
      status: 200,
      body: { ...view, matched: 3, strikes: 1 },
    });
    expect(await call(server, 'DELETE', `${FAULTS}/fault-1`)).toEqual({ status: 204, body: undefined });
    expect((await call(server, 'GET', FAULTS)).body).toMatchObject({
      faults: [{ id: 'fault-2', matched: 3, strikes: 2 }],
    });
    expect(await call(server, 'DELETE', FAULTS)).toEqual({ status: 204, body: undefined });
    expect(await call(server, 'GET', FAULTS)).toEqual({ status: 200, body: { faults: [] } });
  });

  it.each([
    ['GET', `${FAULTS}/fault-9`, undefined, 'fault_not_found', 'the workspace default has no fault fault-9'],
    ['DELETE', `${FAULTS}/fault-9`, undefined, 'fault_not_found', 'the workspace default has no fault fault-9'],
    [
      'POST',
      '/workspaces/nobody/faults',
      { effect: EFFECT },
      'workspace_not_found',
      'unknown workspace "nobody"; known: default, large',
    ],
    [
      'GET',
      '/workspaces/nobody/faults/fault-1',
      undefined,
      'workspace_not_found',
      'unknown workspace "nobody"; known: default, large',
    ],
  ])('%s %s is not found', async (method, path, body, code, message) => {
    expect(await call(await started(), method, path, body)).toEqual(refusal(404, code, message));
  });

  it('with several mistakes are rejected with all problems, and nothing is planned', async () => {
    const server = await startTestServer();
    const wrong = {
      trigger: { probability: 2, afterwards: 1 },
      effect: { status: 200, delay: { kind: 'uniform', minMs: -1, maxMs: 5 } },
      name: 'x',
    };
    const answer = await call(server, 'POST', FAULTS, wrong);
    expect(answer.status).toBe(400);
    const { errors } = answer.body as { errors: { code: string; message: string }[] };
    expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(['body_invalid']));
    expect(new Set(errors.map(({ message }) => message.split(':')[0]))).toEqual(
      new Set(['$.effect.delay.minMs', '$.effect.status', '$.name', '$.trigger.afterwards', '$.trigger.probability']),
    );
    expect((await call(server, 'GET', FAULTS)).body).toEqual({ faults: [] });
  });

  const OTHERS = ['status', 'connection', 'truncate', 'dribble', 'data', 'drain'];
  const effects: Record<string, unknown> = {
    status: 503,
    connection: 'EMPTY_RESPONSE',
    truncate: 0.5,
    dribble: { chunks: 2, durationMs: 5 },
    data: 'shuffled',
    drain: { perSecond: 5 },
  };
  const pairs = OTHERS.flatMap((one, index) => OTHERS.slice(index + 1).map((other): [string, string] => [one, other]));

  it.each(pairs)('cannot combine %s and %s', async (one, other) => {
    const effect = { [one]: effects[one], [other]: effects[other] };
    expect(await call(await started(), 'POST', FAULTS, { effect })).toEqual(
      refusal(400, 'body_invalid', `$.effect: found ${one} and ${other}, expected at most one of ${OTHERS.join(', ')}`),
    );
  });

  it.each(OTHERS.filter((name) => name !== 'drain'))('can combine a delay and %s', async (name) => {
    const effect = { delay: { kind: 'fixed', ms: 5 }, [name]: effects[name] };
    const { status, body } = await call(await started(), 'POST', FAULTS, { effect });
    expect([status, (body as { effect: unknown }).effect]).toEqual([201, effect]);
  });

  it.each<[body: unknown, message: string]>([
    [null, '$: found null, expected an object'],
    [[], '$: found [], expected an object'],
    [{}, '$.effect: found nothing, expected an object'],
    [{ effect: {} }, '$.effect: found {}, expected delay or one of status, connection, truncate, dribble, data, drain'],
    [{ effect: { headers: {}, truncate: 0 } }, '$.effect.headers: found {}, expected a status as well'],
    [
      { effect: { status: 404, body: 'html' } },
      '$.effect.body: found "html", expected a status of 502, 503 or 504 as well',
    ],
    [
      { effect: { delay: { ms: 5 } } },
      '$.effect.delay.kind: found nothing, expected "fixed", "uniform", "lognormal" or "size"',
    ],
  ])('rejects %j', async (body, message) => {
    expect(await call(await started(), 'POST', FAULTS, body)).toEqual(refusal(400, 'body_invalid', message));
  });

  it('of a fixture exist from the start and again after a reset', async () => {
    const faults = [{ trigger: { times: 1 }, effect: EFFECT }];
    const server = await startTestServer({ workspaces: [{ name: 'w', apiKeys: [{ key: API_KEY }], faults }] });
    const status = async () => (await server.get('/segments/data_series')).status;
    expect([await status(), await status()]).toEqual([503, 400]);
    await call(server, 'POST', '/workspaces/w/faults', { effect: { status: 500 } });
    await call(server, 'POST', '/workspaces/w/reset');
    expect([await status(), await status()]).toEqual([503, 400]);
    expect((await call(server, 'GET', '/workspaces/w/faults')).body).toEqual({
      faults: [{ id: 'fault-1', trigger: { times: 1 }, effect: EFFECT, matched: 2, strikes: 1 }],
    });
  });
});

describe('sixty identical workspaces with identical calls', () => {
  const WORKSPACES = 60;
  const CALLS = 5;

  it('get the same faults, and none of another workspace', async () => {
    const server = await startTestServer();
    const control = `${server.url}/__mock/workspaces`;
    const stories = await Promise.all(
      Array.from({ length: WORKSPACES }, async (_, index) => {
        const made = await fetch(control, { method: 'POST', body: JSON.stringify({ name: `suite-${index}` }) });
        const { name, apiKey } = (await made.json()) as { name: string; apiKey: string };
        const plans = [
          { trigger: { probability: 0.4 }, effect: { status: 503 } },
          { trigger: { probability: 0.5 }, effect: { data: 'zero_dip' } },
          ...(index % 2 === 0 ? [] : [{ trigger: { after: CALLS - 1 }, effect: { status: 418 } }]),
        ];
        for (const plan of plans)
          await fetch(`${control}/${name}/faults`, { method: 'POST', body: JSON.stringify(plan) });
        const story = [];
        for (let count = 0; count < CALLS; count++) {
          const url = `${server.url}/segments/data_series?segment_id=segment_1234&length=20&ending_at=2024-01-31`;
          const { status, text } = await get(url, bearer(apiKey));
          story.push(status === 200 ? text : status);
        }
        return story;
      }),
    );
    const [even, odd] = [0, 1].map((rest) => stories.filter((_story, index) => index % 2 === rest));
    for (const alike of [even, odd]) expect(new Set(alike?.map((story) => JSON.stringify(story)))).toHaveLength(1);
    expect(new Set(stories[0]).size).toBeGreaterThan(2);
    expect([stories[0]?.includes(418), stories[0]?.slice(0, -1)]).toEqual([false, stories[1]?.slice(0, -1)]);
  });
});
