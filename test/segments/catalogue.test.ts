import { describe, expect, it } from 'vitest';
import { Catalogue, generated, notFound } from '../../src/segments/catalogue.js';
import { toSegment } from '../../src/segments/segment.js';
import { TYPES } from '../support/segments.js';

const known = toSegment({ id: 'known', size: 42 });
const segments = new Map([[known.id, known]]);

describe('a catalogue', () => {
  it('finds its segments by their exact id', () => {
    expect(new Catalogue(segments, notFound).find('known')).toBe(known);
  });

  it.each(['', 'Known', 'known ', 'unknown', '__proto__', 'constructor', 'toString'])(
    'finds nothing under %j',
    (id) => {
      expect(new Catalogue(segments, notFound).find(id)).toBeUndefined();
    },
  );

  it('finds its own segments before generated ones', () => {
    expect(new Catalogue(segments, generated('seed')).find('known')).toBe(known);
  });
});

describe('generated segments', () => {
  const ids = Array.from({ length: 400 }, (_, index) => `unknown_${index}`);

  it('have the id asked for, a type and a size, and are else as any segment', () => {
    const catalogue = new Catalogue(segments, generated('seed'));
    for (const id of [...ids, '__proto__', '日本', ' ']) {
      const segment = catalogue.find(id);
      const { type, definitions } = segment!;
      expect(segment).toEqual(toSegment({ id, type, size: definitions[0].size }));
    }
  });

  it('come in all four types about equally, with 1,000 to 500,000 users', () => {
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

  it('are the same whatever the order they are asked for in', () => {
    const [forwards, backwards] = [generated('seed'), generated('seed')];
    const reversed = ids.toReversed().map((id) => backwards(id));
    expect(reversed.toReversed()).toEqual(ids.map((id) => forwards(id)));
  });

  it('are other ones under another seed', () => {
    const [one, other] = [generated('seed'), generated('another seed')];
    const same = ids.filter((id) => one(id)!.definitions[0].size === other(id)!.definitions[0].size);
    expect(same.length).toBeLessThan(5);
  });

  it('are kept while they are asked for, and made again alike once forgotten', () => {
    const unknown = generated('seed');
    const first = unknown('unknown_0');
    expect(unknown('unknown_0')).toBe(first);
    for (let index = 1; index <= 10_000; index++) unknown(`unknown_${index}`);
    expect(unknown('unknown_0')).not.toBe(first);
    expect(unknown('unknown_0')).toEqual(first);
  });
});
