import { STATUS_CODES } from 'node:http';

/** The reason phrase of any status, successes included. */
export function reasonPhrase(status: number): string {
  return STATUS_CODES[status] ?? `Status ${status}`;
}
