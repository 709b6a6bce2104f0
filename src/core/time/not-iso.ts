import { formatInstant } from './calendar.js';

/** Is it an instant with a space where the "+" of its offset was? The commonest mistake with `ending_at`. */
export function isPlusLost(text: string): boolean {
  return /\d[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)? \d{1,2}(?::?\d{2})?$/i.test(text);
}

/** Longer texts are of no known form. */
const MAX_TIME_LENGTH = 100;

/** Forms of a time that clients send instead of ISO 8601, the first that fits; each with the remedy. */
const FORMS: readonly [form: RegExp, remedy: string | ((text: string) => string)][] = [
  [/^\d{4}-\d{2}-\d{2} \d/, 'write a "T" between date and time'],
  [/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?!:)/i, 'write the seconds too, as in 10:30:00'],
  [/^\d{4}-\d{2}-\d{2}T.*%3a/i, 'it is percent-encoded twice; encode it once'],
  [/^\d{8}(?:T|$)/, 'it has the basic format of ISO 8601; write the hyphens and colons of the extended one'],
  [/^-?\d{9,17}(?:\.\d+)?$/, (text) => `it looks like an epoch time; send ISO 8601${fromEpoch(Number(text))}`],
  [/^(?:\d{1,4}[/.]\d{1,2}[/.]|\d{1,2}-\d{1,2}-)\d{1,4}(?!\d)/, 'send ISO 8601, with the year first: 2024-01-31'],
  [/[a-z]{3}.*\d|\d.*[a-z]{3}/i, 'send ISO 8601, as toISOString() in JavaScript and isoformat() in Python write it'],
  [/^(?:now|today|yesterday|tomorrow)$/i, 'send ISO 8601, or leave it out to mean now'],
];

/** How to fix a text that is not an instant, as an addition to a message; `''` where it is of no known form. */
export function isoRemedy(text: string): string {
  if (text.length > MAX_TIME_LENGTH) return '';
  const found = text.replace(/^\s*["']?|["']?\s*$/g, '');
  if (isPlusLost(found)) return '; a "+" must be sent as %2B, or it arrives as a space';
  const remedy = FORMS.find(([form]) => form.test(found))?.[1];
  if (remedy !== undefined) return `; ${typeof remedy === 'string' ? remedy : remedy(found)}`;
  return found === text ? '' : '; send it without the characters around it';
}

/** Seconds have ten digits these days, milliseconds thirteen, microseconds sixteen. */
function fromEpoch(count: number): string {
  const digits = Math.trunc(Math.abs(count)).toString().length;
  const milliseconds = digits <= 11 ? count * 1000 : digits <= 14 ? count : count / 1000;
  return `: ${formatInstant(Math.trunc(milliseconds)).slice(0, 19)}Z`;
}
