import { describe, expect, it } from 'vitest';
import { Rehearsal } from '../../support/conduct.js';

const LIST = '/segments/list';
const connectionOf = (id: number) => ({ id, requests: 0 });

it('a new connection for each of ten or more requests is a note', () => {
  const rehearsal = new Rehearsal();
  for (let id = 1; id <= 12; id++) {
    rehearsal.send(LIST, { connection: connectionOf(id) });
    rehearsal.pass(3);
  }
  expect(rehearsal.findings()).toEqual([
    {
      rule: 'too-many-connections',
      level: 'note',
      count: 12,
      requests: [3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
      message: '12 requests each opened a new connection; keep connections open: reuse one client, session or agent',
    },
  ]);
});

describe('no finding', () => {
  const cases: [string, (rehearsal: Rehearsal) => void][] = [
    [
      'for a few requests',
      (one) => {
        for (let id = 1; id < 10; id++) {
          one.send(LIST, { connection: connectionOf(id) });
          one.pass(3);
        }
      },
    ],
    [
      'for one connection',
      (one) => {
        const connection = connectionOf(1);
        for (let call = 0; call < 30; call++) one.send(LIST, { connection });
      },
    ],
    [
      'for many workers with a connection each',
      (one) => {
        const connections = Array.from({ length: 30 }, (_none, index) => connectionOf(index + 1));
        for (let round = 0; round < 3; round++) for (const connection of connections) one.send(LIST, { connection });
      },
    ],
    [
      'for connections that are opened again now and then',
      (one) => {
        for (let id = 1; id <= 30; id++) {
          const connection = connectionOf(id);
          for (let call = 0; call < 3; call++) one.send(LIST, { connection });
        }
      },
    ],
    [
      'without connections',
      (one) => {
        for (let call = 0; call < 30; call++) one.send(LIST);
      },
    ],
  ];
  it.each(cases)('%s', (_what, act) => {
    const rehearsal = new Rehearsal();
    act(rehearsal);
    expect(rehearsal.findings()).toEqual([]);
  });
});
