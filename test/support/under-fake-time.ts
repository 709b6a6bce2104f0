import { createRequire } from 'node:module';
import { mock as nodeTest } from 'node:test';
import type * as fakeTimers from '@sinonjs/fake-timers';
import { tryUnderFakeTime } from './fake-time.js';

// The process of `fake-time.test.ts`: fakes its time before or after it loads the mock, and prints the result.

const [library, moment, year] = process.argv.slice(2);
const real = { Date, setImmediate };
const now = Date.parse(`${year}-06-15T12:00:00Z`);

const fakeIt = {
  '@sinonjs/fake-timers': () => {
    // With require, as in sinon and Jest, which also patches Node's modules.
    const { install } = createRequire(import.meta.url)('@sinonjs/fake-timers') as typeof fakeTimers;
    install({
      now,
      toFake: [
        ...(['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate'] as const),
        ...(['Date', 'performance', 'hrtime'] as const),
      ],
    });
  },
  'node:test': () => nodeTest.timers.enable({ apis: ['setTimeout', 'setInterval', 'setImmediate', 'Date'], now }),
}[library ?? ''];

if (moment === 'before') fakeIt?.();
const { startMock } = await import('../../src/library/index.js');
const { launch } = await import('../../src/cli/launch.js');
if (moment === 'after') fakeIt?.();
const found = await tryUnderFakeTime({ startMock, launch }, real);
process.stdout.write(JSON.stringify({ isFake: Date.now() === now, found }));
process.exit();
