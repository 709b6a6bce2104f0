import { codeOf, sentence } from '../refusals/messages.js';
import type { Trace } from './trace.js';

export function refusedInWords({ reasons, status }: Pick<Trace, 'reasons' | 'status'>): string {
  return (reasons ?? [])
    .map((reason) => `refused with ${status ?? 'a broken connection,'} ${codeOf(reason)}: ${sentence(reason)}`)
    .join('; ');
}
