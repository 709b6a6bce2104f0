import { countDays, daysInWords } from '../series/days.js';
import { dayOf, formatDay, formatInstant } from '../time/calendar.js';
import type { Window } from '../series/series.js';
import { availableDays } from './available-days.js';
import type { Check } from './check.js';

/** Which of the days asked for have a snapshot? Refuses nothing. */
export const window: Check<'opened' | 'query' | 'segment', 'days'> = {
  name: 'window',
  number: '–',
  gives: 'days',
  subjects: ['series'],
  run(context) {
    const { opened, query, segment, profile } = context;
    const { now, workspace } = opened;
    const asked = query.window ?? { first: dayOf(now), last: dayOf(now) };
    const count = (available: Window) =>
      countDays(segment, asked, { available, today: dayOf(now), isZeroFilled: profile.zeroFills });
    const days = count(availableDays(context));
    const isLate = typeof context.strike?.effect.data === 'object';
    if (isLate) context.isCorrupted = days.served < count(workspace.availableDays(now)).served;
    if (days.leftOut !== undefined) context.warn({ code: 'days_left_out', days, now });
    return days;
  },
  saw: ({ days, at }) =>
    days === undefined ? '' : `${formatDay(days.first)} to ${formatDay(days.last)}, at ${formatInstant(at)}`,
  passed: ({ days }) => (days === undefined ? '' : daysInWords(days)),
};
