import { request } from './client.js';

/**
 * Reads the `data` of each server-sent event until the stream ends. Uses `fetch`, because `EventSource` cannot send a
 * token. `opened` is called when the connection is open.
 */
export async function readEvents(
  path: string,
  signal: AbortSignal,
  opened: () => void,
  received: (data: string) => void,
): Promise<void> {
  const { body } = await request({ method: 'GET', path }, { signal, cache: 'no-store' });
  const reader = (body as ReadableStream<BufferSource>).pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const events = (rest + value).split('\n\n');
    rest = events.pop() as string;
    for (const event of events) {
      const at = event.indexOf('data: ');
      if (at < 0) opened();
      else received(event.slice(at + 6));
    }
  }
}
