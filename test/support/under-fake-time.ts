import { createRequire } from 'node:module';
import { mock as nodeTest } from 'node:test';
import type * as jest from '@jest/fake-timers';
import type * as fakeTimers from '@sinonjs/fake-timers';
import { tryUnderFakeTime } from './fake-time.js';

// The process of `fake-time.test.ts`: fakes its time before or after it loads the mock, and prints the result.

const [library, moment, year] = process.argv.slice(2);
const real = { Date, setImmediate };
const now = Date.parse(`${year}-06-15T12:00:00Z`);

// With require, as sinon and Jest load each other: then Node's modules are patched too.
const load = createRequire(import.meta.url);
/** The guide says not to fake these. */
const NOT_FAKED = ['nextTick', 'queueMicrotask'] as const;

const fakeIt = {
  '@sinonjs/fake-timers': () => {
    const { install } = load('@sinonjs/fake-timers') as typeof fakeTimers;
    install({
      now,
      toFake: [
        ...(['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate'] as const),
        ...(['Date', 'performance', 'hrtime'] as const),
      ],
    });
  },
  sinon: () => {
    const { useFakeTimers } = load('sinon') as { useFakeTimers: (config: object) => void };
    useFakeTimers({ now, toNotFake: NOT_FAKED });
  },
  '@jest/fake-timers': () => {
    // As in Jest's environments, with the defaults of its configuration.
    const { ModernFakeTimers } = load('@jest/fake-timers') as typeof jest;
    const config = { fakeTimers: {} } as ConstructorParameters<typeof ModernFakeTimers>[0]['config'];
    new ModernFakeTimers({ config, global: globalThis }).useFakeTimers({ now, doNotFake: [...NOT_FAKED] });
  },
  'node:test': () => nodeTest.timers.enable({ apis: ['setTimeout', 'setInterval', 'setImmediate', 'Date'], now }),
}[library ?? ''];

if (moment === 'before') fakeIt?.();
const { startMock } = await import('../../src/library/index.js');
const { configure, launch } = await import('../../src/cli/launch.js');
if (moment === 'after') fakeIt?.();
const found = await tryUnderFakeTime({ startMock, configure, launch }, real);
process.stdout.write(JSON.stringify({ isFake: Date.now() === now, found }));
process.exit();
