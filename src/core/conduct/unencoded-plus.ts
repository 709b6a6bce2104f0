import { isPlusLost } from '../time/not-iso.js';
import { type Rule, some } from './rule.js';

export const unencodedPlus = {
  rule: 'unencoded-plus',
  level: 'warning',
  when: 'a "+" in the query that was not percent-encoded, as the journal warns',
  says: (count) => `${some(count, 'call has', 'calls have')} a "+" in the query that arrived as a space`,
  remedy: 'send %2B: encode values with `encodeURIComponent` or `URLSearchParams`',
  begin: () => ({
    saw({ trace: { number, warnings, reasons } }, { judged }) {
      const isWarned = warnings?.some(({ code }) => code === 'unencoded_plus') === true;
      const isRefused = reasons?.some((reason) => reason.code === 'ending_at_invalid' && isPlusLost(reason.found));
      if (isWarned || isRefused === true) judged.add(number);
    },
  }),
} as const satisfies Rule;
