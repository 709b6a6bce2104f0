import { applies } from '../checks/check.js';
import { CHECKS } from '../checks/order.js';
import { REFUSALS } from '../refusals/codes.js';
import { refusedInWords } from './in-words.js';
import type { ExplainStep } from './entry.js';
import { outcomeOf } from './outcome.js';
import type { ReadTrace } from './trace.js';

/** Renders a trace: what each check that the request met saw and decided. */
export function explain(trace: ReadTrace): ExplainStep[] {
  const { reached, subject } = trace;
  const met = CHECKS.slice(0, reached + 1).filter((check) => applies(check, subject));
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
  return strike?.effect.status === undefined && code !== 'as_planned' && REFUSALS[code].check === number;
}

function hinted({ hint }: ReadTrace): string {
  return hint === '' ? '' : `; ${hint}`;
}
