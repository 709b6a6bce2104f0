import { describe, expect, it } from 'vitest';
import {
  type Parameter,
  readParameters,
  segmentIdIn,
  unknownParameters,
} from '../../../src/core/endpoints/parameters.js';
import { DataSeriesParameters } from '../../../src/core/endpoints/data-series.js';

describe('a query string', () => {
  it.each<[string, [name: string, value: string][]]>([
    ['', []],
    ['&', []],
    ['&&&', []],
    ['a=1', [['a', '1']]],
    [
      '&a=1&&b=2&',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    [
      'b=2&a=1&b=3',
      [
        ['b', '2'],
        ['a', '1'],
        ['b', '3'],
      ],
    ],
    ['a', [['a', '']]],
    ['a=', [['a', '']]],
    ['=1', [['', '1']]],
    ['=', [['', '']]],
    ['a=b=c', [['a', 'b=c']]],
    ['a?b=c?d', [['a?b', 'c?d']]],
    ['a;b=1', [['a;b', '1']]],
    ['a+b=c+d', [['a b', 'c d']]],
    ['%61%3D=%2B%26', [['a=', '+&']]],
    ['%C3%A4=%F0%9F%A6%8A', [['ä', '🦊']]],
    ['a%2541=%2541', [['a%41', '%41']]],
  ])('%j parses to %j', (queryString, parameters) => {
    expect(readParameters(queryString)).toEqual(parameters.map(([name, value]): Parameter => ({ name, value })));
  });
});

describe('the segment id of a request', () => {
  it.each([
    ['segment_id=a', 'a'],
    ['length=7&segment_id=a', 'a'],
    ['segment_id=a&segment_id=b', 'a'],
    ['segment_id', ''],
    ['length=7', undefined],
    ['segmentId=a&Segment_id=b', undefined],
    ['', undefined],
  ])('%j: %j', (queryString, segmentId) => {
    expect(segmentIdIn(readParameters(queryString))).toBe(segmentId);
  });
});

describe('an unknown parameter', () => {
  it.each([
    ['lenght', 'length'],
    ['LENGTH', 'length'],
    ['len', 'length'],
    ['le', undefined],
    ['segment', 'segment_id'],
    ['segment-id[]', 'segment_id'],
    ['id', undefined],
    ['end', undefined],
    ['endingAt', 'ending_at'],
    ['ending_before', undefined],
    ['page', undefined],
    ['', undefined],
  ])('%j suggests %j if at most half the letters differ', (name, resembles) => {
    const known = ['segment_id', 'length', 'ending_at'];
    expect(unknownParameters([{ name, value: '' }], DataSeriesParameters)).toEqual([
      { code: 'parameter_unknown', name, known, resembles },
    ]);
  });

  it('is reported once, even if it is repeated', () => {
    const told = unknownParameters(readParameters('x=1&length=7&y=2&x=3'), DataSeriesParameters);
    expect(told.map(({ name }) => name)).toEqual(['x', 'y']);
  });
});
