import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ConfigurationError,
  ControlError,
  type MockOptions,
  type RunningMock,
  startMock,
} from '../../src/library/index.js';
import { settings } from '../../src/start/settings.js';
import { NOT_DATA, NOT_DATA_WITHIN } from '../support/not-data.js';

type Method = (...args: unknown[]) => unknown;

/** Node 20 calls the symbol `nodejs.asyncDispose`. */
const nameOf = (key: string | symbol) => String(key).replace('nodejs.', 'Symbol.');

/** Every method of the library with arguments that it accepts. A method that is missing here fails the first test. */
const ARGUMENTS: Record<string, unknown[]> = {
  createWorkspace: [{ name: 'other', retentionDays: 5 }],
  putWorkspace: [{ name: 'put', retentionDays: 5 }],
  strayRequests: [{ limit: 1, status: 401 }],
  strayConduct: [],
  'workspace.clock.get': [],
  'workspace.clock.set': [{ now: new Date('2024-01-31T12:00:00Z'), frozen: true }],
  'workspace.clock.advance': [{ by: 'PT1H' }],
  'workspace.clock.reset': [],
  'workspace.rateLimit.get': [],
  'workspace.rateLimit.set': [{ capacity: 5, remaining: 1 }],
  'workspace.segments.list': [],
  'workspace.segments.get': ['segment_1234'],
  'workspace.segments.put': ['segment_1234', { size: 5, points: { '2024-01-31': 5 } }],
  'workspace.segments.update': ['segment_1234', { size: 6, createdAt: new Date(0) }],
  'workspace.segments.series': ['segment_1234', { from: new Date('2024-01-01'), to: '2024-01-31' }],
  'workspace.segments.trend': ['segment_1234', { from: new Date('2024-01-01'), to: '2024-01-31' }],
  'workspace.segments.reply': ['segment_1234', { profile: 'observed' }],
  'workspace.segments.delete': ['segment_1234'],
  'workspace.faults.add': [{ trigger: { times: 1 }, effect: { status: 503 } }],
  'workspace.faults.list': [],
  'workspace.faults.get': ['fault-1'],
  'workspace.faults.delete': ['fault-1'],
  'workspace.faults.clear': [],
  'workspace.storyboards.play': ['outage'],
  'workspace.storyboards.list': [],
  'workspace.storyboards.end': ['outage'],
  'workspace.requests.list': [{ status: 404, since: new Date(0) }],
  'workspace.requests.count': [{ status: 404, since: new Date(0) }],
  'workspace.requests.get': ['1'],
  'workspace.requests.again': ['1', { profile: 'observed' }],
  'workspace.requests.clear': [],
  'workspace.conduct': [],
  'workspace.states.setUp': ['outage', { status: 502 }],
  'workspace.states.tearDown': ['outage'],
  'workspace.profile.get': [],
  'workspace.profile.set': ['observed'],
  'workspace.addApiKey': [{ key: 'NEW-KEY', permissions: ['segments.list'] }],
  'workspace.revokeApiKey': ['NEW-KEY'],
  'workspace.fixture': [],
  'workspace.reset': [],
  'workspace.delete': [],
  reset: [],
  fetch: ['https://rest.iad-01.braze.com/segments/list', { headers: {} }],
  listen: [],
  [nameOf(Symbol.asyncDispose)]: [],
  stop: [],
};

/** The methods of an object and of the objects in it, by their paths. */
function methodsOf(object: object, prefix = ''): [path: string, method: Method][] {
  const prototype = Object.getPrototypeOf(object) as object;
  const inherited = prototype === Object.prototype ? [] : Reflect.ownKeys(prototype);
  return [...Reflect.ownKeys(object), ...inherited].flatMap((key): [string, Method][] => {
    const path = prefix + nameOf(key);
    // Taken out of its object, as by `const { reset } = workspace`.
    const value = (object as Record<string | symbol, unknown>)[key];
    if (key === 'constructor') return [];
    if (typeof value === 'function') return [[path, value as Method]];
    return typeof value === 'object' && value !== null ? methodsOf(value, `${path}.`) : [];
  });
}

let mock: RunningMock;
let methods: Map<string, Method>;
beforeAll(async () => {
  mock = await startMock();
  methods = new Map(methodsOf(mock));
});
afterAll(() => mock.stop());

/** The error that a call throws; calls that are refused change nothing. */
function refused(path: string, args: unknown[]): Error {
  try {
    (methods.get(path) as Method)(...args);
  } catch (error) {
    return error as Error;
  }
  throw new Error(`${path} was not refused`);
}

it('every method of the library is listed here', () => {
  expect([...methods.keys()].toSorted()).toEqual(Object.keys(ARGUMENTS).toSorted());
});

// `fetch` takes what the platform's does.
const taking = Object.entries(ARGUMENTS).filter(([path, args]) => args.length > 0 && path !== 'fetch');

describe.each(taking)('%s refuses with the path and what was found', (path, args) => {
  const positions = args.map((given, index) => [index, given] as const);
  const withArgument = (index: number, value: unknown) => args.map((given, at) => (at === index ? value : given));

  it.each([...NOT_DATA, ['null', null] as const, ['[]', []] as const])('%s in place of an argument', (name, value) => {
    for (const [index] of positions) {
      const error = refused(path, withArgument(index, value));
      expect(error).toBeInstanceOf(ControlError);
      expect(error.message).toMatch(/^\$(\.\w+)?: found /);
      expect(error.message).toContain(`: found ${name}, expected `);
    }
  });

  it.each(NOT_DATA)('%s in place of a field', (name, value) => {
    for (const [index, given] of positions)
      for (const field of typeof given === 'object' ? Object.keys(given as object) : [])
        expect(refused(path, withArgument(index, { ...(given as object), [field]: value }))).toMatchObject({
          name: 'ControlError',
          message: expect.stringContaining(`$.${field}: found ${name}, expected `) as string,
        });
  });

  it.each(NOT_DATA_WITHIN)('at %s, %s', (within, name, value) => {
    for (const [index] of positions) {
      const { message } = refused(path, withArgument(index, value));
      // A list, and an object in place of an id, are refused as a whole.
      expect(message).toMatch(/: found /);
      if (typeof args[index] === 'object' && within === '.size') expect(message).toContain('$.size: found ');
      // What takes the place of a key may quote one.
      if (path !== 'workspace.revokeApiKey') expect(message).toContain(name);
    }
  });
});

it('every method works without its object, and ignores extra arguments', async () => {
  const { url, apiKey } = mock;
  await fetch(`${url}/nowhere`, { headers: { authorization: `Bearer ${apiKey}` } });
  for (const [path, args] of Object.entries(ARGUMENTS)) {
    const method = methods.get(path) as Method;
    if (/requests\.(?:get|again)$/.test(path)) args[0] = mock.workspace.requests.list()[0]?.id;
    if (path === 'workspace.faults.delete') mock.workspace.faults.add({ effect: { status: 503 } });
    await method(...args, new Map(), Symbol('a test context'));
  }
  await expect(fetch(url)).rejects.toThrow(TypeError);
});

describe('startMock', () => {
  const names = [...settings.map(({ name }) => name), 'environment'].filter(
    (name) => name !== 'watch' && name !== 'logFormat',
  );

  it.each(NOT_DATA)('rejects %s as its options, and as any option', async (name, value) => {
    await expect(startMock(value as MockOptions)).rejects.toThrow(`$: found ${name}, expected an object`);
    const options = Object.fromEntries(names.map((option) => [option, value]));
    const error: unknown = await startMock({ ...options, fixtures: undefined as never }).catch(
      (thrown: unknown) => thrown,
    );
    const { problems } = error as ConfigurationError;
    expect(problems.map((problem) => /^\$\.(\w+): found /.exec(problem)?.[1] ?? problem).toSorted()).toEqual(
      names.filter((option) => option !== 'fixtures').toSorted(),
    );
    for (const problem of problems) expect(problem).toContain(`found ${name}, expected `);
    await expect(startMock({ fixtures: value as never })).rejects.toThrow(`fixtures: $: found ${name}, expected `);
  });

  it.each([[null], ['x'], [5], [[]]])('refuses %j as its options', async (value) => {
    await expect(startMock(value as never)).rejects.toThrow(`$: found ${JSON.stringify(value)}, expected an object`);
  });

  it('rejects null as any option', async () => {
    for (const name of [...names, 'logger'])
      await expect(startMock({ [name]: null })).rejects.toThrow(
        name === 'logger' ? '$.logger: found a logger without' : /(\$\.\w+|fixtures: \$): found null, expected /,
      );
  });

  it('refuses an option that throws', async () => {
    for (const name of names)
      await expect(
        startMock(
          Object.defineProperty({}, name, {
            enumerable: true,
            get: () => {
              throw new Error('not yet');
            },
          }),
        ),
      ).rejects.toThrow(/(\$\.\w+|fixtures: \$): found a property that throws, expected /);
  });

  it('takes a Date for the clock and URLs for paths', async () => {
    const fixtures = new URL('../../fixtures/workspaces/', import.meta.url);
    const started = await startMock({ clock: new Date('2024-01-31T12:00:00Z'), fixtures });
    expect(started.workspace.clock.get()).toMatchObject({ now: '2024-01-31T12:00:00.000Z', frozen: true });
    await started.stop();
    await expect(startMock({ fixtures: new URL('https://a.test/') })).rejects.toThrow(
      'fixtures: $: found a URL of https:, expected ',
    );
    const paths = [fixtures, new URL('file:///nowhere.json')];
    await expect(startMock({ fixtures: paths })).rejects.toThrow('/nowhere.json');
    await expect(startMock({ fixtures: [fixtures, new Map()] as never })).rejects.toThrow(
      'fixtures: $[1]: found a Map, expected the path of a file or a folder',
    );
    const tlsCert = new URL('file:///no/cert.pem');
    await expect(startMock({ tlsCert, tlsKey: new URL('file:///no/key.pem') })).rejects.toThrow(
      /--tls-cert: \/no\/cert\.pem cannot be read/,
    );
  });
});
