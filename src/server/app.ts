import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import Fastify, {
  type FastifyError,
  type FastifyHttpOptions,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { Mock } from '../core/mock.js';
import { type Reason, Refusal } from '../core/refusals/codes.js';
import { nextEventLoopTurn } from '../system/real-time.js';
import { requireControlRoute } from './control/guard.js';
import { openapi } from './control/openapi-route.js';
import { control, convertingValidator, sendControlError } from './control/plugin.js';
import { answerPreflights } from './endpoints/cors.js';
import { hasBody, originForm, problemOfHead, problemOfQuery, skipBody } from './endpoints/http-problem.js';
import { type Hooks, watchHooks } from './endpoints/hooks.js';
import { beginner, isControl } from './endpoints/pending.js';
import { endpointRoutes, responder } from './endpoints/routes.js';
import { Sender } from './endpoints/send.js';
import { shortcut } from './endpoints/shortcut.js';
import type { AppOptions, Parts } from './options.js';
import { Paths } from './paths.js';
import { Connections } from './transport/connections.js';
import type { Limits } from './transport/limits.js';
import { answerMalformed, configureServer } from './transport/malformed.js';
import { ReplyBatch } from './transport/reply-batch.js';
import { TRANSPORT } from './transport/transport.js';

export interface App {
  fastify: FastifyInstance;
  connections: Connections;
}

/**
 * The app of a server. Requests to the control API are answered by a second app, which is built for the first of them:
 * the many routes would take 15 ms of a start (bench: start), and most servers are never asked for them.
 */
export function buildServedApp(mock: Mock, options: AppOptions): App {
  const { log, settings, transport = TRANSPORT } = options;
  const { fastify, connections, answered, replies } = buildEndpoints(mock, options);
  let whole: FastifyInstance | undefined;
  let building: Promise<void> | undefined;
  const start = async ({ fastify: app }: App) => {
    // Takes no turn of the event loop: nothing comes in between.
    await app.ready();
    whole = app;
  };
  const build = async () => start(buildApp(mock, { ...options, connections }));
  const refuse = (failure: Error) => start(buildEndpoints(mock, { log, settings, transport, connections, failure }));
  const route = (request: IncomingMessage, response: ServerResponse, isForControl: boolean) => {
    if (!isForControl && answered(request, response)) return;
    // What is routed is answered immediately, perhaps by a 100, and must not overtake replies to requests before it.
    replies.sendAll();
    (isForControl ? whole : fastify)?.routing(request, response);
  };
  fastify.server.removeAllListeners('request').on('request', (request, response) => {
    const isForControl = isControl({ url: originForm(request) });
    if (isForControl) building ??= build().catch(refuse);
    // Requests pipelined behind one that waits wait too: they take effect in their order.
    if (whole === undefined && building !== undefined) void building.then(() => route(request, response, isForControl));
    else route(request, response, isForControl);
  });
  fastify.addHook('onClose', async () => {
    await building;
    await whole?.close();
  });
  return { fastify, connections };
}

/** Puts a mock behind HTTP: Braze's endpoints, the control API, and what every request goes through. */
export function buildApp(mock: Mock, options: SharingOptions): App {
  const { version, readFile } = options;
  const app = buildEndpoints(mock, options);
  app.fastify.register(control, { ...app.parts, version, readFile, prefix: '/__mock' });
  app.fastify.register(openapi, { ...app.parts, readFile });
  return app;
}

interface SharingOptions extends AppOptions {
  /** Those of another app on the same server. */
  connections?: Connections;
  /** Why the control API could not be built: every request to it gets a 500, and this is logged. */
  failure?: Error;
}

/** Braze's endpoints, and what every request goes through. `replies` are those of the shortcut. */
function buildEndpoints(mock: Mock, options: Omit<SharingOptions, 'version' | 'readFile'>) {
  const { log, settings, transport: { limits, stopTimes, repliesAtOnce } = TRANSPORT } = options;
  const { connections = new Connections(stopTimes), failure } = options;
  const parts: Parts = { mock, log, settings, limits, connections };
  const paths = new Paths();
  if (settings.controlToken !== undefined) mock.workspaces.knownKeys.open(settings.controlToken);
  const begin = beginner(parts);
  const fastify = Fastify({
    ...httpOptions(limits),
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    // `request.log` is the mock's logger itself: its lines need no request id.
    childLoggerFactory: () => log,
    clientErrorHandler: answerMalformed(parts),
    // Fastify runs no hooks for a request that it could not route.
    frameworkErrors: (error, request, reply) => refuseUnrouted(error, request, reply),
  }) as unknown as FastifyInstance;
  configureServer(fastify.server, parts);
  fastify.setValidatorCompiler(convertingValidator).decorateRequest('pending');
  fastify.addHook('onRoute', paths.note);
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    if (connections.closesAfter(reply.raw)) reply.header('connection', 'close');
    done(null, payload);
  });
  const hooks: Hooks = { any: false };
  const replies = new ReplyBatch(repliesAtOnce);
  const respond = responder(parts, new Sender(connections, hooks, replies));
  const refuseProblem = (request: FastifyRequest, reply: FastifyReply, problem: Reason) => {
    request.pending.httpProblem = problem;
    if (isControl(request)) void sendControlError(reply, new Refusal(problem), parts);
    else respond(request.pending, reply);
  };
  const refuseUnrouted = (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
    request.pending = begin(request.raw, reply.raw);
    refuseProblem(request, reply, problemOf(error));
  };
  fastify.addHook('onRequest', (request, reply, done) => {
    request.pending = begin(request.raw, reply.raw);
    // Requests pipelined behind this one are in the same packet; the next turn knows of them all.
    if (connections.draining) void nextEventLoopTurn().then(() => readRequest(request, limits, done));
    else readRequest(request, limits, done);
  });
  if (settings.cors === true) fastify.addHook('onRequest', answerPreflights(mock));
  fastify.addHook('onRequest', (request, reply, done) => {
    if (!isControl(request)) return done();
    if (failure !== undefined) throw failure;
    const problem = request.pending.httpProblem ?? problemOfQuery(request.url);
    if (problem !== undefined) return refuseProblem(request, reply, problem);
    requireControlRoute(request, paths, settings);
    done();
  });
  // Answered before Fastify parses a body: what cannot be parsed is not found all the same.
  fastify.addHook('preParsing', (request, reply, payload, done) => {
    if (request.is404) respond(request.pending, reply);
    else done(null, payload);
  });
  fastify.setErrorHandler((error: FastifyError, request, reply) => {
    if (error.code === 'FST_ERR_NOT_FOUND') refuseUnrouted(error, request, reply);
    else void sendControlError(reply, error, parts);
  });
  watchHooks(fastify, hooks);
  fastify.register(endpointRoutes(mock, respond));
  return { fastify, connections, answered: shortcut(parts, hooks, begin, respond), replies, parts };
}

/** Validates the head of a request, and discards a body that no route reads. */
function readRequest(request: FastifyRequest, limits: Limits, done: () => void): void {
  const { raw, is404, method } = request;
  request.pending.httpProblem = problemOfHead(raw, limits);
  // Routes with a body of their own leave it to Fastify; no endpoint of Braze's uses one.
  const isForRoute = !is404 && method !== 'GET' && method !== 'HEAD';
  if (request.pending.httpProblem !== undefined || isForRoute || !hasBody(raw)) return done();
  skipBody(raw, limits, (problem) => {
    request.pending.httpProblem = problem;
    done();
  });
}

/** What Fastify's router refuses by itself, in our codes. */
function problemOf({ code }: FastifyError): Reason {
  // Its router has a place for every method that Node names; Node's parser lets PRI pass too.
  if (code === 'FST_ERR_NOT_FOUND') return { code: 'http_malformed', detail: 'Unknown method' };
  return { code: 'query_malformed' };
}

/** Skip Ajv and fast-json-stringify (55 ms at start): schemas are validated with TypeBox. */
const NO_COMPILERS = {
  buildValidator: () => () => () => true,
  buildSerializer: () => () => JSON.stringify,
} as unknown as NonNullable<NonNullable<FastifyHttpOptions<Server>['schemaController']>['compilersFactory']>;

function httpOptions(limits: Limits) {
  return {
    http: {
      maxHeaderSize: limits.headers,
      headersTimeout: limits.headersTimeout,
      connectionsCheckingInterval: limits.timeoutsCheckedEvery,
      requireHostHeader: false,
    },
    requestTimeout: limits.requestTimeout,
    keepAliveTimeout: limits.keepAliveTimeout,
    bodyLimit: limits.body,
    // Our plugins do not wait; the timer that would watch them could be a fake one.
    pluginTimeout: 0,
    return503OnClosing: false,
    schemaController: { compilersFactory: NO_COMPILERS },
    rewriteUrl: originForm,
    // A client whose base URL ends in "/" sends "//segments/…".
    routerOptions: { ignoreDuplicateSlashes: true, ignoreTrailingSlash: true, maxParamLength: limits.url },
  } satisfies FastifyHttpOptions<Server>;
}
