import { bearer, startTestServer, type TestServer } from './server.js';

export const NOW = '2024-01-31T12:00:00Z';
/** The path of the segments in the control API. */
export const SEGMENTS = '/workspaces/w/segments';

/** A server with a workspace of one segment for each kind of day. */
export function startWithSegments(): Promise<TestServer> {
  return startTestServer({
    clock: NOW,
    workspaces: [
      {
        name: 'w',
        apiKeys: [{ key: 'KEY' }],
        retentionDays: 2,
        processingDelay: 'P2D',
        segments: [
          { id: 'recorded', points: { '2024-01-28': 5, '2024-01-29': 7 }, size: 100 },
          { id: 'large', type: 'static', size: 1_000_000, missingDays: ['2024-01-30'] },
          { id: 'young', createdAt: '2024-01-29T06:00:00Z', size: 100, type: 'static' },
          { id: 'omitting', points: { '2024-01-30': 5 }, gaps: 'omit' },
          { id: 'untracked', analyticsTrackingEnabled: false, size: 1, type: 'static' },
        ],
      },
    ],
  });
}

/** The sizes of a day that a client gets, or the status of its refusal. */
export const sizes = async (server: TestServer, id: string) => {
  const url = `/segments/data_series?segment_id=${encodeURIComponent(id)}&length=1&ending_at=2024-01-29`;
  const { status, body } = await server.get(url, bearer('KEY'));
  return status === 200 ? (body as { data: { size: number }[] }).data.map(({ size }) => size) : status;
};
