import type { Server } from 'node:http';
import Fastify, {
  type FastifyError,
  type FastifyHttpOptions,
  type FastifyInstance,
  type FastifyPluginCallback,
  type FastifyRequest,
  type FastifyServerOptions,
  type RouteShorthandOptions,
} from 'fastify';
import type { FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { control, sendControlError } from './control/plugin.js';
import { requireControlRoute } from './control/guard.js';
import { openapi } from './control/openapi-route.js';
import { opened, openWorkspace, requireApiKey, requirePermission, takeToken } from './endpoints/authenticate.js';
import { originForm, requireEndpoint, requireReadable, requireWhole } from './endpoints/request-checks.js';
import { answerBrokenRequest, limitConnections, meetExpectations, refuseTunnels } from './transport/malformed.js';
import { Connections } from './transport/connections.js';
import { createDataSeries, findSegment, requireAnalytics } from './endpoints/data-series.js';
import { ENDPOINTS } from './endpoints/endpoints.js';
import { type Endpoint, Exchange } from './endpoints/exchange.js';
import type { Limits } from './transport/limits.js';
import { requestLog } from './endpoints/request-log.js';
import { isMockPath, Paths } from './endpoints/paths.js';
import type { UnreadQuery } from './endpoints/parameters.js';
import { strikeFaults } from './endpoints/planned-faults.js';
import { listBody } from './endpoints/list.js';
import {
  readCampaignsQuery,
  readDataSeriesQuery,
  readDetailsQuery,
  readListQuery,
  type Reading,
} from './endpoints/query.js';
import { recorder } from './endpoints/journal-record.js';
import { Replies } from './endpoints/reply.js';
import type { AppOptions } from './options.js';
import { TRANSPORT } from './transport/transport.js';
import type { Mock } from '../core/mock.js';
import { nextEventLoopTurn } from '../system/real-time.js';
import { Refusal } from '../core/refusals/codes.js';

export interface App {
  fastify: FastifyInstance;
  connections: Connections;
}

/**
 * Puts the mock behind HTTP. The checks stand here in the order of refusals, which is a promise to callers: a
 * request wrong in several ways is refused for the first [wire contract, 2].
 */
export function buildApp(mock: Mock, { log, settings, version, files, transport = TRANSPORT }: AppOptions): App {
  const { limits, stopTimes } = transport;
  const connections = new Connections(stopTimes);
  const replies = new Replies(connections, limits, log, mock.workspaces.mask);
  const paths = new Paths();
  const logRequest = requestLog(log, mock.workspaces.mask);
  const record = recorder(mock);
  const begin = (request: FastifyRequest, reply: FastifyReply) => {
    request.exchange = new Exchange(request.url, mock.profile);
    // On Node's response, so that errors, the event stream and refusals of Fastify's router have it too.
    if (isMockPath(request.exchange.path)) reply.raw.setHeader('x-content-type-options', 'nosniff');
    connections.asked(reply.raw);
    reply.raw.on('close', () => {
      connections.answered(reply.raw);
      logRequest(request, reply);
      if (!request.exchange.isControl) record(request, reply);
    });
  };
  // Fastify runs no hooks for a request that it could not route.
  const refuseUnrouted = (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
    begin(request, reply);
    replies.refuse(reply, request.exchange, error);
  };
  const fastify = Fastify({
    ...httpOptions(limits),
    clientErrorHandler: answerBrokenRequest(mock.profile, limits, connections, log),
    frameworkErrors: refuseUnrouted,
  });
  tend(fastify.server, connections, limits, log);

  fastify.addHook('onRoute', paths.note);
  fastify.decorateRequest('exchange');
  fastify.addHook('onRequest', (request, reply, done) => {
    begin(request, reply);
    // Requests pipelined behind this one are in the same packet; the next turn knows of them all.
    if (connections.draining) void nextEventLoopTurn().then(() => done());
    else done();
  });
  fastify.addHook('onRequest', (request, _reply, done) => {
    requireReadable(request, limits); //                          0  400 http_malformed, query_malformed, 414 uri_too_long
    // Fastify passes on what is not an Error too.
    requireWhole(request, limits, done as (refusal?: Refusal) => void); // 413 body_too_large
  });
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (request.exchange.isControl) requireControlRoute(request, paths, settings);
    else requireEndpoint(request, paths); //                      1  404 not_found; 2  405 method_not_allowed
    done();
  });
  fastify.setErrorHandler((error: FastifyError | Refusal, request, reply) => {
    if (!(error instanceof Refusal) && error.code === 'FST_ERR_NOT_FOUND') refuseUnrouted(error, request, reply);
    else if (request.exchange.isControl) void sendControlError(reply, error, { limits, log, mock });
    else replies.refuse(reply, request.exchange, error);
  });
  fastify.addHook('onSend', (request, reply, payload, done) => {
    if (connections.closesAfter(request.raw.socket)) reply.header('connection', 'close');
    done(null, payload);
  });

  fastify.register(brazeEndpoints(mock, replies, connections));
  fastify.register(control, { prefix: '/__mock', mock, log, settings, version, files, limits, connections });
  fastify.register(openapi, { settings, files });
  return { fastify, connections };
}

/** Sees to what Node does with connections and requests before Fastify hears of them. */
function tend(server: Server, connections: Connections, limits: Limits, log: Logger): void {
  connections.watch(server);
  // Node would leave out headers beyond a thousand without a word; their bytes are bounded already.
  server.maxHeadersCount = 0;
  limitConnections(server, limits, log);
  meetExpectations(server);
  refuseTunnels(server, connections);
}

/** The endpoints that imitate Braze's, and the checks that they share. */
function brazeEndpoints(mock: Mock, replies: Replies, connections: Connections): FastifyPluginCallback {
  const dataSeries = createDataSeries(mock);
  const reading = (exchange: Exchange): Reading => ({
    strict: mock.settings.strictParameters,
    profile: exchange.profile,
    now: opened(exchange).now,
  });
  const behindChecks = (endpoint: Endpoint): RouteShorthandOptions => ({
    config: endpoint,
    onRequest(request, reply, done) {
      request.exchange.endpoint = endpoint;
      requireApiKey(request); //                                  3  401 api_key_missing
      openWorkspace(request, mock); //                            4  401 api_key_invalid
      requirePermission(request, endpoint); //                    5  403 permission_denied
      takeToken(request); //                                      6  429 rate_limited
      const held = strikeFaults(request, reply, mock, connections); // 6a as preferred or planned
      if (held === undefined) done();
      else void held.then(() => done(), done);
    },
  });
  return (endpoints, _options, ready) => {
    endpoints.get('/segments/data_series', behindChecks(ENDPOINTS.dataSeries), (request, reply) => {
      const { exchange } = request;
      const query = readDataSeriesQuery(exchange.parameters, reading(exchange)); //  7  400 segment_id_…, length_…, ending_at_…, parameter_…
      const segment = findSegment(opened(exchange), query.segmentId); //             8  404 segment_not_found
      requireAnalytics(segment); //                                                  9  422 analytics_not_enabled
      replies.send(reply, exchange, dataSeries(exchange, segment, query));
    });
    endpoints.get('/segments/list', behindChecks(ENDPOINTS.list), (request, reply) => {
      const { exchange } = request;
      const query = readListQuery(exchange.parameters, reading(exchange)); //        7  400 page_invalid, sort_direction_invalid, parameter_…
      replies.send(reply, exchange, listBody(exchange, query));
    });
    endpoints.get('/segments/details', behindChecks(ENDPOINTS.details), (request, reply) => {
      const { exchange } = request;
      const segmentId = readDetailsQuery(exchange.parameters, reading(exchange)); // 7  400 segment_id_…, parameter_…
      const segment = findSegment(opened(exchange), segmentId); //                   8  404 segment_not_found
      replies.send(reply, exchange, exchange.profile.details(segment));
    });
    endpoints.get('/campaigns/list', behindChecks(ENDPOINTS.campaigns), (request, reply) => {
      const { exchange } = request;
      readCampaignsQuery(exchange.parameters, reading(exchange)); //                 7  400 page_invalid, sort_direction_invalid, parameter_…
      replies.send(reply, exchange, exchange.profile.campaigns());
    });
    ready();
  };
}

/** Schemas are checked by a checker of our own, where there are any: Fastify's would be loaded for nothing. */
const NO_COMPILERS = {
  buildValidator: () => () => () => true,
  buildSerializer: () => () => JSON.stringify,
} as unknown as NonNullable<NonNullable<FastifyServerOptions['schemaController']>['compilersFactory']>;

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
    routerOptions: {
      ignoreDuplicateSlashes: true,
      ignoreTrailingSlash: true,
      maxParamLength: limits.url,
      querystringParser: (text): UnreadQuery & Record<string, unknown> => ({ text }),
    },
  } satisfies FastifyHttpOptions<Server>;
}
