import { describe, expect, it } from 'vitest';
import { ReplyBatch } from '../../../src/server/transport/reply-batch.js';
import { nextEventLoopTurn } from '../../../src/system/real-time.js';

function batchOf(most: number) {
  const sent: number[] = [];
  const batch = new ReplyBatch(most);
  return { sent, add: (...replies: number[]) => replies.forEach((reply) => batch.add(() => sent.push(reply))), batch };
}

describe('a batch of replies', () => {
  it('is sent in order in the next turn of the event loop', async () => {
    const { sent, add } = batchOf(10);
    add(1, 2, 3);
    await Promise.resolve();
    expect(sent).toEqual([]);
    await nextEventLoopTurn();
    expect(sent).toEqual([1, 2, 3]);
  });

  it('is sent immediately when it is full, and the next one begins', async () => {
    const { sent, add } = batchOf(2);
    add(1, 2, 3);
    expect(sent).toEqual([1, 2]);
    await nextEventLoopTurn();
    expect(sent).toEqual([1, 2, 3]);
    add(4);
    await nextEventLoopTurn();
    expect(sent).toEqual([1, 2, 3, 4]);
  });

  it('is followed by the replies that are added while it is sent', async () => {
    const { sent, add, batch } = batchOf(2);
    batch.add(() => add(1, 2, 3));
    await nextEventLoopTurn();
    expect(sent).toEqual([1, 2]);
    await nextEventLoopTurn();
    expect(sent).toEqual([1, 2, 3]);
  });
});
