import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { Type } from '@sinclair/typebox';
import type { FastifyInstance, FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import { answer } from '../../core/answer.js';
import type { Endpoint } from '../../core/context.js';
import { endpointsBeneath } from '../../core/endpoints/endpoints.js';
import type { Mock } from '../../core/mock.js';
import { profiles } from '../../core/profiles/profiles.js';
import { namedPlugin } from '../named-plugin.js';
import type { Parts } from '../options.js';
import { type PendingRequest, toServiceRequest } from './pending.js';
import type { Sender } from './send.js';

declare module 'fastify' {
  interface FastifyRequest {
    pending: PendingRequest;
  }
  interface FastifyContextConfig {
    endpoint?: Endpoint;
  }
}

/** Answers a request by the simulated service; `reply` is Fastify's, if it routed the request. */
export type Respond = (pending: PendingRequest, reply?: FastifyReply) => void;

export function responder({ mock, log }: Parts, sender: Sender): Respond {
  return (pending, reply) => {
    const result = answer(mock, toServiceRequest(pending));
    pending.answer = result;
    // The body that was to follow what was expected may never come.
    if (pending.httpProblem?.code === 'expectation_failed') result.headers['connection'] = 'close';
    if (result.failure !== undefined) log.error({ err: result.failure }, 'failed to answer a request');
    sender.send(pending, result, reply);
  };
}

/** Braze's endpoints, as routes over the simulated service. */
export function endpointRoutes({ settings }: Mock, respond: Respond): FastifyPluginCallback {
  return namedPlugin('endpoints', (scope: FastifyInstance, _options, done) => {
    const routes = scope.withTypeProvider<TypeBoxTypeProvider>();
    for (const endpoint of endpointsBeneath(settings.basePath).byPath.values()) {
      const success = Object.values(profiles).map((profile) => profile.schemas()[endpoint.answer]);
      routes.get(
        endpoint.path,
        {
          config: { endpoint },
          schema: { querystring: endpoint.parameters, response: { 200: Type.Union(success) } },
          // The service reads the query by this very schema, after the checks that come before it.
          validatorCompiler: () => () => true,
        },
        (request: FastifyRequest, reply) => respond(request.pending, reply),
      );
    }
    done();
  });
}
