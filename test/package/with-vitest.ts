// A consumer in strict mode that tests with Vitest.
import { type MockOptions, startMock } from 'braze-segments-mock';
import { expect } from 'vitest';
import { mockTest, type UsedMock, useMock } from 'braze-segments-mock/vitest';

const options: MockOptions = { rateLimit: 5 };

export function useInTests(): UsedMock {
  // @ts-expect-error: a seed is a string
  useMock({ seed: 1 });
  return useMock(options);
}

export async function isOneType(used: UsedMock): Promise<void> {
  let { mock } = used;
  mock = await startMock();
  await mock.stop();
}

export function judges({ workspace, mock }: UsedMock): void {
  expect(workspace).toBehave();
  expect(mock).not.toBehave({ allow: ['gave-up'] });
  // @ts-expect-error: no such rule
  expect(workspace).toBehave({ allow: ['gaps'] });
}

mockTest()('has a workspace', ({ workspace, mock }) => {
  // @ts-expect-error: a string
  const url: number = mock.url;
  return workspace.faults.add({ effect: { status: url } });
});
