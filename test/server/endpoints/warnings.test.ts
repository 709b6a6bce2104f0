import { beforeAll, expect, it } from 'vitest';
import { openTestServer, startTestServer, type TestServer } from '../../support/server.js';
import { AUTHORIZATION, CLOSE, HOST, replyTo } from '../../support/wire.js';

let server: TestServer;
beforeAll(async () => {
  server = await openTestServer();
  return () => server.stop();
});

const PATH = '/segments/data_series';
const QUERY = 'segment_id=segment_1234&length=1';
const PLUS = 'a "+" in the query was not percent-encoded, and so read as a space; send %2B';

async function warned(on: TestServer, target: string, ...headers: string[]): Promise<string[]> {
  const named = headers.some((line) => line.startsWith('Host')) ? [] : [HOST];
  await replyTo(on.url, { target, headers: [...named, AUTHORIZATION, ...headers, CLOSE] });
  const { body } = await on.control('GET', '/workspaces/default/requests?limit=1');
  return (body as { requests: [{ warnings: string[] }] }).requests[0].warnings;
}

const unknown = (name: string, rest: string) =>
  `an unknown parameter was ignored: "${name}" is not a parameter of this endpoint; ${rest}`;
const doubled = (path: string) => `the path ${path} has a doubled slash; does the base URL end in "/"?`;

it.each<[string, string[]]>([
  [`${PATH}?${QUERY}`, []],
  [`${PATH}?${QUERY}&ending_at=2024-01-01T00:00:00%2B02:00`, []],
  [`http://localhost${PATH}?${QUERY}`, []],
  [`${PATH}?${QUERY}&ending_date=2024-01-01`, [unknown('ending_date', 'did you mean ending_at?')]],
  [`${PATH}?${QUERY}&segmentId=x`, [unknown('segmentId', 'did you mean segment_id?')]],
  [`${PATH}?${QUERY}&q=1&q=2`, [unknown('q', 'it knows segment_id, length, ending_at')]],
  [`${PATH}?${QUERY}&ending_at=2024-01-01T00:00:00+02:00`, [PLUS]],
  [`${PATH}?segment_id=a?b&length=1&ending_at=2024-01-01T00:00:00+02:00`, [PLUS]],
  [`/${PATH}?${QUERY}`, [doubled(`/${PATH}`)]],
  [`/segments//data_series?${QUERY}`, [doubled('/segments//data_series')]],
  [`${PATH}/?${QUERY}`, [`the path ${PATH}/ ends in a slash`]],
  [`${PATH}?${QUERY}&redirect=http://x//y`, [unknown('redirect', 'it knows segment_id, length, ending_at')]],
  [`${PATH}?segment_id=a+b&length=1`, [PLUS]],
  [`${PATH}?segment_id=segment_1234&length=+1`, [PLUS]],
  [`/segments/list?page=+1`, [PLUS]],
  [`${PATH}?segment_id=a+b&length=0`, []],
  [`${PATH}?${QUERY}&ending_at=Wed+Nov+25+2026+10:00:00+GMT%2B0100`, []],
  [`${PATH}?${QUERY}&ending_at=2024-01-01T00:00:00%2002:00`, []],
  [
    `/${PATH}/?${QUERY}&lenght=+1`,
    [doubled(`/${PATH}/`), `the path /${PATH}/ ends in a slash`, unknown('lenght', 'did you mean length?')],
  ],
])('%s gets the warnings %j', async (target, warnings) => {
  expect(await warned(server, target)).toEqual(warnings);
});

it('warns about a key of another instance', async () => {
  expect(await warned(server, `${PATH}?${QUERY}`, 'Host: rest.fra-02.braze.eu')).toEqual([
    'the API key belongs to the instance US-01, but the Host is rest.fra-02.braze.eu',
  ]);
});

it.each(['code=418', 'code=302'])('warns about Prefer: %s, which is not supported', async (prefer) => {
  expect(await warned(server, `${PATH}?${QUERY}`, `Prefer: ${prefer}`)).toEqual([
    expect.stringMatching(new RegExp(`^Prefer: ${prefer} was ignored`)),
  ]);
});

it('warns about Prefer if it is off, and not if it was applied', async () => {
  const off = await startTestServer({ prefer: false });
  expect(await warned(off, `${PATH}?${QUERY}`, 'Prefer: code=404')).toHaveLength(1);
  expect(await warned(server, `${PATH}?${QUERY}`, 'Prefer: code=404')).toEqual([]);
});

it('does not warn about a "+" that means a space in the id of an existing segment', async () => {
  const own = await startTestServer();
  await own.control('PUT', '/workspaces/default/segments/VIP%20users', {});
  expect(await warned(own, `${PATH}?segment_id=VIP+users&length=1`)).toEqual([]);
});
