import fc, { type Arbitrary } from 'fast-check';
import { bytesOfRequest, endpointRequest } from './requests.js';

/** The chunks written on one connection, and what the client does then. */
export interface Writing {
  pieces: string[];
  /** It waits for the server to close, ends its half of the connection, or breaks it. */
  afterwards: 'wait' | 'end' | 'reset';
}

const HEAD =
  'GET /segments/data_series?segment_id=a&length=1 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer KEY-documented\r\n';
const filler = (size: number) => 'a'.repeat(size);

/** Malformed HTTP and edge cases of it. */
const ODDITIES = [
  'GET /\r\n',
  'GET /segments/data_series HTTP/1.0\r\n\r\n',
  'GET / HTTP/0.9\r\n\r\n',
  'GET / HTTP/3.0\r\nHost: a\r\n\r\n',
  'GET  / HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET / HTTP/1.1 \r\nHost: a\r\n\r\n',
  'GET\t/\tHTTP/1.1\r\nHost: a\r\n\r\n',
  'get / http/1.1\r\nhost: a\r\n\r\n',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\x12\x04\0\0\0\0\0',
  '\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03',
  '\x80\x2e\x01\0\x02',
  'CONNECT localhost:443 HTTP/1.1\r\nHost: localhost:443\r\n\r\n',
  'CONNECT / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello',
  'PROXY TCP4 127.0.0.1 127.0.0.1 1 2\r\n',
  'SSH-2.0-OpenSSH_9.6\r\n',
  '\0\0\0\0',
  '\xff\xfe',
  '\r\n\r\n\r\n',
  '\n\n',
  ' ',
  `${HEAD}Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhl\r\nSec-WebSocket-Version: 13\r\n\r\n`,
  `${HEAD}Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABk\r\n\r\n`,
  `${HEAD}Expect: 100-continue\r\nContent-Length: 3\r\n\r\n`,
  `${HEAD}Expect: 100-continue\r\nContent-Length: 3\r\n\r\nabc`,
  `${HEAD}Expect: 200-ok\r\nContent-Length: 3\r\n\r\nabc`,
  `${HEAD}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  `${HEAD}Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nabc`,
  `${HEAD}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n`,
  `${HEAD}Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n`,
  `${HEAD}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`,
  `${HEAD}Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n`,
  `${HEAD}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
  `${HEAD}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd`,
  `${HEAD}Content-Length: 3, 3\r\n\r\nabc`,
  `${HEAD}Content-Length: +3\r\n\r\nabc`,
  `${HEAD}Content-Length: 0x3\r\n\r\nabc`,
  `${HEAD}Content-Length: 99999999999999999999\r\n\r\nabc`,
  `${HEAD}Content-Length: 3\r\n\r\nab`,
  `${HEAD}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`,
  `${HEAD}Transfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nX: y\r\n\r\n`,
  `${HEAD}Transfer-Encoding: chunked\r\n\r\n3 \r\nabc\r\n0\r\n\r\n`,
  `${HEAD}Transfer-Encoding: chunked\r\n\r\n-1\r\nabc\r\n0\r\n\r\n`,
  `${HEAD}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nabc`,
  `${HEAD}Transfer-Encoding: chunked\r\n\r\n3\nabc\n0\n\n`,
  `${HEAD}Transfer-Encoding: chunked\r\n\r\n10000\r\n${filler(100)}`,
  `${HEAD}X: a\r\n b\r\n\r\n`,
  `${HEAD}X: a\0b\r\n\r\n`,
  `${HEAD}\r\n\r\n`,
  `${HEAD}Host: other\r\n\r\n`,
  `${HEAD}X: ${filler(17_000)}\r\n\r\n`,
  `${HEAD}${'X: 1\r\n'.repeat(3_000)}\r\n`,
  `${HEAD}${'A\r\n'.repeat(50)}\r\n`,
  `GET /${filler(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
  filler(20_000),
  'POST /__mock/workspaces HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{',
  'POST /__mock/workspaces HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{]\r\n0\r\n\r\n',
  'POST /__mock/reset HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000000\r\n\r\n{',
  'POST /__mock/reset HTTP/1.1\r\nHost: localhost\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\n\x1f\x8b\x08',
];

const good = endpointRequest.map((request) => bytesOfRequest(request, false));

/** Requests with bytes removed, doubled, changed or inserted. */
const bent: Arbitrary<string> = fc
  .tuple(
    fc.oneof(good, fc.constantFrom(...ODDITIES)),
    fc.array(
      fc.record({
        at: fc.nat(),
        size: fc.integer({ min: 0, max: 20 }),
        put: fc.oneof(
          fc.string({ unit: 'binary-ascii', maxLength: 3 }),
          fc.constantFrom('\r\n', '\r', '\n', '\0', ' ', ':', '\x80', 'é', HEAD),
        ),
      }),
      { maxLength: 3 },
    ),
  )
  .map(([text, changes]) =>
    changes.reduce((bytes, { at, size, put }) => {
      const from = at % (bytes.length + 1);
      return bytes.slice(0, from) + put + bytes.slice(from + size);
    }, text),
  );

/** Connections with arbitrary bytes. */
export const writing: Arbitrary<Writing> = fc
  .record({
    parts: fc.array(
      fc.oneof(
        { weight: 1, arbitrary: good },
        { weight: 1, arbitrary: fc.constantFrom(...ODDITIES) },
        { weight: 3, arbitrary: bent },
      ),
      { minLength: 1, maxLength: 3 },
    ),
    cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 3 }),
    afterwards: fc.oneof(
      { weight: 3, arbitrary: fc.constant('wait' as const) },
      { weight: 3, arbitrary: fc.constant('end' as const) },
      { weight: 1, arbitrary: fc.constant('reset' as const) },
    ),
  })
  .map(({ parts, cuts, afterwards }) => ({ pieces: cut(parts.join(''), cuts), afterwards }));

function cut(text: string, cuts: number[]): string[] {
  const ends = [...cuts.map((share) => Math.floor(share * text.length)).toSorted((a, b) => a - b), text.length];
  return ends.map((end, index) => text.slice(ends[index - 1] ?? 0, end)).filter((piece) => piece !== '');
}
