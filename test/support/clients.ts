/** Small clients that a command is run with: words for `exec` and `rehearse`. */

/** `get(path, key)` resolves with the status of a reply, 0 if the connection broke. */
const PREAMBLE = `
  const { get: httpGet, request } = require('node:http');
  const { BRAZE_REST_URL: url, BRAZE_REST_ORIGIN: origin, BRAZE_API_KEY: key } = process.env;
  const SERIES = '/segments/data_series?segment_id=segment_1234&length=1&ending_at=2024-01-';
  const agent = new (require('node:http').Agent)({ keepAlive: true });
  const get = (path, bearer = key) => new Promise((resolve) => {
    httpGet(url + path, { agent, headers: { authorization: 'Bearer ' + bearer } }, (reply) => {
      let body = '';
      reply.on('data', (data) => (body += data)).on('error', () => resolve({ status: 0, body }));
      reply.on('end', () => resolve({ status: reply.statusCode, wait: Number(reply.headers['retry-after'] ?? 0), body }));
    }).on('error', () => resolve({ status: 0 }));
  });
  const control = (method, path, body = '') => new Promise((resolve) => {
    request(origin + '/__mock' + path, { method }, (reply) => {
      let text = '';
      reply.on('data', (data) => (text += data)).on('end', () => resolve(text));
    }).end(body);
  });
  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
`;

/** A command that runs a script with `get`, `control` and `sleep`; it exits when the script ends. */
export function client(script: string): string[] {
  return [process.execPath, '-e', `${PREAMBLE}(async () => { ${script} })().then(() => process.exit());`];
}

/** Reads three days, each once. */
export const BEHAVING = client(`for (const day of ['01', '02', '03']) await get(SERIES + day);`);
/** Asks four times more with a key that was refused. */
export const HAMMERING = client(`for (let i = 0; i < 5; i++) await get(SERIES + '01', 'no-such-key-at-all');`);
/** Reads a day twice, which is a warning. */
export const REPEATING = client(`await get(SERIES + '01'); await get(SERIES + '01');`);
