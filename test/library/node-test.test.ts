import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../support/tls.js';
import { ROOT } from '../support/documents.js';

// node:test cannot run inside of Vitest, so these run the built package in a process of its own.

/** Runs a test file and returns its TAP; a test that failed is in it as "not ok". */
async function nodeTest(file: string): Promise<string> {
  // Node passes its own test context on to child processes, which would change their output.
  const { NODE_TEST_CONTEXT: _context, ...env } = process.env;
  const args = ['--test', '--test-reporter=tap', file];
  const ran = promisify(execFile)(process.execPath, args, { env, cwd: fileURLToPath(ROOT) });
  return ran.then(
    ({ stdout }) => stdout,
    (error: { stdout: string }) => error.stdout,
  );
}

it('the example runs, and ends by itself', async () => {
  const tap = await nodeTest('test/examples/sizes.node-test.js');
  expect(tap).toMatch(/# pass 2\n# fail 0/);
});

it('gives each test a workspace, also in nested suites; refuses concurrent tests', async () => {
  const file = `${temporaryFolder()}/some.test.mjs`;
  const entry = new URL('dist/node-test.js', ROOT).href;
  writeFileSync(
    file,
    `import assert from 'node:assert/strict';
    import { describe, it, test } from 'node:test';
    import { useMock } from ${JSON.stringify(entry)};
    const mock = useMock();
    const names = new Set();
    let deleted;
    test('a', () => { names.add(mock.workspace.name); deleted = mock.workspace; });
    describe('nested', () => {
      it('b', () => { names.add(mock.workspace.name); assert.deepEqual([names.size, deleted.exists], [2, false]); });
      it('c', () => mock.workspace.delete());
    });
    let arrived = 0;
    const all = async (count) => { arrived++; while (arrived < count) await new Promise((go) => setImmediate(go)); };
    describe('at one time', { concurrency: true }, () => {
      for (const index of [1, 2])
        it('concurrent ' + index, async () => {
          await all(2);
          assert.throws(() => mock.workspace, /which of the concurrent tests .* mock\\.mock\\.createWorkspace/);
          assert.equal(typeof mock.mock.createWorkspace().apiKey, 'string');
          await all(4);
        });
    });`,
  );
  const tap = await nodeTest(file);
  expect(tap).toMatch(/# pass 5\n# fail 0/);
});
