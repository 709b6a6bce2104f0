import type { Server } from 'node:http';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyHttpOptions } from 'fastify';
import type { Logger } from 'pino';
import { opened, openWorkspace, requireApiKey, requirePermission, takeToken } from './http/admission.js';
import { openExchange, requireEndpoint, requireReadable } from './http/arrival.js';
import { answerBrokenRequest, answerExpectations } from './http/broken.js';
import { Connections } from './http/connections.js';
import { createDataSeries, findSegment, requireAnalytics } from './http/data-series.js';
import { type Limits, LIMITS } from './http/limits.js';
import { logRequest } from './http/log.js';
import { Paths } from './http/paths.js';
import { strikeFaults } from './http/planned.js';
import { readDataSeriesQuery } from './http/query.js';
import { send, sendRefusal } from './http/reply.js';
import type { Mock } from './mock.js';

export interface App {
  fastify: FastifyInstance;
  connections: Connections;
}

/**
 * Puts the mock behind HTTP. The checks stand here in the order of refusals, which is a promise to callers: a
 * request wrong in several ways is refused for the first [wire contract, 2].
 */
export function buildApp(mock: Mock, log: Logger, limits: Limits = LIMITS): App {
  const fastify = Fastify(fastifyOptions(mock, log, limits));
  const connections = new Connections();
  const paths = new Paths();
  const dataSeries = createDataSeries(mock);
  connections.watch(fastify.server);
  answerExpectations(fastify.server, mock.profile, log);

  fastify.addHook('onRoute', paths.note);
  fastify.decorateRequest('exchange');
  fastify.addHook('onRequest', (request, _reply, done) => {
    openExchange(request, mock);
    connections.asked(request.raw);
    // Requests pipelined behind this one are in the same packet; the next turn knows of them all.
    if (connections.draining) setImmediate(done);
    else done();
  });
  fastify.addHook('onRequest', (request, _reply, done) => {
    requireReadable(request, limits); //                     0  400 http_malformed, query_malformed, 414 uri_too_long
    requireEndpoint(request, paths); //                      1  404 not_found; 2  405 method_not_allowed
    done();
  });

  fastify.register((endpoints, _options, ready) => {
    endpoints.addHook('onRequest', (request, _reply, done) => {
      requireApiKey(request); //                             3  401 api_key_missing
      openWorkspace(request, mock); //                       4  401 api_key_invalid
      requirePermission(request); //                         5  403 permission_denied
      takeToken(request); //                                 6  429 rate_limited
      strikeFaults(request); //                              6a as planned
      done();
    });
    endpoints.get('/segments/data_series', { config: { permission: 'segments.data_series' } }, (request, reply) => {
      const { exchange } = request;
      const { strictParameters } = mock.settings;
      const query = readDataSeriesQuery(exchange.parameters, strictParameters); //    7  400 segment_id_…, length_…, ending_at_…, parameter_…
      const segment = findSegment(opened(exchange), query.segmentId); //              8  404 segment_not_found
      requireAnalytics(segment); //                                                   9  422 analytics_not_enabled
      return send(reply, exchange, 200, dataSeries(opened(exchange), segment, query));
    });
    ready();
  });

  fastify.setErrorHandler((error: FastifyError, request, reply) => sendRefusal(reply, request.exchange, error, log));
  fastify.addHook('onSend', (request, reply, payload, done) => {
    if (connections.closesAfter(request.raw.socket)) reply.header('connection', 'close');
    done(null, payload);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    connections.answered(request.raw.socket);
    logRequest(log, request, reply);
    done();
  });
  return { fastify, connections };
}

function fastifyOptions(mock: Mock, log: Logger, limits: Limits) {
  return {
    http: { maxHeaderSize: limits.headers, headersTimeout: limits.headersTimeout, requireHostHeader: false },
    requestTimeout: limits.requestTimeout,
    keepAliveTimeout: limits.keepAliveTimeout,
    bodyLimit: limits.body,
    return503OnClosing: false,
    // A client whose base URL ends in "/" sends "//segments/…".
    routerOptions: { ignoreDuplicateSlashes: true, ignoreTrailingSlash: true, maxParamLength: limits.url },
    frameworkErrors: (error, request, reply) => {
      openExchange(request, mock);
      // Fastify runs no hooks for a path that it cannot decode.
      reply.raw.once('finish', () => logRequest(log, request, reply));
      void sendRefusal(reply, request.exchange, error, log);
    },
    clientErrorHandler: answerBrokenRequest(mock.profile, limits, log),
  } satisfies FastifyHttpOptions<Server>;
}
