import { describe, expect, it } from 'vitest';
import { ControlError } from '../../src/operations/errors.js';
import { deleteSegment, putSegment, segmentView, updateSegment } from '../../src/operations/segments.js';
import { seriesView } from '../../src/operations/series.js';
import { createWorkspace, findWorkspace } from '../../src/operations/workspaces.js';
import { mockOf } from '../support/mock.js';
import { bearer, startTestServer } from '../support/server.js';
import { expectRefusal } from '../support/wire.js';

const DAY = '2024-03-01';
const subsetOf = (segment: string, share = 0.5) => ({ type: 'static' as const, subsetOf: { segment, share } });
const FUNNEL = {
  name: 'w',
  apiKeys: [{ key: 'KEY' }],
  segments: [
    { id: 'c', ...subsetOf('b') },
    { id: 'b', ...subsetOf('a') },
    { id: 'a', type: 'static' as const, size: 8000 },
    { id: 'other', type: 'static' as const, size: 1000 },
  ],
};

function open() {
  const mock = mockOf({ clock: '2024-06-01T00:00:00Z' }, [FUNNEL]);
  const workspace = findWorkspace(mock, 'w');
  const size = (id: string) => seriesView(mock, workspace, id, { from: DAY, to: DAY })[0]?.trueSize;
  return { mock, workspace, sizes: () => ['a', 'b', 'c'].map(size), put: putSegment.bind(undefined, workspace) };
}

/** The messages with which some work is refused, under their code. */
function refusal(work: () => unknown): string[] {
  try {
    work();
    return [];
  } catch (error) {
    if (error instanceof ControlError) return [error.code, ...error.messages];
    throw error;
  }
}

describe('subsets of a segment that changes', () => {
  it('follow it, and their caches with them', async () => {
    const server = await startTestServer({ workspaces: [FUNNEL] });
    const sizes = () =>
      Promise.all(
        ['a', 'b', 'c'].map(async (id) => {
          const url = `/segments/data_series?segment_id=${id}&length=1&ending_at=${DAY}`;
          // Bodies are cached when they are asked for again.
          for (let again = 0; again < 3; again++) await server.get(url, bearer('KEY'));
          return ((await server.get(url, bearer('KEY'))).body as { data: { size: number }[] }).data[0]?.size;
        }),
      );
    expect(await sizes()).toEqual([8000, 4000, 2000]);
    await server.control('PATCH', '/workspaces/w/segments/a', { size: 4000 });
    expect(await sizes()).toEqual([4000, 2000, 1000]);
    await server.control('PUT', '/workspaces/w/segments/a', { type: 'static', size: 800 });
    expect(await sizes()).toEqual([800, 400, 200]);
    await server.control('PATCH', '/workspaces/w/segments/b', { subsetOf: { share: 0.1 } });
    expect(await sizes()).toEqual([800, 80, 40]);
    await server.control('POST', '/workspaces/w/reset');
    expect(await sizes()).toEqual([8000, 4000, 2000]);
    await server.control('PATCH', '/workspaces/w/segments/a', { size: 40 });
    await server.control('POST', '/reset');
    expect(await sizes()).toEqual([8000, 4000, 2000]);
  });

  it('stay as they are in workspaces that share the segments', () => {
    const { mock, put, sizes } = open();
    createWorkspace(mock, { name: 'copy', from: 'w' });
    put('a', { type: 'static', size: 80 });
    expect(sizes()).toEqual([80, 40, 20]);
    const [day] = seriesView(mock, findWorkspace(mock, 'copy'), 'c', { from: DAY, to: DAY });
    expect(day?.trueSize).toBe(2000);
  });

  it('can get another parent or become ordinary segments again', () => {
    const { workspace, put, sizes } = open();
    updateSegment(workspace, 'b', { subsetOf: { segment: 'other' } });
    expect(sizes()).toEqual([8000, 500, 250]);
    updateSegment(workspace, 'b', { subsetOf: null, size: 6000 });
    expect(sizes()).toEqual([8000, 6000, 3000]);
    put('a', { type: 'static', size: 1 });
    expect(sizes()).toEqual([1, 6000, 3000]);
    put('a', { ...subsetOf('c'), type: 'static' });
    expect(sizes()).toEqual([1500, 6000, 3000]);
    updateSegment(workspace, 'b', { size: 60 });
    expect(sizes()).toEqual([15, 60, 30]);
  });
});

describe('a subset', () => {
  it('is shown with its lag and without a default size, and can be written back', () => {
    const { workspace, put } = open();
    const view = segmentView(workspace, 'b');
    expect(view).toMatchObject({ subsetOf: { segment: 'a', share: 0.5, lagDays: 0 } });
    expect(view).not.toHaveProperty('size');
    put('b', view);
    expect(segmentView(workspace, 'b')).toEqual(view);
  });

  it.each<[string, string, string | undefined, string]>([
    ['an unknown parent', 'b', 'nowhere', 'the id of another segment of the workspace'],
    ['itself as its parent', 'b', 'b', 'a segment that is not itself a subset of this one (b → b)'],
    ['a circle of two', 'b', 'c', 'a segment that is not itself a subset of this one (b → c → b)'],
    ['a circle of three', 'a', 'c', 'a segment that is not itself a subset of this one (a → c → b → a)'],
    ['itself while it is new', 'new', 'new', 'a segment that is not itself a subset of this one (new → new)'],
  ])('is refused with %s, and nothing has changed', (_problem, id, parent = '', expected) => {
    const { workspace, put, sizes } = open();
    const message = `$.subsetOf.segment: found "${parent}", expected ${expected}`;
    expect(refusal(() => put(id, subsetOf(parent)))).toEqual(['body_invalid', message]);
    if (id !== 'new') {
      expect(refusal(() => updateSegment(workspace, id, { subsetOf: { segment: parent, share: 1 } }))).toEqual([
        'body_invalid',
        message,
      ]);
    }
    expect(sizes()).toEqual([8000, 4000, 2000]);
  });

  it('is refused in a chain of more than 20, also if it is the parent of a long one', () => {
    const { put } = open();
    for (let step = 1; step < 20; step++) put(`chain ${step}`, subsetOf(step === 1 ? 'other' : `chain ${step - 1}`));
    const problem = [
      'body_invalid',
      expect.stringContaining('expected a chain of at most 20 segments up to one without subsetOf'),
    ];
    expect(refusal(() => put('chain 20', subsetOf('chain 19')))).toEqual(problem);
    expect(refusal(() => put('other', subsetOf('a')))).toEqual(problem);
  });

  it('keeps its parent from being deleted', async () => {
    const { workspace, sizes } = open();
    expect(refusal(() => deleteSegment(workspace, 'a'))).toEqual([
      'segment_in_use',
      '"a" is the parent of "b"; delete these first, or change their subsetOf',
    ]);
    expect(sizes()).toEqual([8000, 4000, 2000]);
    for (const id of ['c', 'b', 'a']) deleteSegment(workspace, id);
    const server = await startTestServer({ workspaces: [FUNNEL] });
    expectRefusal(await server.control('DELETE', '/workspaces/w/segments/b'), 409, 'segment_in_use');
  });

  it.each([
    [{ segment: 'a' }, '$.subsetOf.share: found nothing'],
    [{ segment: 'a', share: 1.1 }, '$.subsetOf.share: found 1.1'],
    [{ segment: 'a', share: -0.1 }, '$.subsetOf.share: found -0.1'],
    [{ segment: 'a', share: 1, lagDays: -1 }, '$.subsetOf.lagDays: found -1'],
    [{ segment: 'a', share: 1, lagDays: 366 }, '$.subsetOf.lagDays: found 366'],
    [{ segment: 'a', share: 1, lagDays: 0.5 }, '$.subsetOf.lagDays: found 0.5'],
    [{ segment: '', share: 1 }, '$.subsetOf.segment: found ""'],
    ['a', '$.subsetOf: found "a"'],
  ])('is refused with %j', async (given, message) => {
    const server = await startTestServer({ workspaces: [FUNNEL] });
    const { status, text } = await server.control('PUT', '/workspaces/w/segments/x', { subsetOf: given });
    expect([status, JSON.parse(text)]).toEqual([
      400,
      expect.objectContaining({
        errors: expect.arrayContaining([{ code: 'body_invalid', message: expect.stringContaining(message) as string }]),
      }),
    ]);
  });
});
