import { Buffer } from 'node:buffer';
import { STATUS_CODES } from 'node:http';
import type { Entry, Har } from 'har-format';
import manifest from '../../package.json' with { type: 'json' };
import { REPLACED_KEY } from '../core/exchanges/exchanges.js';
import type { EntryView } from '../core/journal/entry.js';
import { isSecretName } from '../schema/secrets.js';
import { withoutCredential } from './secrets-in.js';

type HeaderFields = Readonly<Record<string, string | string[]>>;

/** A request and its reply, as far as they are known. */
export interface HttpMessagePair {
  at: string;
  method: string;
  url: URL;
  headers: HeaderFields;
  /** 0 without a reply, as browsers write it. */
  status: number;
  replyHeaders?: HeaderFields;
  body?: string | undefined;
  durationMs?: number;
  comment: string;
}

/** An HTTP Archive 1.2, which writes -1 for an unknown size. Values of headers and parameters that hold a secret are replaced. */
export function harOf(pairs: readonly HttpMessagePair[]): Har {
  const creator = { name: 'braze-segments-mock', version: manifest.version };
  return { log: { version: '1.2', creator, entries: pairs.map(entryOf) } };
}

function entryOf(pair: HttpMessagePair): Entry {
  const { at, method, url, status, replyHeaders = {}, body, durationMs = 0, comment } = pair;
  const common = { httpVersion: 'HTTP/1.1', cookies: [], headersSize: -1, bodySize: -1 };
  const queryString = harFields([...url.searchParams]);
  const shown = new URL(url);
  shown.search = new URLSearchParams(queryString.map(({ name, value }): [string, string] => [name, value])).toString();
  const headers = harFields(Object.entries(replyHeaders));
  const replied = (name: string) => headers.find((header) => header.name.toLowerCase() === name)?.value;
  const mimeType = replied('content-type') ?? 'x-unknown';
  const content = { size: Buffer.byteLength(body ?? ''), mimeType, ...(body !== undefined && { text: body }) };
  const reply = { status, statusText: STATUS_CODES[status] ?? '', headers, content };
  return {
    startedDateTime: at,
    time: durationMs,
    request: { ...common, method, url: shown.href, headers: harFields(Object.entries(pair.headers)), queryString },
    response: { ...common, ...reply, redirectURL: replied('location') ?? '' },
    cache: {},
    timings: { send: 0, wait: durationMs, receive: 0 },
    comment,
  };
}

function harFields(pairs: readonly [string, string | string[]][]) {
  return pairs.flatMap(([name, values]) =>
    [values].flat().map((value) => ({
      name,
      value: isSecretName(name) && value !== '' ? withoutCredential(value) : value,
    })),
  );
}

/** What a journal knows: neither the reply's headers nor its body. It has cut secrets to their first characters. */
export function pairOfEntry(base: string, entry: EntryView): HttpMessagePair {
  const { at, method, path, query, headers, status, outcome, durationMs, warnings } = JSON.parse(
    JSON.stringify(entry).replace(/[\w-]{0,4}…/g, REPLACED_KEY),
  ) as EntryView;
  const url = new URL(base.replace(/\/$/, '') + path.split('/').map(encodeURIComponent).join('/'));
  for (const [name, values] of Object.entries(query))
    for (const value of [values].flat()) url.searchParams.append(name, value);
  return { at, method, url, headers, status: status ?? 0, durationMs, comment: [outcome, ...warnings].join('; ') };
}
