import { Type } from '@sinclair/typebox';
import type { FastifyPluginCallback } from 'fastify';
import { readPackaged } from '../packaged-files.js';
import type { Settings } from '../../start/settings.js';

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
export function documentFile({ noControl }: Pick<Settings, 'noControl'>): [folder: string, file: string] {
  return ['dist', noControl ? 'openapi-no-control.json' : 'openapi.json'];
}

/** `GET /openapi.json`. */
export const openapi: FastifyPluginCallback<{ settings: Settings }> = (scope, { settings }, done) => {
  scope.get('/openapi.json', { schema }, async (_request, reply) => {
    const document = await readPackaged(...documentFile(settings));
    return reply.type('application/json; charset=utf-8').send(document);
  });
  done();
};
