import { describe, expect, it } from 'vitest';
import { pointsIn } from '../../../src/ui/lib/points.js';

const POINTS = [
  { time: '2024-01-01', size: 1200 },
  { time: '2024-01-02', size: 1210 },
];

describe('the points of a file', () => {
  it.each<[string, string]>([
    ['CSV with a header', 'date,size\n2024-01-01,1200\n2024-01-02,1210\n'],
    ['CSV without one', '2024-01-01,1200\n2024-01-02,1210'],
    ['semicolons, CRLF and a byte order mark', '\uFEFFTag;Nutzer\r\n2024-01-01;1200\r\n\r\n2024-01-02;1210\r\n'],
    ['tabs and quotes', '"2024-01-01"\t"1200"\n"2024-01-02" \t 1210\n'],
    ['timestamps at midnight', '2024-01-01T00:00:00Z,1200\n2024-01-02 00:00:00,1210\n'],
    ['equal duplicates', '2024-01-01,1200\n2024-01-02,1210\n2024-01-01,1200\n'],
    ['JSON by day', '{"2024-01-01":1200,"2024-01-02":1210}'],
    ['a list', JSON.stringify(POINTS)],
    ['a reply', JSON.stringify({ data: POINTS, message: 'success' })],
    ['a segment', '{"id":"x","points":{"2024-01-01":1200,"2024-01-02":1210}}'],
    [
      'the segment of a fixture',
      JSON.stringify({ workspaces: [{ segments: [{ id: 'a' }, { id: 'vip', points: POINTS }] }] }),
    ],
    ['the only segment of a fixture', JSON.stringify({ workspaces: [{ segments: [{ id: 'a', points: POINTS }] }] })],
  ])('are read: %s', (_form, text) => {
    expect(pointsIn(text, 'vip')).toEqual(POINTS);
  });

  it.each<[string, string, RegExp]>([
    [
      'another form of dates',
      'date,size\n01/02/2024,5\n',
      /^Line 2: found 01\/02\/2024,5, expected a date and a size, .*\nNothing has changed; the command braze-segments-mock import/,
    ],
    ['more columns', '2024-01-01,5,6\n', /^Line 1: found 2024-01-01,5,6, expected/],
    ['a fraction', '2024-01-01,5.5\n', /^Line 1/],
    ['a negative size', '2024-01-01,-5\n', /^Line 1/],
    ['another time of day', '2024-01-01T12:00:00Z,5\n', /^Line 1/],
    ['contradictions', '2024-01-01,5\n2024-01-01,6\n', /^Line 2: found 6 for 2024-01-01, which has 5 on line 1\./],
    ['many problems', 'x1\n'.repeat(9), /^(Line \d: .*\n){5}4 more like these\.\n/],
    ['a header alone', 'date,size\n', /^The file has no points/],
    ['nothing', '', /^The file has no points/],
    ['a segment without points', '{"id":"x","points":{}}', /^The file has no points/],
    [
      'a fixture of others',
      '{"workspaces":[{"segments":[{"id":"a"},{"id":"b"}]}]}',
      /^The file has no segment vip, but a, b\./,
    ],
    ['broken JSON', '{"2024-01-01":', /JSON/],
  ])('are refused: %s', (_form, text, problem) => {
    expect(() => pointsIn(text, 'vip')).toThrow(problem);
  });
});
