import Fastify, { type FastifyInstance, type InjectOptions, type RouteOptions } from 'fastify';

export type { FastifyInstance, InjectOptions, RouteOptions };

/** An app that is never served, without routes: the generator of the OpenAPI document describes routes with it. */
export function bareApp(): FastifyInstance {
  return Fastify()
    .setValidatorCompiler(() => () => true)
    .setSerializerCompiler(() => JSON.stringify);
}
