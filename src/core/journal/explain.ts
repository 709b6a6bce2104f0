import { applies } from '../checks/check.js';
import { CHECKS } from '../checks/order.js';
import { REFUSALS } from '../refusals/codes.js';
import { refusedInWords } from './in-words.js';
import type { ExplainStep } from './entry.js';
import { outcomeOf } from './outcome.js';
import type { ReadTrace, Warning } from './trace.js';
import { describeWarning, nearMissInWords } from './warnings.js';

export function explain(trace: ReadTrace): ExplainStep[] {
  const { reached, subject } = trace;
  const met = CHECKS.slice(0, reached + 1).filter(
    (check) => applies(check, subject) && check.isLeftOut?.(trace) !== true,
  );
  return met.map((check, index) => {
    const isLast = index === met.length - 1;
    const isRefused = isLast && isRefusedBy(check.number, trace);
    const decided = isRefused ? refusedInWords(trace) + hinted(trace) : check.passed(trace);
    const isLeft = isLast && !isRefused && outcomeOf(trace) === 'unanswered';
    return {
      check: check.name,
      saw: check.saw(trace),
      decided: isLeft ? `${decided}; the connection ended without a reply` : decided,
    };
  });
}

/** A status that was preferred or planned is not the check's own refusal. */
function isRefusedBy(number: string, { reasons, preferred, strike }: ReadTrace): boolean {
  if (reasons === undefined || (preferred !== undefined && preferred !== 200)) return false;
  const [{ code }] = reasons;
  if (strike?.effect.status !== undefined || code === 'as_planned') return false;
  return REFUSALS[code].check === number || code === 'internal_server_error';
}

/** What the caller may have meant, as far as that explains the refusal. */
function hinted({ reasons, warnings = [] }: ReadTrace): string {
  const explains = ({ code }: Warning) =>
    code === 'near_miss' || (code === 'api_key_misplaced' && reasons?.[0].code === 'api_key_missing');
  return warnings
    .filter(explains)
    .map((warning) => `; ${warning.code === 'near_miss' ? nearMissInWords(warning) : describeWarning(warning)}`)
    .join('');
}
