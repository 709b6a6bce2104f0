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
        '1 call has a misspelt parameter (first: "ending_date" in place of ending_at); ' +
        'correct its name: the service ignores it',
    },
  ]);
});

it('parameters that an endpoint has are no finding', () => {
  const rehearsal = new Rehearsal();
  rehearsal.send(`${SERIES}?segment_id=a&length=3&ending_at=2024-06-01`);
  rehearsal.send('/segments/list?page=0&sort_direction=desc');
  // A filter that Airbyte's connector sends.
  rehearsal.send('/segments/list?last_edit.time[gt]=2024-01-01');
  rehearsal.send('/segments/list?pages=1', { key: 'NOBODY' });
  expect(rehearsal.findings()).toEqual([]);
  expect(rehearsal.findings(true)).toMatchObject([{ rule: 'misspelt-parameter' }]);
});
