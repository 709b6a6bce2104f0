import { afterEach, describe, expect, it, vi } from 'vitest';
import { ConfigurationError, startMock } from '../../src/library/index.js';
import { commandInProcess } from '../support/command.js';

afterEach(() => void vi.unstubAllGlobals());

describe.each([
  ['Bun', { version: '1.3.1' }, 'Bun 1.3.1'],
  ['Deno', { version: { deno: '2.5.0' } }, 'Deno 2.5.0'],
])('on %s', (name, runtime, found) => {
  const SENTENCE = `this needs Node 20.19 or later; found ${found}. `;

  it('startMock rejects, and says what to do', async () => {
    vi.stubGlobal(name, runtime);
    const error: unknown = await startMock().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect((error as ConfigurationError).message).toContain(SENTENCE);
    expect((error as ConfigurationError).message).toContain('exec -- <command>');
  });

  it('the command exits with a sentence', async () => {
    vi.stubGlobal(name, runtime);
    const { code, stdout, stderr } = await commandInProcess(['--port', '0']).ended;
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(SENTENCE);
    expect(stderr).not.toContain('    at ');
  });
});
