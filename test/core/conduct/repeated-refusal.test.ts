import { describe, expect, it } from 'vitest';
import { deleteSegment, putSegment } from '../../../src/operations/segments.js';
import { Rehearsal, SERIES, window } from '../../support/conduct.js';

const UNKNOWN = window('nothing', '2024-06-01', 3);

it.each([
  [400, `${SERIES}?segment_id=a&length=0`],
  [404, UNKNOWN],
  [422, window('dark', '2024-06-01', 3)],
  [404, '/v1/segments/list'],
])('the same call unchanged after a %i is an error', (status, target) => {
  const rehearsal = new Rehearsal();
  expect(rehearsal.send(target).status).toBe(status);
  rehearsal.pass(5000);
  rehearsal.send(target);
  rehearsal.send(target);
  const [finding] = rehearsal.findings();
  expect(finding).toMatchObject({ rule: 'repeated-refusal', level: 'error', count: 2, requests: [2, 3] });
  expect(finding?.message).toBe(
    `2 calls came unchanged after a 400, 404 or 422 (first: refused with ${status}); ` +
      'do not retry these: change the call as the refusal says, or skip the segment',
  );
});

describe('no finding', () => {
  const cases: [string, (rehearsal: Rehearsal) => void][] = [
    [
      'for a call that was corrected',
      (one) => {
        one.send(`${SERIES}?segment_id=a&length=0`);
        one.send(`${SERIES}?segment_id=a&length=1`);
        one.send(`${SERIES}?segment_id=a&length=101`);
      },
    ],
    [
      'for an instant that was corrected',
      (one) => {
        one.send(window('a', '2024-06-01T10:00:00+05:00', 1));
        one.send(window('a', '2024-06-01T10:00:00-05:0', 1));
      },
    ],
    [
      'for each of many segments',
      (one) => {
        for (const id of ['x', 'y', 'z']) one.send(window(id, '2024-06-01', 3));
      },
    ],
    [
      'for a segment that was made meanwhile, and deleted again',
      (one) => {
        one.send(UNKNOWN);
        putSegment(one.workspace, 'nothing', {});
        expect(one.send(UNKNOWN).status).toBe(200);
        deleteSegment(one.workspace, 'nothing');
        one.send(UNKNOWN);
      },
    ],
    [
      'for the next run of an hourly job',
      (one) => {
        one.send(UNKNOWN);
        one.pass(3_600_000);
        one.send(UNKNOWN);
      },
    ],
    [
      'for two workers at once',
      (one) => {
        const workers = [one.begin(UNKNOWN), one.begin(UNKNOWN)];
        one.pass(1);
        for (const worker of workers) worker.finish();
      },
    ],
    [
      'for two workers at once on two connections',
      (one) => {
        for (const id of [1, 2]) one.send(UNKNOWN, { connection: { id, requests: 2 }, tookMs: 0 });
      },
    ],
    [
      'for tests that each plan a fault',
      (one) => {
        for (let test = 0; test < 3; test++) {
          one.workspace.faults.add({ trigger: { times: 1 }, effect: { status: 404 } });
          one.send(window('a', '2024-06-01', 3));
        }
      },
    ],
    [
      'for a method with a body, which may have changed',
      (one) => {
        for (let call = 0; call < 3; call++) one.send('/users/track', { method: 'POST' });
      },
    ],
    [
      'for probes without a key',
      (one) => {
        for (let call = 0; call < 3; call++) one.send('/', { key: '' });
      },
    ],
    [
      'where it was forced by `Prefer`',
      (one) => {
        for (let call = 0; call < 3; call++) one.send('/segments/list', { headers: { prefer: 'code=404' } });
      },
    ],
  ];
  it.each(cases)('%s', (_what, act) => {
    const rehearsal = new Rehearsal();
    act(rehearsal);
    const all = [...rehearsal.findings(), ...rehearsal.findings(true)].map(({ rule }) => rule);
    expect(all).not.toContain('repeated-refusal');
  });
});
