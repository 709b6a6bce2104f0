import { expect } from 'vitest';
import { exchangeBytes } from '../support/raw.js';
import { faultOf, readReplies, type Reply } from './replies.js';
import { bytesOfRequest, type Request } from './requests.js';

/** A pipelined request and its reply. */
export interface Answered {
  request: Request;
  bytes: string;
  reply: Reply;
}

/** Pipelines requests, and expects a valid reply to each, in order. */
export async function pipelined(url: string, requests: readonly Request[]): Promise<Answered[]> {
  const bytes = requests.map((request, index) => bytesOfRequest(request, index === requests.length - 1));
  const text = await exchangeBytes(url, bytes.join(''));
  const replies = readReplies(text, (index) => requests[index]?.method === 'HEAD');
  expect(replies).toHaveLength(requests.length);
  return requests.map((request, index) => {
    const answered = { request, bytes: bytes[index] as string, reply: replies[index] as Reply };
    const fault = faultOf(answered.reply, request.method === 'HEAD');
    expect({ ...answered, fault }).toEqual({ ...answered, fault: undefined });
    return answered;
  });
}
