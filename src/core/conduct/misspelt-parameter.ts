import { type Rule, some } from './rule.js';

export const misspeltParameter = {
  rule: 'misspelt-parameter',
  level: 'warning',
  when: 'a parameter that the endpoint does not have, as the journal warns',
  says: (count) => `${some(count, 'call has', 'calls have')} a parameter that the endpoint does not know`,
  remedy: 'correct its name, or leave it out: the service ignores it',
  begin: () => ({
    saw({ trace: { number, warnings, reasons } }, { judged }) {
      if (warnings === undefined && reasons === undefined) return;
      const found = [...(warnings ?? []), ...(reasons ?? [])].find(({ code }) => code === 'parameter_unknown');
      if (found?.code !== 'parameter_unknown') return;
      const { name, resembles } = found;
      const meant = resembles === undefined ? '' : `, which resembles ${resembles}`;
      judged.add(number, () => `${JSON.stringify(name.slice(0, 40))}${meant}`);
    },
  }),
} as const satisfies Rule;
