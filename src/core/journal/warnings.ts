import { PREFERABLE } from '../faults/prefer.js';
import { quote, sentence } from '../refusals/messages.js';
import { daysInWords } from '../series/days.js';
import { formatInstant } from '../time/calendar.js';
import type { Warning } from './trace.js';

/** A likely mistake of the client, in a sentence. */
export function describeWarning(warning: Warning): string {
  switch (warning.code) {
    case 'parameter_unknown':
      return `an unknown parameter was ignored: ${sentence(warning)}`;
    case 'api_key_misplaced':
      return `there is an API key in the ${warning.place}${warning.name === undefined ? '' : ` ${warning.name}`}; send it as the header "Authorization: Bearer <API key>" instead`;
    case 'unencoded_plus':
      return 'a "+" in the query was not percent-encoded, and so read as a space; send %2B';
    case 'near_miss':
      return (warning.about === undefined ? '' : `${warning.about}: `) + nearMissInWords(warning);
    case 'days_left_out':
      return daysInWords(warning.days) + `; the clock says ${formatInstant(warning.now)}`;
    case 'page_beyond':
      return `page ${warning.page} is past the last one: the workspace lists ${warning.listed} ${warning.what}; pages of 100 count from 0`;
    case 'doubled_slash':
      return `the path ${warning.path} has a doubled slash; does the base URL end in "/"?`;
    case 'trailing_slash':
      return `the path ${warning.path} ends in a slash`;
    case 'foreign_instance':
      return `the API key belongs to the instance ${warning.key}, but the Host is ${warning.host}`;
    case 'preference_overruled':
      return 'Prefer: code=200 suppresses faults, but the request was refused for another reason';
    case 'preference_ignored':
      return `Prefer: code=${warning.preferred} was ignored: preferences are off, the code is not one of ${PREFERABLE.join(', ')}, or the request was refused before`;
  }
}

export function nearMissInWords({ says, value }: Extract<Warning, { code: 'near_miss' }>): string {
  return value === undefined ? says : `${says} ${quote(value)}`;
}
