'use strict';
// What every project of try.sh runs: the library with and without a port, loaded by require().
const { createMock, startMock } = require('braze-segments-mock');

const PATH = '/segments/data_series?segment_id=segment_1234&length=1';

async function starts() {
  const mock = await startMock();
  const headers = { authorization: `Bearer ${mock.apiKey}` };
  const { fetch: answer, apiKey } = createMock();
  const replies = [
    await fetch(mock.url + PATH, { headers }),
    await fetch(`${mock.url}/__mock/ui`),
    await answer(`https://rest.iad-01.braze.com${PATH}`, { headers: { authorization: `Bearer ${apiKey}` } }),
  ];
  await mock.stop();
  const statuses = replies.map(({ status }) => status).join(' ');
  if (statuses !== '200 200 200') throw new Error(`got ${statuses}, expected 200 200 200`);
}

module.exports = { starts };
