import type { EntryView } from '../core/journal/entry.js';
import { CONTROL_CODES } from '../operations/errors.js';
import { streamOf } from '../server/control/event-stream.js';
import { Mock, type MockSettings } from '../core/mock.js';
import type { FastifyInstance } from '../server/bare-app.js';
import type { AccessSettings } from '../server/options.js';
import { defaultSettings } from '../start/settings.js';
import { realTime } from '../system/clock.js';
import { BUILT_IN } from '../fixtures/built-in.js';
import {
  SETUP_TARGET,
  SETUP_KEYS,
  type ControlCall,
  REFUSED,
  type RefusedExample,
  EXAMPLE_CALLS,
} from './control-calls.js';
import { type ExampleReply, inject, PROFILES } from './replies.js';

/** Builds the app of a mock; the control API is on and open unless the settings say otherwise. */
export type Build = (mock: Mock, settings?: Partial<AccessSettings>) => FastifyInstance;

/** A call of the control API with its reply and the name of the example. */
export interface Example extends ControlCall {
  name: string;
  reply: ExampleReply;
}

/** A mock of the built-in workspaces on a frozen clock. */
export function exampleMock(settings: Partial<MockSettings> = {}): Mock {
  const clock = '2024-01-01T12:00:00Z';
  const chosen = { ...defaultSettings, clock, strictParameters: true, ...settings };
  return new Mock(chosen, BUILT_IN, realTime);
}

/** An app for each profile. */
export function exampleApps(build: Build): FastifyInstance[] {
  return PROFILES.map(({ name }) => build(exampleMock({ profile: name })));
}

/** A stream never ends; its example shows the entry that another operation returned. */
const STREAM_SOURCES: Record<string, string> = { streamRequests: 'showRequest', streamStrays: 'showStray' };

/** Runs the example calls and returns their replies by `operationId`. */
export async function runExamples(build: Build, urls: ReadonlyMap<string, { method: string; url: string }>) {
  const app = build(exampleMock());
  const examples = new Map<string, Example[]>();
  for (const [operationId, name, call] of EXAMPLE_CALLS) {
    const setup = SETUP_KEYS[operationId];
    if (setup !== undefined) await app.inject({ url: SETUP_TARGET, headers: { authorization: `Bearer ${setup.key}` } });
    const route = urls.get(operationId);
    if (route === undefined) continue;
    const reply = await runCall(app, route, name, call);
    const [shown] = examples.get(STREAM_SOURCES[operationId] ?? '') ?? [];
    if (shown !== undefined) reply.text = streamOf(JSON.parse(shown.reply.text) as EntryView);
    examples.set(operationId, [...(examples.get(operationId) ?? []), { ...call, name, reply }]);
  }
  await app.close();
  return examples;
}

async function runCall(
  app: FastifyInstance,
  { method, url }: { method: string; url: string },
  name: string,
  { params = {}, query = {}, body }: ControlCall,
): Promise<ExampleReply> {
  const path = url.replaceAll(/:(\w+)/g, (_whole, field: string) => encodeURIComponent(params[field] ?? ''));
  const isStream = url.endsWith('/stream');
  const reply = await inject(app, name, {
    method: (isStream ? 'HEAD' : method) as 'GET',
    url: `${path}?${new URLSearchParams(query).toString()}`,
    ...(body !== undefined && { payload: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  return { ...reply, text: withFixedValues(reply.text) };
}

/** Replaces values that change with every run, so that the generated document is reproducible. */
function withFixedValues(text: string): string {
  return text
    .replaceAll(/"apiKey":"[0-9a-f-]{36}"/g, '"apiKey":"c0ffee00-1234-4abc-8def-0123456789ab"')
    .replaceAll(/"key":"[0-9a-f-]{36}"/g, '"key":"c0ffee00-1234-4abc-8def-0123456789ab"')
    .replaceAll(/(x-request-id"(?:,"again")?:)"[0-9a-f-]{36}"/g, '$1"2f0c1a3e-5d4b-4c6a-9e8f-7a6b5c4d3e2f"')
    .replaceAll(/(x-runtime"(?:,"again")?:)"[\d.]+"/g, '$1"0.000412"')
    .replaceAll(/("x-request-id"|"entry"|"again"):"[0-9a-f-]{36}"/g, '$1:"2f0c1a3e-5d4b-4c6a-9e8f-7a6b5c4d3e2f"')
    .replaceAll(/("x-runtime"|"entry"|"again"):"\d+\.\d{6}"/g, '$1:"0.000412"')
    .replaceAll(/"durationMs":[\d.]+/g, '"durationMs":0.25');
}

/** Runs the refused requests and returns their replies by code. */
export async function runRefusals(build: Build): Promise<Map<string, ExampleReply>> {
  const plain = build(exampleMock({ storyboard: 'outage' }));
  const guarded = build(exampleMock(), { controlToken: 'a-token' });
  const failing = build(Object.assign(exampleMock(), { reset: failOnPurpose }));
  const examples = new Map<string, ExampleReply>();
  for (const [code, refused] of Object.entries<RefusedExample>(REFUSED)) {
    const { path, guarded: isGuarded, failing: isFailing, body, ...call } = refused;
    const app = isGuarded === true ? guarded : isFailing === true ? failing : plain;
    const request = { ...call, url: `/__mock${path}`, ...(body !== undefined && { payload: body }) };
    examples.set(code, await inject(app, code, request));
  }
  await Promise.all([plain, guarded, failing].map((app) => app.close()));
  return examples;
}

function failOnPurpose(): never {
  throw new Error(`an example of ${CONTROL_CODES.internal_server_error}`);
}
