import { expect, it } from 'vitest';
import { Rehearsal, SERIES } from '../../support/conduct.js';

const misspelt = `${SERIES}?segment_id=a&length=3&ending_date=2024-06-01`;

it.each([false, true])('a parameter that is unknown is a warning, with strictParameters %j', (strictParameters) => {
  const rehearsal = new Rehearsal({ strictParameters });
  rehearsal.send(misspelt);
  expect(rehearsal.findings()).toEqual([
    {
      rule: 'misspelt-parameter',
      level: 'warning',
      count: 1,
      requests: [1],
      message:
        '1 call has a parameter that the endpoint does not know (first: "ending_date", which resembles ending_at); ' +
        'correct its name, or leave it out: the service ignores it',
    },
  ]);
});

it('parameters that an endpoint has are no finding', () => {
  const rehearsal = new Rehearsal();
  rehearsal.send(`${SERIES}?segment_id=a&length=3&ending_at=2024-06-01`);
  rehearsal.send('/segments/list?page=0&sort_direction=desc');
  rehearsal.send('/segments/list?ending_date=1', { key: 'NOBODY' });
  expect(rehearsal.findings()).toEqual([]);
  expect(rehearsal.findings(true)).toMatchObject([{ rule: 'misspelt-parameter' }]);
});
