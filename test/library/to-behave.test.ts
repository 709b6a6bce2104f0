import { get } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createMock, startMock } from '../../src/library/index.js';
import { test, useMock } from '../../src/library/vitest.js';

const used = useMock();

/** The message of a failed expectation. */
function failure(check: () => unknown): string {
  try {
    check();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('it did not fail');
}

const call = (key: string, target = '/segments/list') =>
  used.fetch(`https://rest.iad-01.braze.com${target}`, { headers: { authorization: `Bearer ${key}` } });

describe('expect(workspace).toBehave()', () => {
  it('passes without findings, and with `.not` fails', async () => {
    await call(used.apiKey);
    expect(used.workspace).toBehave();
    expect(used.workspace).toBehave({ allow: ['gap'] });
    expect(failure(() => expect(used.workspace).not.toBehave())).toBe(
      'expected the clients to misbehave, but no rule of conduct found an error or a warning',
    );
  });

  it('fails with every error and warning, and says what to change', async () => {
    used.workspace.faults.add({ trigger: { times: 1 }, effect: { status: 429, headers: { 'retry-after': '60' } } });
    used.workspace.faults.add({ trigger: { segmentId: 'nothing' }, effect: { status: 503 } });
    await call(used.apiKey);
    await call(used.apiKey);
    expect(used.workspace).not.toBehave();
    const message = failure(() => expect(used.workspace).toBehave());
    expect(message.split('\n')).toEqual([
      'expected the clients to behave, but found:',
      expect.stringMatching(
        /^- error retry-too-early \[requests 2\]: 1 call came again .*; wait as long as `retry-after` says, .*$/,
      ),
      expect.stringMatching(/^- warning fault-never-met: 1 planned fault never struck .*, or remove the fault$/),
    ]);
    expect(failure(() => expect(used.workspace).toBehave({ allow: ['fault-never-met'] }))).not.toContain('never-met');
    expect(used.workspace).toBehave({ allow: ['retry-too-early', 'fault-never-met'] });
  });

  it('accepts notes and the level unjudged', async () => {
    const mock = createMock({ clock: '2024-01-31T12:00:00Z' });
    mock.workspace.faults.add({ trigger: { times: 1 }, effect: { status: 429 } });
    const ask = (length: number) =>
      mock.fetch(`https://x.test/segments/data_series?segment_id=segment_1234&length=${length}`, {
        headers: { authorization: `Bearer ${mock.apiKey}` },
      });
    for (const length of [3, 3, 5]) await ask(length);
    expect(mock.workspace.conduct().findings.map(({ level }) => level)).toEqual(['unjudged', 'note']);
    expect(mock.workspace).toBehave();
  });

  it('takes a mock for the requests without a valid key', async () => {
    const mock = createMock();
    for (let times = 0; times < 4; times++)
      await mock.fetch('https://x.test/segments/list', { headers: { authorization: 'Bearer NOBODY' } });
    expect(mock.workspace).toBehave();
    expect(failure(() => expect(mock).toBehave())).toContain('error hammered-unauthorized');
  });

  it.each([
    [{ allow: ['gaps'] }, /^toBehave: unknown rule gaps; known: retry-too-early, .*, gap, /],
    [{ allow: [undefined] }, /^toBehave: unknown rule undefined; known: /],
    [{ allow: 'gap' }, /^toBehave: found "gap", expected { allow: \[a list of rules\] }$/],
    [{ alow: [] }, /^toBehave: found {"alow":\[\]}, expected /],
    [['gap'], /^toBehave: found \["gap"\], expected /],
    [null, /^toBehave: found null, expected /],
  ])('refuses %j', (options, message) => {
    expect(failure(() => expect(used.workspace).toBehave(options as never))).toMatch(message);
    expect(failure(() => expect(used.workspace).not.toBehave(options as never))).toMatch(message);
  });

  it.each([
    ['a URL', 'http://127.0.0.1:1'],
    ['nothing', undefined],
    ['a view', { findings: [] }],
  ])('refuses %s', (_what, received) => {
    expect(failure(() => expect(received).toBehave())).toMatch(/^toBehave: found \w+, expected a workspace/);
  });

  test('works with the context of a test', ({ workspace, mock }) => {
    for (const one of [workspace, mock])
      // eslint-disable-next-line vitest/no-standalone-expect -- the linter does not know this `test`
      expect(one).toBehave();
  });
});

describe('under fake timers, waits are unjudged', () => {
  afterEach(() => void vi.useRealTimers());

  it.each(['in process', 'over HTTP'])('%s', async (how) => {
    await using mock = await startMock();
    mock.workspace.faults.add({ trigger: { times: 1 }, effect: { status: 429, headers: { 'retry-after': '60' } } });
    vi.useFakeTimers({ toFake: ['setTimeout', 'Date'] });
    const headers = { authorization: `Bearer ${mock.apiKey}` };
    const ask = async () =>
      how === 'in process'
        ? (await mock.fetch(`${mock.url}/segments/list`, { headers })).status
        : await new Promise<number | undefined>((resolve) => {
            get(`${mock.url}/segments/list`, { headers }, (reply) => {
              reply.resume().once('end', () => resolve(reply.statusCode));
            });
          });
    const client = async () => {
      const status = await ask();
      await new Promise((resolve) => void globalThis.setTimeout(resolve, status === 429 ? 60_000 : 0));
      await ask();
    };
    const done = client();
    while (vi.getTimerCount() === 0) await new Promise((resolve) => void setImmediate(resolve));
    await vi.advanceTimersByTimeAsync(60_000);
    await done;
    expect(mock.workspace.conduct().findings.map(({ rule, level }) => `${rule} ${level}`)).toEqual([
      'retry-too-early unjudged',
    ]);
    expect(mock.workspace).toBehave();
  });
});
