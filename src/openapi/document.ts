import swagger from '@fastify/swagger';
import { pino } from 'pino';
import { buildApp } from '../server/app.js';
import { bareApp, type FastifyInstance, type RouteOptions } from '../server/bare-app.js';
import type { AccessSettings } from '../server/options.js';
import { VERSION } from '../start/package.js';
import { readPackaged } from '../start/read-packaged.js';
import { shareParts } from './components.js';
import { controlSchema } from './control.js';
import { endpointSchema } from './endpoints.js';
import { type Build, exampleApps, exampleMock, runRefusals, runExamples } from './examples.js';
import { type Json, type JsonObject, plain } from './schemas.js';

const DESCRIPTION = `An offline stand-in for Braze's Segment Analytics Export endpoint and its companions. A workspace answers in one of two profiles, and replies are described for both. A parameter's example and a reply's example of one name belong together: the call with all the examples of that name gets that reply, from a mock that serves what is built in. The examples of replies whose name ends in a profile's answer the same calls in that profile.`;

const TAGS: Record<string, string> = {
  endpoints: 'What imitates Braze.',
  workspaces: 'Tenants: each owns API keys, segments, a clock, a rate limit, faults and a journal.',
  profile: 'Which of the two profiles words the replies of a workspace.',
  'api-keys': 'What opens a workspace.',
  clock: 'What decides what today is.',
  'rate-limit': 'The quota of a workspace, and what is left of it.',
  segments: 'The segments of a workspace, in the format of fixtures, and the truth about their sizes.',
  faults: 'Planned misbehaviour.',
  states: 'Provider states of contract tests.',
  storyboards: 'Named lists of faults.',
  requests: 'The journal: what was asked, answered and why.',
  conduct: 'How clients behave: what they do against the advice of the service.',
  mock: 'The server itself.',
  head: 'The same without a body: every GET answers HEAD too.',
};

const OPENAPI = {
  openapi: '3.1.0',
  info: {
    title: 'braze-segments-mock',
    version: VERSION,
    description: DESCRIPTION,
    license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
  },
  servers: [{ url: '/', description: 'The mock itself.' }],
  tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
  components: {
    securitySchemes: {
      apiKey: { type: 'http', scheme: 'bearer', description: 'An API key of a workspace.' },
      controlToken: { type: 'http', scheme: 'bearer', description: 'The `--control-token`, if one is set.' },
    },
  },
} as const;

/**
 * Describes a server with these settings: from the schemas of its routes and from their actual replies to the example
 * calls. The build writes the result into the package; the server loads nothing from this folder.
 */
export async function generateDocument(settings: Pick<AccessSettings, 'noControl'>): Promise<JsonObject> {
  const schemas = await schemasOf(await routesOf(build(exampleMock(), settings)));
  const app = bareApp();
  await app.register(swagger, { openapi: structuredClone(OPENAPI) as never, convertConstToEnum: false });
  for (const [{ method, url }, schema] of schemas) {
    app.route({ method, url, schema, exposeHeadRoute: false, handler: () => undefined });
  }
  await app.ready();
  const document = plain(app.swagger()) as JsonObject;
  await app.close();
  for (const [{ url, method, config }] of schemas) finish(document, url, String(method), config?.bodyOptional === true);
  return shareParts(document);
}

const log = pino({ level: 'silent' });
const build: Build = (mock, settings) =>
  buildApp(mock, { log, settings: { noControl: false, ...settings }, version: VERSION, readFile: readPackaged })
    .fastify;

/** The routes of a server that has not been started, without those for HEAD. */
async function routesOf(app: FastifyInstance): Promise<RouteOptions[]> {
  const routes: RouteOptions[] = [];
  app.addHook('onRoute', (route) => {
    if (route.method !== 'HEAD' && route.schema?.hide !== true) routes.push(route);
  });
  await app.ready();
  await app.close();
  return routes;
}

async function schemasOf(routes: readonly RouteOptions[]): Promise<[RouteOptions, JsonObject][]> {
  const named = new Map(
    routes.map(({ method, url, schema }) => [schema?.operationId ?? '', { method: String(method), url }]),
  );
  const [examples, refusals] = [await runExamples(build, named), await runRefusals(build)];
  const apps = exampleApps(build);
  const schemas: [RouteOptions, JsonObject][] = [];
  for (const route of routes) {
    const isEndpoint = route.config?.endpoint !== undefined;
    const exampleCalls = examples.get(route.schema?.operationId ?? '') ?? [];
    schemas.push([
      route,
      isEndpoint ? await endpointSchema(route, apps) : controlSchema(route, exampleCalls, refusals),
    ]);
  }
  await Promise.all(apps.map((app: FastifyInstance) => app.close()));
  return schemas;
}

/** Adds what @fastify/swagger omits: optional bodies, and HEAD for every GET. */
function finish(document: JsonObject, url: string, method: string, bodyOptional: boolean): void {
  const path = (document['paths'] as JsonObject)[url.replaceAll(/:(\w+)/g, '{$1}')] as JsonObject;
  const operation = path[method.toLowerCase()] as JsonObject;
  if (bodyOptional) (operation['requestBody'] as JsonObject)['required'] = false;
  if (method !== 'GET') return;
  const responses = Object.entries(operation['responses'] as Record<string, JsonObject>);
  path['head'] = {
    ...operation,
    operationId: `${operation['operationId'] as string}Head`,
    tags: ['head'],
    responses: Object.fromEntries(responses.map(([status, { content: _content, ...head }]) => [status, head as Json])),
  };
}
