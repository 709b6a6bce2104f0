import { Type } from '@sinclair/typebox';
import { page, pageFile } from './docs-page.js';
import { DOCS_HEADERS, headerSchemas } from './page-headers.js';
import { ControlError } from '../../operations/errors.js';
import type { PackagedFiles } from '../packaged-files.js';
import { type ControlScope, operation } from './scope.js';

const Text = { schema: Type.String({ minLength: 1 }) };
const ONE_FILE = {
  params: Type.Object({ file: Type.String({ pattern: '^[\\w.-]+$', description: 'Its name.' }) }),
  refuses: ['not_found'],
} as const;

/** The page on which the document can be browsed and tried out. */
export function pageRoutes(app: ControlScope, files: PackagedFiles): void {
  const html = { 200: { headers: headerSchemas(DOCS_HEADERS), content: { 'text/html': Text } } };
  app.get(
    '/docs',
    operation({}, 'showPage', 'Show a page on which all calls can be tried', html),
    (_request, reply) => {
      void reply.headers(DOCS_HEADERS).type(page.type);
      return page.body;
    },
  );
  const file = { 200: { content: { 'text/javascript': Text, 'text/css': Text, 'text/plain': Text } } };
  app.get('/docs/:file', operation(ONE_FILE, 'showPageFile', 'Send a file of that page', file), ({ params }, reply) => {
    const found = pageFile(files, params.file);
    if (found === undefined) throw new ControlError('not_found', `the page has no file ${params.file}`);
    void reply.type(found.type).send(found.body as string);
  });
}
