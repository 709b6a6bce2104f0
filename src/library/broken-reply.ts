/** What a caller of `fetch` sees of broken connections and slow bodies, as Node's `fetch` shows them [checked with Node 20]. */
import { Buffer } from 'node:buffer';
import { ReadableStream } from 'node:stream/web';
import type { ConnectionEffect } from '../core/faults/fault.js';
import type { TransportEffect } from '../core/reply.js';
import { pauseInTest } from '../system/test-time.js';

/** A failure before the reply's head has arrived. */
export function fetchFailed(cause: Error): TypeError {
  return new TypeError('fetch failed', { cause });
}

function causeOf(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

const CAUSES = {
  CONNECTION_RESET_BY_PEER: ['ECONNRESET', 'read ECONNRESET'],
  EMPTY_RESPONSE: ['UND_ERR_SOCKET', 'other side closed'],
  RANDOM_DATA_THEN_CLOSE: ['HPE_INVALID_CONSTANT', 'Response does not match the HTTP/1.1 protocol'],
} as const;

export function connectionError(effect: Exclude<ConnectionEffect, 'MALFORMED_RESPONSE_CHUNK'>): TypeError {
  const [code, message] = CAUSES[effect];
  return fetchFailed(causeOf(code, message));
}

type BrokenBody = Partial<Pick<TransportEffect, 'connection' | 'truncate' | 'dribble'>>;

/** A body that breaks off or dribbles, whether or not it is read. `done` is called at its end. */
export function bodyStream(
  body: string | Uint8Array,
  effect: BrokenBody,
  signal: AbortSignal,
  done: () => void,
): globalThis.ReadableStream<Uint8Array<ArrayBuffer>> {
  const left = new AbortController();
  const leave = () => left.abort(signal.reason);
  signal.addEventListener('abort', leave, { once: true });
  return new ReadableStream<Uint8Array>({
    start(controller) {
      void (async () => {
        try {
          for await (const chunk of chunksOf(Buffer.from(body), effect, left.signal)) controller.enqueue(chunk);
          controller.close();
        } catch (error) {
          controller.error(error);
        }
        signal.removeEventListener('abort', leave);
        done();
      })();
    },
    cancel: () => left.abort(),
  }) as globalThis.ReadableStream<Uint8Array<ArrayBuffer>>;
}

async function* chunksOf(
  body: Uint8Array,
  { connection, truncate, dribble }: BrokenBody,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  if (connection !== undefined) {
    yield Buffer.from('{"message":"success","data":[\r\n');
    throw terminated('HPE_INVALID_CHUNK_SIZE', 'Invalid character in chunk size');
  }
  if (truncate !== undefined) {
    yield body.subarray(0, Math.floor(body.length * truncate));
    const message = 'Response body length does not match content-length header';
    throw terminated('UND_ERR_RES_CONTENT_LENGTH_MISMATCH', message);
  }
  const { chunks, durationMs } = dribble ?? { chunks: 1, durationMs: 0 };
  const startOf = (chunk: number) => Math.floor((body.length * chunk) / chunks);
  for (let chunk = 0; chunk < chunks; chunk++) {
    const [from, to] = [startOf(chunk), startOf(chunk + 1)];
    if (to > from) yield body.subarray(from, to);
    if (to === body.length) return;
    await pauseInTest(durationMs / (chunks - 1), signal);
  }
}

/** A failure of the body, after the head has arrived. */
function terminated(code: string, message: string): TypeError {
  return new TypeError('terminated', { cause: causeOf(code, message) });
}
