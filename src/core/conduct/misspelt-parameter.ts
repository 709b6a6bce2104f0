import { type Rule, some } from './rule.js';

export const misspeltParameter = {
  rule: 'misspelt-parameter',
  level: 'warning',
  when: 'a parameter that the endpoint does not have but that resembles one of its own, as the journal warns',
  says: (count) => `${some(count, 'call has', 'calls have')} a misspelt parameter`,
  remedy: 'correct its name: the service ignores it',
  begin: () => ({
    saw({ trace: { number, warnings, reasons } }, { judged }) {
      if (warnings === undefined && reasons === undefined) return;
      for (const found of [...(warnings ?? []), ...(reasons ?? [])]) {
        // What resembles no known one is not misspelt.
        if (found.code !== 'parameter_unknown' || found.resembles === undefined) continue;
        judged.add(number, () => `${JSON.stringify(found.name.slice(0, 40))} in place of ${found.resembles}`);
        return;
      }
    },
  }),
} as const satisfies Rule;
