import type { TSchema } from '@sinclair/typebox';
import fc, { type Arbitrary } from 'fast-check';
import type { RouteOptions } from 'fastify';
import { isControl, routes } from '../support/readme.js';
import { KEYS, type Request } from './requests.js';
import { valueOf } from './values.js';

/** Names and ids, some of which exist, so that calls interact. */
const POOLS: Record<string, Arbitrary<string>> = {
  name: mostly('default', 'default', 'default', 'observed', 'observed', 'one', 'two', 'workspace-1'),
  segments: mostly('a', 'é b', 'grown', 'new'),
  faults: mostly('fault-1', 'fault-2', 'fault-3'),
  requests: mostly('1', '2', '3'),
  key: fc.constantFrom(...KEYS, 'key-1', 'key-2', 'key-3'),
};

function mostly(...texts: string[]): Arbitrary<string> {
  return fc.oneof(
    { weight: 16, arbitrary: fc.constantFrom(...texts) },
    { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 5 }) },
  );
}

/** The routes of the control API but its pages and those of the streams, which do not end; HEAD of them does. */
export const controlRoutes: RouteOptions[] = (await routes())
  .filter((route) => isControl(route) && !/^\/__mock\/?(docs|ui|$)/.test(route.url))
  .map((route) => (route.url.endsWith('/stream') ? { ...route, method: 'HEAD' } : route));

/** Calls of any route of the control API, most of them valid. */
export const controlRequest: Arbitrary<Request> = fc.oneof(...controlRoutes.map(requestOf));

function requestOf({ method, url, schema }: RouteOptions): Arbitrary<Request> {
  const path = url.split('/').map((step, index, steps) => {
    // An id belongs to the collection in the step before it.
    const pool = step.startsWith(':') ? POOLS[step === ':id' ? (steps[index - 1] ?? '') : step.slice(1)] : undefined;
    return pool?.map((text) => encodeURIComponent(text.toWellFormed())) ?? fc.constant(step);
  });
  const query = schema?.querystring === undefined ? fc.constant('') : queryOf(schema.querystring as TSchema);
  const body = schema?.body === undefined ? fc.constant(undefined) : bodyOf(schema.body as TSchema);
  return fc.tuple(fc.tuple(...path), query, body).map(([steps, asked, content]) => ({
    method: String(method),
    target: `${steps.join('/')}${asked}`,
    headers: ['Host: localhost', 'Content-Type: application/json'],
    body: content,
  }));
}

function queryOf(schema: TSchema): Arbitrary<string> {
  return valueOf(schema).map((value) => {
    const pairs = Object.entries(value ?? {}).map(([name, one]) =>
      [name, typeof one === 'string' ? one : (JSON.stringify(one) ?? '')].map(wellFormed).join('='),
    );
    return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
  });
}

function wellFormed(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

/** JSON that nearly always fits a schema; sometimes broken or missing. */
function bodyOf(schema: TSchema): Arbitrary<string | undefined> {
  const json = fc
    .tuple(valueOf(schema), fc.record({ name: POOLS['name']!, key: POOLS['key']! }))
    .map(([value, pool]) => JSON.stringify(value, mild(pool)) ?? '');
  return fc.oneof(
    { weight: 20, arbitrary: json },
    {
      weight: 1,
      arbitrary: fc
        .tuple(json, fc.double({ min: 0, max: 1, noNaN: true }))
        .map(([text, part]) => text.slice(0, text.length * part)),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom(undefined, '', 'null', '0', '"off"', '[]', '{}', '{"a":', '[['.repeat(2000)),
    },
  );
}

/** Delays in milliseconds. */
const TIMES = new Set(['ms', 'minMs', 'maxMs', 'medianMs', 'msPerMillion', 'durationMs']);
const LONGEST = 600_000;

/** Takes names and keys from the pools, and shortens delays, which can be ten minutes. */
function mild(pool: Record<string, string>): (name: string, value: unknown) => unknown {
  return (name, value) => {
    if (typeof value === 'string' && value !== '' && Object.hasOwn(pool, name)) return pool[name];
    if (TIMES.has(name) && typeof value === 'number' && value <= LONGEST) return Math.min(value, 2);
    if (name === 'sigma' && typeof value === 'number' && value <= 5) return Math.min(value, 0.1);
    if (name === 'msPerMillion') return 0;
    return value;
  };
}
