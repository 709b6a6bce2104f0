import { Type } from '@sinclair/typebox';
import { PAGE_HEADERS, page, pageFile } from './docs-page.js';
import { ControlError } from '../../operations/errors.js';
import type { PackagedFiles } from '../packaged-files.js';
import type { ControlScope } from './scope.js';

const Text = Type.String({ minLength: 1 });
const File = Type.Object({ file: Type.String({ pattern: '^[\\w.-]+$', description: 'Its name.' }) });
const HEADERS = {
  'content-security-policy': Type.Literal(PAGE_HEADERS['content-security-policy'], {
    description: 'Everything is loaded from this server, and no other site may frame the page.',
  }),
  'x-frame-options': Type.Literal(PAGE_HEADERS['x-frame-options'], {
    description: 'The same for browsers without `frame-ancestors`.',
  }),
};

/** The page on which the document can be browsed and tried out. */
export function pageRoutes(app: ControlScope, files: PackagedFiles): void {
  app.get(
    '/docs',
    {
      schema: {
        summary: 'Show a page on which all calls can be tried',
        operationId: 'showPage',
        response: { 200: { headers: HEADERS, content: { 'text/html': { schema: Text } } } },
      },
    },
    (_request, reply) => {
      void reply.headers(PAGE_HEADERS).type(page.type);
      return page.body;
    },
  );
  app.get(
    '/docs/:file',
    {
      schema: {
        summary: 'Send a file of that page',
        operationId: 'showPageFile',
        params: File,
        response: {
          200: {
            content: {
              'text/javascript': { schema: Text },
              'text/css': { schema: Text },
              'text/plain': { schema: Text },
            },
          },
        },
        refuses: ['not_found'],
      },
    },
    async ({ params }, reply) => {
      const file = await pageFile(files, params.file);
      if (file === undefined) throw new ControlError('not_found', `the page has no file ${params.file}`);
      return reply.type(file.type).send(file.body as string);
    },
  );
}
