import { STATUS_CODES } from 'node:http';

/** The reason phrase of any status, successes included. */
export function statusText(status: number): string {
  return STATUS_CODES[status] ?? `Status ${status}`;
}
