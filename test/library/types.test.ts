import { expect, it } from 'vitest';
import { type DataSeries, type Fixture, type SegmentDetails, type SegmentList, startMock } from 'braze-segments-mock';
import fixture from '../examples/fixture.json' with { type: 'json' };

it('a fixture imported from a JSON file is a Fixture, and so are the built-in ones', async () => {
  const checked = fixture satisfies Fixture;
  // @ts-expect-error -- a size is a number
  const wrong = { workspaces: [{ name: 'w', segments: [{ id: 's', size: '5' }] }] } satisfies Fixture;
  expect(wrong.workspaces.length).toBe(1);
  // @ts-expect-error -- there is no such field
  expect(({ workspaces: [{ name: 'w', segmants: [] }] } satisfies Fixture).workspaces.length).toBe(1);
  await using mock = await startMock({ fixtures: checked });
  expect(mock.workspace.segments.get('vip').points).toEqual({ '2024-01-30': 12 });
});

it('replies have exported types', async () => {
  await using mock = await startMock({ clock: '2024-02-01T12:00:00Z' });
  const get = async (path: string) => {
    const reply = await fetch(mock.url + path, { headers: { authorization: `Bearer ${mock.apiKey}` } });
    return reply.json() as unknown;
  };
  const list = (await get('/segments/list')) as SegmentList;
  const details = (await get('/segments/details?segment_id=segment_1234')) as SegmentDetails;
  const series = (await get('/segments/data_series?segment_id=segment_1234&length=2')) as DataSeries;
  expect(list.segments.map(({ id, analytics_tracking_enabled: isTracked }) => [id, isTracked])).toContainEqual([
    'segment_1234',
    true,
  ]);
  expect([details.name, details.tags, details.created_at]).toEqual([
    expect.any(String),
    expect.any(Array),
    expect.any(String),
  ]);
  expect(series.data.map(({ time, size }) => [time.slice(0, 10), typeof size])).toEqual([
    ['2024-01-31', 'number'],
    ['2024-02-01', 'number'],
  ]);
});
