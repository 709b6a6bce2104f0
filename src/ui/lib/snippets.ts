import type { Call } from '../api/client.js';
import { CONTROL } from '../api/client.js';

/** A request as snippets to paste. */
export interface Snippet {
  method?: string;
  url: string;
  headers?: Record<string, string>;
  body?: string;
}

function shellWord(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

export function asCurl({ method = 'GET', url, headers = {}, body }: Snippet): string {
  const lines = [
    `curl ${method === 'GET' ? '' : `--request ${method} `}${shellWord(url)}`,
    ...Object.entries(headers).map(([name, value]) => `--header ${shellWord(`${name}: ${value}`)}`),
    ...(body === undefined ? [] : [`--data ${shellWord(body)}`]),
  ];
  return lines.join(' \\\n  ');
}

export function asFetch({ url, headers = {} }: Snippet): string {
  return `const reply = await fetch(${JSON.stringify(url)}, {
  headers: ${JSON.stringify(headers)},
});
const body = await reply.json();`;
}

export function asPython({ url, headers = {} }: Snippet): string {
  return `import json
from urllib.request import Request, urlopen

request = Request(${JSON.stringify(url)}, headers=${JSON.stringify(headers)})
with urlopen(request) as reply:
    body = json.load(reply)`;
}

/** A test of the client that gets this window, on a clock frozen at the same instant; `url` is that of the preview. */
export function asVitest(given: { url: string; now: string; profile: string; status: number; body: unknown }): string {
  const { url, now, profile, status, body } = given;
  const start = url.indexOf('/segments/data_series?');
  const options = { clock: now, profile, ...(start > 0 && { basePath: url.slice(0, start) }) };
  const fields = Object.entries(options).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return `import { expect, it } from 'vitest';
import { useMock } from 'braze-segments-mock/vitest';

const mock = useMock({ ${fields.join(', ')} });

it('gets the window', async () => {
  const reply = await fetch(mock.url + ${JSON.stringify(url.slice(start))}, {
    headers: { authorization: \`Bearer \${mock.apiKey}\` },
  });
  expect(reply.status).toBe(${status});
  expect(await reply.json()).toEqual(${JSON.stringify(body, null, 2).replaceAll('\n', '\n  ')});
});`;
}

/** A call of the control API as curl. */
export function callAsCurl({ method, path, body }: Call): string {
  const url = new URL(path, CONTROL).href;
  return asCurl({ method, url, ...(body !== undefined && { body: JSON.stringify(body) }) }).replaceAll(' \\\n  ', ' ');
}
