import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { Type } from '@sinclair/typebox';
import type { FastifyInstance, FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import { abandon, answer } from '../../core/answer.js';
import type { Endpoint } from '../../core/context.js';
import { endpointsBeneath } from '../../core/endpoints/endpoints.js';
import type { Mock } from '../../core/mock.js';
import { profiles } from '../../core/profiles/profiles.js';
import type { Recorded } from '../../core/reply.js';
import type { Reason } from '../../core/refusals/codes.js';
import type { Arrival } from '../../core/request.js';
import { namedPlugin } from '../named-plugin.js';
import type { Sender } from './send.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Why the HTTP layer refuses the request, if it does. */
    httpProblem: Reason | undefined;
    /** The request as the simulated service recorded it; `undefined` until then, and on routes that are not its own. */
    answer: Recorded | undefined;
    /** What was noted when its head arrived. */
    arrival: Arrival | undefined;
    /** Has only the start of its reply been sent, to find out whether the client still reads? */
    isHeldBack: boolean | undefined;
  }
  interface FastifyContextConfig {
    endpoint?: Endpoint;
  }
}

export type Respond = (request: FastifyRequest, reply: FastifyReply) => void;

export function responder(mock: Mock, sender: Sender): Respond {
  return (request, reply) => {
    const result = answer(mock, toServiceRequest(request));
    request.answer = result;
    // The body that was to follow what was expected may never come.
    if (request.httpProblem?.code === 'expectation_failed') result.headers['connection'] = 'close';
    if (result.failure !== undefined) request.log.error({ err: result.failure }, 'failed to answer a request');
    sender.send(reply, result);
  };
}

/** Records a request whose client left before it was whole. */
export function recordAbandoned(mock: Mock, request: FastifyRequest): void {
  request.answer = abandon(mock, toServiceRequest(request));
}

function toServiceRequest({ method, url, headers, httpProblem, arrival }: FastifyRequest) {
  return { method, target: url, headers, problem: httpProblem, arrival };
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
        respond,
      );
    }
    done();
  });
}
