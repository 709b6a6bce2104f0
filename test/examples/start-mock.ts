import { startMock } from 'braze-segments-mock';

const mock = await startMock({ clock: '2024-01-31T12:00:00Z' });
const reply = await fetch(`${mock.url}/segments/data_series?segment_id=segment_1234&length=30`, {
  headers: { authorization: `Bearer ${mock.apiKey}` },
});
const [request] = mock.workspace.requests.list({ limit: 1 });
console.log(reply.status, request?.outcome); // 200 success
await mock.stop();
