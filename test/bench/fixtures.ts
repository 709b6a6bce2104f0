import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SegmentType } from '../../src/core/segments/fixture.js';
import type { FixtureFile } from '../../src/core/workspaces/fixture.js';
import { temporaryFolder } from './cleanup.js';

export interface Population {
  workspaces: number;
  /** Per workspace. */
  segments: number;
}

const TYPES: SegmentType[] = ['static', 'dynamic', 'location', 'behavior'];

/** The prefix of API keys and segment ids, before their number. */
export const KEY = 'sk_test_';
export const SEGMENT = 'segment_';

/** Writes a fixture file with the given numbers of workspaces and segments, counted from 1, and returns its path. */
export function writeFixture({ workspaces, segments }: Population): string {
  const catalogue = count(segments).map((number) => ({
    id: `${SEGMENT}${number}`,
    name: `Segment ${number}`,
    type: TYPES[number % TYPES.length] as SegmentType,
    size: 20_000 + number,
  }));
  const fixture: FixtureFile = {
    workspaces: count(workspaces).map((number) => ({
      name: `workspace_${number}`,
      apiKeys: [{ key: `${KEY}${number}` }],
      segments: catalogue,
    })),
  };
  const file = join(temporaryFolder(), `${workspaces}-workspaces-${segments}-segments.json`);
  writeFileSync(file, JSON.stringify(fixture));
  return file;
}

function count(last: number): number[] {
  return Array.from({ length: last }, (_, index) => index + 1);
}
