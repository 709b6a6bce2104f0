import { Type } from '@sinclair/typebox';
import { ControlError } from './errors.js';
import type { ControlScope } from './scope.js';

const Text = Type.String({ minLength: 1 });
const File = Type.Object({ file: Type.String({ pattern: '^[\\w.-]+$', description: 'Its name.' }) });
const POLICY = { 'content-security-policy': Type.String({ description: 'That all of it comes from here.' }) };

/** The page on which the document can be browsed and tried out. */
export function pageRoutes(app: ControlScope): void {
  app.get(
    '/docs',
    {
      schema: {
        summary: 'Show a page of all calls, where they can be tried',
        operationId: 'showPage',
        response: { 200: { headers: POLICY, content: { 'text/html': { schema: Text } } } },
      },
    },
    async (_request, reply) => {
      const { page, POLICY: policy } = await import('../openapi/page.js');
      return reply.header('content-security-policy', policy).type(page.type).send(page.body.toString());
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
      const { pageFile } = await import('../openapi/page.js');
      const file = await pageFile(params.file);
      if (file === undefined) throw new ControlError('not_found', `the page has no file ${params.file}`);
      return reply.type(file.type).send(file.body as string);
    },
  );
}
