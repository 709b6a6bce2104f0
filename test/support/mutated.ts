import type { IncomingMessage, ServerResponse } from 'node:http';
import { Upstream } from '../../src/contract/upstream.js';
import { httpServer } from './contract.js';
import type { TestServer } from './server.js';

export interface Answer {
  status: number;
  headers: Record<string, string>;
  text: string;
}
export interface Question {
  method: string;
  /** As it was sent, and without doubled and trailing slashes. */
  sent: string;
  path: string;
  query: URLSearchParams;
  headers: Record<string, string>;
}
/** Alters a reply before it is sent. */
export type Mutation = (answer: Answer, asked: Question) => void;

/** Headers of the connection. */
const HOP = new Set(['connection', 'transfer-encoding', 'content-length', 'keep-alive']);

/** A server in front of a mock that sends a given instant as `date` and alters replies. */
export function serverBefore(
  { url: target }: TestServer,
  now: string,
  mutate: Mutation = () => undefined,
): Promise<string> {
  const upstream = new Upstream(target, new AbortController().signal);
  const answer = async ({ method = '', url = '', headers: received }: IncomingMessage, response: ServerResponse) => {
    const sent = Object.entries(received).filter(([name]) => ['authorization', 'if-none-match'].includes(name));
    const headers = Object.fromEntries(sent) as Record<string, string>;
    const reply = await upstream.send({ method, target: url, headers });
    const kept = Object.entries(reply.headers).filter(([name]) => !HOP.has(name)) as [string, string][];
    const [asked = '', query] = url.split('?');
    const path = asked.replaceAll(/\/+(?=\/|$)/g, '');
    const mutated = { status: reply.status, headers: Object.fromEntries(kept), text: reply.body.toString() };
    mutated.headers['date'] = new Date(now).toUTCString();
    mutate(mutated, { method, sent: asked, path, query: new URLSearchParams(query), headers });
    response.writeHead(mutated.status, mutated.headers).end(mutated.text);
  };
  return httpServer((request, response) => void answer(request, response));
}

export interface Row {
  time: string;
  size: number;
}
/** The fields of all bodies. */
export interface Body {
  message: string;
  data: Row[];
  segments: Record<string, unknown>[];
  errors?: { code?: string; message: string }[];
  created_at: string;
  teams?: string[];
}

/** Alters the JSON of a body in place, or replaces it. */
export function edit(answer: Answer, change: (body: Body) => unknown): void {
  if (answer.text === '') return;
  const body = JSON.parse(answer.text) as Body;
  answer.text = JSON.stringify(change(body) ?? body);
}
