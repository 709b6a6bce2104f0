import type { Opened } from './context.js';

/**
 * The real seconds that a refusal tells its client to wait: by `retry-after`, or on a 429 by `x-ratelimit-reset`, which
 * is an instant of the workspace's clock.
 */
export function toldWaitSeconds(status: number, headers: Record<string, string>, opened?: Opened): number | undefined {
  const { 'retry-after': retryAfter = '', 'x-ratelimit-reset': reset = '' } = headers;
  if (status < 400) return undefined;
  if (/^\d+$/.test(retryAfter)) return Number(retryAfter);
  if (status !== 429 || opened === undefined || !/^\d+$/.test(reset)) return undefined;
  return Math.max(0, Number(reset) - opened.now / 1000) / opened.workspace.clock.scale;
}
