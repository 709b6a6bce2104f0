import seedrandom from 'seedrandom';
import type { Population } from './fixtures.js';

/** The requested windows: each request draws a workspace, a segment and an `ending_at`. */
export interface Asked extends Population {
  length: number;
  endings: readonly string[];
  /** Whether workspaces and segments are cycled instead of drawn. */
  inTurn?: boolean;
}

const DAY = 86_400_000;

/** Every day of a range, each at a different time of day. */
export function endingsBetween(first: string, last: string): string[] {
  const random = seedrandom(`${first} to ${last}`);
  const start = Date.parse(`${first}T00:00:00Z`);
  const days = (Date.parse(`${last}T00:00:00Z`) - start) / DAY;
  return Array.from({ length: days + 1 }, (_, day) => {
    const instant = start + day * DAY + Math.floor(random() * DAY);
    return `${new Date(instant).toISOString().slice(0, 19)}Z`;
  });
}

/** The segments of the workspace used in most measurements. */
export const USUAL: Population = { workspaces: 1, segments: 300 };

/** A few repeated windows, as requested by a dashboard. */
export const HOT: Asked = {
  workspaces: 1,
  segments: 8,
  length: 100,
  endings: ['2023-03-31', '2023-06-30', '2023-09-30', '2023-12-31'].map((day) => `${day}T23:59:59Z`),
};

const TEN_YEARS = endingsBetween('2014-01-01', '2023-12-31');

/** More than a million windows: hardly any is requested again while cached. */
export const NEVER_ASKED: Asked = { ...USUAL, length: 100, endings: TEN_YEARS };
