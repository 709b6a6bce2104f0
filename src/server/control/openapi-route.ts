import type { Buffer } from 'node:buffer';
import { Type } from '@sinclair/typebox';
import { namedPlugin } from '../named-plugin.js';
import type { AppOptions, Parts } from '../options.js';
import { isControlPath } from '../paths.js';

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

/** The document with the base path as the server of Braze's endpoints. */
function servedBeneath(basePath: string | undefined, file: Buffer): Buffer | string {
  if (basePath === undefined) return file;
  const document = JSON.parse(file.toString()) as { paths: Record<string, object> };
  for (const [path, item] of Object.entries(document.paths))
    if (!isControlPath(path)) Object.assign(item, { servers: [{ url: basePath }] });
  return JSON.stringify(document);
}

/** `GET /openapi.json`. */
export const openapi = namedPlugin<Parts & Pick<AppOptions, 'readFile'>>(
  'openapi',
  (scope, { mock, settings, readFile }, done) => {
    let document: Buffer | string | undefined;
    scope.get('/openapi.json', { schema }, (_request, reply) => {
      document ??= servedBeneath(
        mock.settings.basePath,
        readFile(settings.noControl ? 'openapi-no-control.json' : 'openapi.json'),
      );
      return reply.type('application/json; charset=utf-8').send(document);
    });
    done();
  },
);
