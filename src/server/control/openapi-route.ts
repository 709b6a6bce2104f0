import { Type } from '@sinclair/typebox';
import type { FastifyPluginCallback } from 'fastify';
import type { AppOptions, ControlSettings } from '../options.js';

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

/** The file of the OpenAPI document, which the build generates: with the control API, or without it. */
function documentFile({ noControl }: Pick<ControlSettings, 'noControl'>): string {
  return noControl ? 'openapi-no-control.json' : 'openapi.json';
}

/** `GET /openapi.json`. */
export const openapi: FastifyPluginCallback<Pick<AppOptions, 'settings' | 'files'>> = (
  scope,
  { settings, files },
  done,
) => {
  scope.get('/openapi.json', { schema }, (_request, reply) => {
    const document = files.read(documentFile(settings));
    return reply.type('application/json; charset=utf-8').send(document);
  });
  done();
};
