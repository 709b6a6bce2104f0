import { expect, it } from 'vitest';
import { inTurns, medianOf, ratioOf } from './measure.js';

it('runs the candidates in turn in every round', async () => {
  const order: string[] = [];
  const turn = (name: string) => async (round: number) => {
    order.push(`${name}${round}`);
    return round;
  };
  expect(await inTurns(3, { a: turn('a'), b: turn('b') })).toEqual({ a: [1, 2, 3], b: [1, 2, 3] });
  expect(order).toEqual(['a1', 'b1', 'a2', 'b2', 'a3', 'b3']);
});

it('compares candidates within the same round', () => {
  const itself = (value: number) => value;
  expect(ratioOf([2, 30, 4], [1, 10, 4], itself)).toEqual({ median: 2, least: 1, most: 3 });
  expect(ratioOf([1, 3], [1, 1], itself).median).toBe(2);
  expect(medianOf([5, 1, 9], itself)).toBe(5);
});
