import { Buffer } from 'node:buffer';
import { Type } from '@sinclair/typebox';
import type { FastifyInstance, FastifyPluginCallback } from 'fastify';
import type { Paths } from '../http/paths.js';
import type { Mock } from '../mock.js';

interface OpenApiOptions {
  /** What is to be described. */
  paths: Paths;
  /** Puts a mock behind HTTP, to see what it answers. */
  build: (mock: Mock) => FastifyInstance;
}

const ANY = Type.Object({}, { additionalProperties: true });

const schema = {
  summary: 'Show this document',
  operationId: 'showDocument',
  response: {
    200: Type.Object(
      {
        openapi: Type.Literal('3.1.0'),
        info: ANY,
        servers: Type.Array(ANY),
        tags: Type.Array(ANY),
        paths: ANY,
        components: ANY,
      },
      { additionalProperties: false, description: 'An OpenAPI document.' },
    ),
  },
};

/** `GET /openapi.json`: made when it is first asked for, then kept. */
export const openapi: FastifyPluginCallback<OpenApiOptions> = (scope, { paths, build }, done) => {
  let document: Promise<Buffer> | undefined;
  scope.get('/openapi.json', { schema }, async (_request, reply) => {
    document ??= import('./document.js').then(async ({ describe }) =>
      Buffer.from(JSON.stringify(await describe(paths.routes, build))),
    );
    return reply.type('application/json; charset=utf-8').send(await document);
  });
  done();
};
