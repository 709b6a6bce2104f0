import { describe, expect, it } from 'vitest';
import { Catalogue, generated, notFound } from '../../../src/core/segments/catalogue.js';
import { toSegment } from '../../../src/core/segments/segment.js';
import { TYPES } from '../../support/segments.js';

const known = toSegment({ id: 'known', size: 42 });
const segments = new Map([[known.id, known]]);

describe('a catalogue', () => {
  it('finds its segments by their exact id', () => {
    expect(new Catalogue(segments, notFound).find('known')).toBe(known);
  });

  it.each(['', 'Known', 'known ', 'unknown', '__proto__', 'constructor', 'toString'])('does not find %j', (id) => {
    expect(new Catalogue(segments, notFound).find(id)).toBeUndefined();
  });

  it('prefers its own segments to generated ones', () => {
    expect(new Catalogue(segments, generated('seed')).find('known')).toBe(known);
  });
});

describe('a changed catalogue', () => {
  const idsOf = (catalogue: Catalogue) => catalogue.list().map(({ id }) => id);
  const original = new Map(['a', 'b', 'c'].map((id) => [id, toSegment({ id, size: 1 })]));
  const sizeIn = (catalogue: Catalogue, id: string) => catalogue.find(id)?.definitions[0].size;

  it('replaces a segment in place, appends a new one and drops a deleted one', () => {
    const catalogue = new Catalogue(original, notFound);
    catalogue.put(toSegment({ id: 'd', size: 2 }));
    catalogue.put(toSegment({ id: 'b', size: 2 }));
    catalogue.delete('a');
    expect([idsOf(catalogue), catalogue.size]).toEqual([['b', 'c', 'd'], 3]);
    expect(['a', 'b', 'c', 'd', 'e'].map((id) => catalogue.has(id))).toEqual([false, true, true, true, false]);
    expect(['a', 'b', 'c', 'd', 'e'].map((id) => sizeIn(catalogue, id))).toEqual([undefined, 2, 1, 2, undefined]);
  });

  it('does not affect a copy, and a reset restores it', () => {
    const [one, other] = [new Catalogue(original, notFound), new Catalogue(original, notFound)];
    one.put(toSegment({ id: 'a', size: 2 }));
    one.delete('b');
    expect([idsOf(other), sizeIn(other, 'a'), other.size]).toEqual([['a', 'b', 'c'], 1, 3]);
    one.reset();
    expect([idsOf(one), sizeIn(one, 'a'), one.size]).toEqual([['a', 'b', 'c'], 1, 3]);
  });

  it('generates no segment for a deleted id', () => {
    const catalogue = new Catalogue(original, generated('seed'));
    catalogue.delete('a');
    expect([catalogue.find('a'), catalogue.has('other'), catalogue.find('other')?.id]).toEqual([
      undefined,
      false,
      'other',
    ]);
  });
});

describe('a page of a catalogue', () => {
  const dated = Object.entries({ new: '2023-01-01', undated: undefined, old: '1969-01-01', equal: '1969-01-01' });
  const aged = dated.map(([id, createdAt]) => toSegment({ id, ...(createdAt !== undefined && { createdAt }) }));
  const catalogue = () => new Catalogue(new Map(aged.map((segment) => [segment.id, segment])), notFound);
  const page = (of: Catalogue, number: number, size: number, direction: 'asc' | 'desc') =>
    of.page(number, size, direction).map(({ id }) => id);

  it.each<[number, number, 'asc' | 'desc', string[]]>([
    [0, 9, 'asc', ['undated', 'old', 'equal', 'new']],
    [0, 9, 'desc', ['new', 'equal', 'old', 'undated']],
    [0, 3, 'asc', ['undated', 'old', 'equal']],
    [1, 3, 'asc', ['new']],
    [0, 3, 'desc', ['new', 'equal', 'old']],
    [1, 3, 'desc', ['undated']],
    [2, 2, 'asc', []],
    [2, 2, 'desc', []],
    [9, 2, 'desc', []],
  ])('page %i of %i segments, %s: %j', (number, size, direction, ids) => {
    expect(page(catalogue(), number, size, direction)).toEqual(ids);
  });

  it('omits unlisted segments, which are still found by id', () => {
    const changed = catalogue();
    changed.put(toSegment({ id: 'hidden', createdAt: '1969-01-01', listed: false }));
    changed.put(toSegment({ id: 'old', createdAt: '1969-01-01', listed: false }));
    expect(page(changed, 0, 9, 'asc')).toEqual(['undated', 'equal', 'new']);
    expect(page(changed, 1, 2, 'asc')).toEqual(['new']);
    expect(changed.find('hidden')?.id).toBe('hidden');
    expect(changed.list().map(({ id }) => id)).toEqual(['new', 'undated', 'old', 'equal', 'hidden']);
  });

  it('reflects put, delete and reset', () => {
    const changed = catalogue();
    const pages = [page(changed, 0, 1, 'desc')];
    changed.put(toSegment({ id: 'newest', createdAt: '2024-01-01' }));
    pages.push(page(changed, 0, 1, 'desc'));
    changed.delete('newest');
    pages.push(page(changed, 0, 1, 'desc'));
    changed.delete('new');
    pages.push(page(changed, 0, 1, 'desc'));
    changed.reset();
    pages.push(page(changed, 0, 1, 'desc'));
    expect(pages.flat()).toEqual(['new', 'newest', 'new', 'equal', 'new']);
  });
});

describe('generated segments', () => {
  const ids = Array.from({ length: 400 }, (_, index) => `unknown_${index}`);

  it('have the requested id, a type and a size, and defaults otherwise', () => {
    const catalogue = new Catalogue(segments, generated('seed'));
    for (const id of [...ids, '__proto__', '日本', ' ']) {
      const segment = catalogue.find(id);
      const { type, definitions } = segment!;
      expect(segment).toEqual(toSegment({ id, type, size: definitions[0].size }));
    }
  });

  it('have all four types about equally often, and 1,000 to 500,000 users', () => {
    const unknown = generated('seed');
    const made = ids.map((id) => unknown(id)!);
    for (const type of TYPES) {
      const share = made.filter((segment) => segment.type === type).length / ids.length;
      expect(share).toBeGreaterThan(0.17);
      expect(share).toBeLessThan(0.33);
    }
    const sizes = made.map(({ definitions }) => definitions[0].size).toSorted((a, b) => a - b);
    expect(sizes[0]).toBeGreaterThanOrEqual(1_000);
    expect(sizes.at(-1)).toBeLessThan(500_000);
    expect(sizes.at(-1)! - sizes[0]!).toBeGreaterThan(450_000);
    expect(made.every(({ definitions }) => Number.isSafeInteger(definitions[0].size))).toBe(true);
  });

  it('do not depend on the order of requests', () => {
    const [forwards, backwards] = [generated('seed'), generated('seed')];
    const reversed = ids.toReversed().map((id) => backwards(id));
    expect(reversed.toReversed()).toEqual(ids.map((id) => forwards(id)));
  });

  it('differ by seed', () => {
    const [one, other] = [generated('seed'), generated('another seed')];
    const same = ids.filter((id) => one(id)!.definitions[0].size === other(id)!.definitions[0].size);
    expect(same.length).toBeLessThan(5);
  });

  it('are cached, and identical when generated again', () => {
    const unknown = generated('seed');
    const first = unknown('unknown_0');
    expect(unknown('unknown_0')).toBe(first);
    for (let index = 1; index <= 10_000; index++) unknown(`unknown_${index}`);
    expect(unknown('unknown_0')).not.toBe(first);
    expect(unknown('unknown_0')).toEqual(first);
  });
});
