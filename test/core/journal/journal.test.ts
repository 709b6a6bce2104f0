import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Journal, JOURNAL_BYTES, JournalSpace } from '../../../src/core/journal/journal.js';
import type { Trace } from '../../../src/core/journal/trace.js';
import { traceWith } from '../../support/traces.js';

function entry(at: number, rest: Partial<Trace> = {}): Trace {
  return traceWith({ at, bytes: 1, ...rest });
}

function journalOf(capacity: number, ...entries: Trace[]): Journal {
  const journal = new Journal(capacity);
  for (const one of entries) journal.add(one);
  return journal;
}

const idsOf = (entries: readonly Trace[]) => entries.map(({ number }) => number).join(' ');
const many = (count: number) => Array.from({ length: count }, (_none, index) => entry(index));

it.each([
  [3, 0, '', 0],
  [3, 1, '1', 1],
  [3, 3, '3 2 1', 3],
  [3, 4, '4 3 2', 3],
  [3, 8, '8 7 6', 3],
  [1, 2, '2', 1],
  [0, 5, '', 0],
])('with a capacity of %i keeps the last of %i entries, newest first: %s', (capacity, count, ids, size) => {
  const journal = journalOf(capacity, ...many(count));
  expect([idsOf(journal.list()), journal.size]).toEqual([ids, size]);
});

it('finds an entry by id until it is evicted', () => {
  const journal = journalOf(2, ...many(3));
  expect(['1', '2', '3', '4', ''].map((id) => journal.get(id)?.at)).toEqual([undefined, 1, 2, undefined, undefined]);
});

it('never reuses an id, even after clearing', () => {
  const journal = journalOf(2, ...many(3));
  journal.clear();
  expect([journal.size, idsOf(journal.list())]).toEqual([0, '']);
  for (const one of many(3)) journal.add(one);
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
    entry(20, { reasons: [{ code: 'rate_limited', limit: 1, retryAfterSeconds: 1 }], status: 429 }),
    entry(30, { reasons: [{ code: 'segment_not_found', segmentId: 's' }], status: 404, segmentId: 's' }),
    entry(40, { strike: { id: 'fault-1', effect: { status: 503 }, uniform: 0, bell: 0 }, status: undefined }),
    entry(5),
  );
  expect(idsOf(journal.list(filter))).toBe(ids);
});

describe('journals that share a space of 100 bytes', () => {
  const fill = (journal: Journal, count = 200, bytes = 1) => {
    for (let added = 0; added < count; added++) journal.add(entry(added, { bytes }));
    return journal;
  };
  const sharing = (count: number, capacity = 80, space = new JournalSpace(100)) =>
    Array.from({ length: count }, () => new Journal(capacity, space)) as [Journal, Journal, ...Journal[]];
  const numbersOf = (journal: Journal) => journal.list().map(({ number }) => number);
  const lastOf = (size: number, count: number) => Array.from({ length: size }, (_entry, index) => count - index);

  it('evict the oldest entries of all journals when it is full', () => {
    const journals = sharing(3);
    for (const journal of journals) fill(journal);
    expect(journals.map(numbersOf)).toEqual([[], lastOf(20, 200), lastOf(80, 200)]);
    fill(journals[0], 30);
    expect(journals.map(numbersOf)).toEqual([lastOf(30, 230), [], lastOf(70, 200)]);
  });

  it('evict as many entries as a large one needs', () => {
    const [one, other] = sharing(2);
    fill(one, 60);
    fill(other, 1, 55);
    expect([one, other].map(numbersOf)).toEqual([lastOf(45, 60), [1]]);
  });

  it('keep an entry larger than the space alone until the next one', () => {
    const [one, other] = sharing(2);
    fill(fill(one, 60), 1, 1000);
    expect([one, other].map(numbersOf)).toEqual([[61], []]);
    fill(other, 1);
    expect([one, other].map(numbersOf)).toEqual([[], [1]]);
  });

  it.each([
    ['cleared', (journal: Journal) => journal.clear()],
    ['closed', (journal: Journal) => journal.close()],
  ])('free their bytes when they are %s', (_how, leave) => {
    const space = new JournalSpace(100);
    const [one, other] = sharing(2, 80, space);
    for (let again = 0; again < 3; again++) {
      fill(other, 10);
      leave(fill(one));
      expect([one.size, other.size, space.used]).toEqual([0, 10, 10]);
      expect(fill(other).size).toBe(80);
      other.clear();
      expect(space.used).toBe(0);
    }
  });

  it('hold the same entries as a plain list, within the limit', () => {
    const step = fc.record({
      journal: fc.nat(3),
      deed: fc.constantFrom('add', 'add', 'add', 'add', 'add', 'clear', 'close'),
      bytes: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 150 })),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), fc.constantFrom(1, 3, 50), (steps, capacity) => {
        const space = new JournalSpace(100);
        const journals = sharing(4, capacity, space);
        const counts = [0, 0, 0, 0];
        const closed = new Set<number>();
        let model: { journal: number; number: number; bytes: number }[] = [];
        for (const { journal: index, deed, bytes } of steps) {
          const journal = journals[index] as Journal;
          if (deed !== 'add') {
            journal[deed]();
            if (deed === 'close') closed.add(index);
            model = model.filter((kept) => kept.journal !== index);
          } else {
            journal.add(entry(0, { bytes }));
            const number = (counts[index] = (counts[index] ?? 0) + 1);
            const own = model.filter((kept) => kept.journal === index);
            if (own.length === capacity) model.splice(model.indexOf(own[0] as (typeof own)[0]), 1);
            if (!closed.has(index)) model.push({ journal: index, number, bytes });
            while (model.length > 1 && sum(model) > 100) model.shift();
          }
          const kept = journals.map((_journal, at) =>
            model.filter((one) => one.journal === at).map(({ number }) => number),
          );
          expect(journals.map((one) => numbersOf(one).toReversed())).toEqual(kept);
          expect(journals.map(({ size }) => size)).toEqual(kept.map(({ length }) => length));
          expect(space.used).toBe(sum(model));
          if (model.length > 1) expect(space.used).toBeLessThanOrEqual(100);
        }
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});

function sum(entries: readonly { bytes: number }[]): number {
  return entries.reduce((bytes, one) => bytes + one.bytes, 0);
}

it('has 64 MiB for all journals of a server', () => {
  const [one, other] = [new JournalSpace(), new JournalSpace()].map((space) => new Journal(1_000_000, space));
  for (let added = 0; added < 65; added++) one?.add(entry(0, { bytes: 1024 * 1024 }));
  for (let added = 0; added < 64; added++) other?.add(entry(0, { bytes: 1024 * 1024 }));
  expect([JOURNAL_BYTES, one?.size, other?.size]).toEqual([64 * 1024 * 1024, 64, 64]);
});

it('keeps no entries once closed', () => {
  const journal = journalOf(3, ...many(2));
  journal.close();
  journal.add(entry(0));
  expect([journal.size, journal.list()]).toEqual([0, []]);
});

describe('a journal listener', () => {
  const addFinished = (journal: Journal, one: Trace) => {
    journal.add(one);
    journal.finish(one, 200, 1);
  };

  it('is not called for an entry in flight', () => {
    const journal = new Journal(1);
    const heard: string[] = [];
    journal.listen({ heard: ({ number }) => void heard.push(String(number)), closed: () => undefined });
    journal.add(entry(0));
    expect([heard, journal.size]).toEqual([[], 1]);
  });

  it('is called for each finished entry until it unsubscribes', () => {
    const journal = journalOf(1, entry(0));
    const heard: string[] = [];
    const stop = journal.listen({
      heard: ({ number }) => void heard.push(String(number)),
      closed: () => void heard.push('closed'),
    });
    addFinished(journal, entry(1));
    addFinished(journal, entry(2));
    stop();
    addFinished(journal, entry(3));
    journal.close();
    expect(heard).toEqual(['2', '3']);
  });

  it('is told once when the journal is closed', () => {
    const journal = new Journal(1);
    const heard: string[] = [];
    journal.listen({ heard: ({ number }) => void heard.push(String(number)), closed: () => void heard.push('closed') });
    journal.close();
    journal.close();
    addFinished(journal, entry(0));
    expect(heard).toEqual(['closed']);
  });

  it('is called for an entry that a journal of size 0 does not keep', () => {
    const journal = new Journal(0);
    const heard: string[] = [];
    const stop = journal.listen({ heard: ({ number }) => void heard.push(String(number)), closed: () => undefined });
    addFinished(journal, entry(0));
    stop();
    addFinished(journal, entry(1));
    expect([heard, journal.size]).toEqual([['1'], 0]);
  });
});
