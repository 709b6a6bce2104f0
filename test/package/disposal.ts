// A consumer with a TypeScript version that supports `await using`.
import { startMock } from 'braze-segments-mock';

export async function use(): Promise<string> {
  await using mock = await startMock();
  const stopping: Promise<void> = mock[Symbol.asyncDispose]();
  await stopping;
  return mock.url;
}
