import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Entry, Journal, JournalRoom } from '../../src/journal/journal.js';

function entry(at: number, rest: Partial<Entry> = {}): Entry {
  const view: Entry['view'] = () => {
    throw new Error('nobody asked for it');
  };
  return { number: 0, at, outcome: 'success', status: 200, segmentId: undefined, view, ...rest };
}

function journalOf(capacity: number, ...entries: Entry[]): Journal {
  const journal = new Journal(capacity);
  for (const one of entries) journal.add(() => one);
  return journal;
}

const idsOf = (entries: readonly Entry[]) => entries.map(({ number }) => number).join(' ');
const many = (count: number) => Array.from({ length: count }, (_none, index) => entry(index));

it.each([
  [3, 0, '', 0],
  [3, 1, '1', 1],
  [3, 3, '3 2 1', 3],
  [3, 4, '4 3 2', 3],
  [3, 8, '8 7 6', 3],
  [1, 2, '2', 1],
  [0, 5, '', 0],
])('of %i keeps of %i entries the last, newest first: %s', (capacity, count, ids, size) => {
  const journal = journalOf(capacity, ...many(count));
  expect([idsOf(journal.list()), journal.size]).toEqual([ids, size]);
});

it('gives an entry by its id while it holds it', () => {
  const journal = journalOf(2, ...many(3));
  expect(['1', '2', '3', '4', ''].map((id) => journal.get(id)?.at)).toEqual([undefined, 1, 2, undefined, undefined]);
});

it('gives the entry whose place it takes to who makes the new one', () => {
  const journal = new Journal(2);
  const all = many(5);
  const leaving: (Entry | undefined)[] = [];
  for (const one of all) {
    journal.add((before) => {
      leaving.push(before);
      return one;
    });
  }
  expect(leaving).toEqual([undefined, undefined, ...all.slice(0, 3)]);
});

it('counts on after it was cleared, so that no id comes twice', () => {
  const journal = journalOf(2, ...many(3));
  journal.clear();
  expect([journal.size, idsOf(journal.list())]).toEqual([0, '']);
  for (const one of many(3)) journal.add(() => one);
  expect(idsOf(journal.list())).toBe('6 5');
});

it.each([
  [{}, '5 4 3 2 1'],
  [{ outcome: 'success' }, '5 1'],
  [{ outcome: 'fault' }, '4'],
  [{ outcome: 'nothing' }, ''],
  [{ status: 404 }, '3'],
  [{ status: 200 }, '5 1'],
  [{ segmentId: 's' }, '3 1'],
  [{ since: 20 }, '4 3 2'],
  [{ since: 21 }, '4 3'],
  [{ limit: 2 }, '5 4'],
  [{ limit: 0 }, ''],
  [{ outcome: 'success', limit: 1 }, '5'],
  [{ outcome: 'success', segmentId: 's' }, '1'],
  [{ status: undefined, since: undefined, limit: undefined, outcome: undefined, segmentId: undefined }, '5 4 3 2 1'],
])('filtered by %j lists %s', (filter, ids) => {
  const journal = journalOf(
    10,
    entry(10, { segmentId: 's' }),
    entry(20, { outcome: 'rate_limited', status: 429 }),
    entry(30, { outcome: 'segment_not_found', status: 404, segmentId: 's' }),
    entry(40, { outcome: 'fault', status: undefined }),
    entry(5),
  );
  expect(idsOf(journal.list(filter))).toBe(ids);
});

it.each([
  [0, false],
  [1, true],
])('of %i wants entries where it keeps them: %s', (capacity, wanted) => {
  expect(new Journal(capacity).wanted).toBe(wanted);
});

describe('journals that share the room of a hundred entries', () => {
  const fill = (journal: Journal, count = 200) => {
    for (const one of many(count)) journal.add(() => one);
    return journal;
  };
  const sharing = (count: number, capacity = 80) => {
    const room = new JournalRoom(100);
    return Array.from({ length: count }, () => new Journal(capacity, room)) as [Journal, Journal, ...Journal[]];
  };
  const numbersOf = (journal: Journal) => journal.list().map(({ number }) => number);
  const lastOf = (size: number, count: number) => Array.from({ length: size }, (_entry, index) => count - index);

  it('have an entry each beside it, and keep the last ones while it is used up', () => {
    const journals = sharing(4);
    for (const journal of journals) fill(journal);
    expect(journals.map(numbersOf)).toEqual([80, 22, 1, 1].map((size) => lastOf(size, 200)));
  });

  it.each([
    ['cleared', (journal: Journal) => journal.clear()],
    ['closed', (journal: Journal) => journal.close()],
  ])('leave theirs to others when they are %s', (_how, leave) => {
    const [one, other] = sharing(2);
    for (let again = 0; again < 3; again++) {
      leave(fill(one));
      leave(fill(one));
      fill(other);
      expect([one.size, other.size]).toEqual([0, 80]);
      other.clear();
    }
  });

  it.each([0, 1, 7, 21, 22])('grow again when others have left, %i entries later in order still', (later) => {
    const [one, other] = sharing(2);
    fill(one);
    fill(other, 200 + later);
    one.clear();
    expect(numbersOf(fill(other, 10))).toEqual(lastOf(other.size, 210 + later));
    expect(numbersOf(fill(other))).toEqual(lastOf(80, 410 + later));
  });

  it('are in order whatever is added, cleared and closed', () => {
    const deed = fc.tuple(fc.nat(3), fc.integer({ min: -1, max: 60 }));
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 60 }), (deeds) => {
        const journals = sharing(4, 40);
        const counts = [0, 0, 0, 0];
        for (const [index, count] of deeds) {
          const journal = journals[index] as Journal;
          if (count < 0) journal.clear();
          else fill(journal, count);
          counts[index] = (counts[index] as number) + Math.max(0, count);
        }
        for (const [index, journal] of journals.entries()) {
          expect(numbersOf(journal)).toEqual(lastOf(journal.size, counts[index] as number));
        }
        expect(journals.reduce((sum, { size }) => sum + Math.max(0, size - 1), 0)).toBeLessThanOrEqual(100);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('have room for the largest of them at least', () => {
    const [large] = sharing(1, 150);
    expect(fill(large).size).toBe(150);
  });
});

it.each([
  [0, 100_000],
  [1000, 100_000],
  [1001, 100_100],
])('a server whose journals have the size %i has room for %i entries', (journalSize, entries) => {
  const room = JournalRoom.ofServer(journalSize);
  for (let taken = 0; taken < entries; taken++) if (!room.take()) throw new Error(`no room for ${taken}`);
  expect(room.take()).toBe(false);
});

it('keeps nothing once it is closed', () => {
  const journal = journalOf(3, ...many(2));
  journal.close();
  journal.add(() => entry(0));
  expect([journal.size, journal.list(), journal.wanted]).toEqual([0, [], false]);
});

describe('a listener', () => {
  it('hears of each new entry until it stops listening', () => {
    const journal = journalOf(1, entry(0));
    const heard: string[] = [];
    const stop = journal.listen({
      heard: ({ number }) => void heard.push(String(number)),
      closed: () => void heard.push('closed'),
    });
    journal.add(() => entry(1));
    journal.add(() => entry(2));
    stop();
    journal.add(() => entry(3));
    journal.close();
    expect(heard).toEqual(['2', '3']);
  });

  it('is told once that the journal is closed', () => {
    const journal = new Journal(1);
    const heard: string[] = [];
    journal.listen({ heard: ({ number }) => void heard.push(String(number)), closed: () => void heard.push('closed') });
    journal.close();
    journal.close();
    journal.add(() => entry(0));
    expect(heard).toEqual(['closed']);
  });

  it('makes entries wanted of a journal that keeps none', () => {
    const journal = new Journal(0);
    const heard: string[] = [];
    const before = journal.wanted;
    const stop = journal.listen({ heard: ({ number }) => void heard.push(String(number)), closed: () => undefined });
    journal.add(() => entry(0));
    const during = journal.wanted;
    stop();
    expect([before, during, journal.wanted, heard, journal.size]).toEqual([false, true, false, ['1'], 0]);
  });
});
