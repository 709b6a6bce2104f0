import type { FastifyReply } from 'fastify';
import { ControlError } from '../../operations/errors.js';
import { Field, NonEmptyText } from '../../schema/shapes.js';
import type { PackagedFiles } from '../packaged-files.js';
import { DOCS_HEADERS, headerSchemas } from './page-headers.js';
import type { Resource } from './resource.js';

/** The files that the page loads, or that their licences require, each with its content type. */
const DOCS_FILES = new Map([
  ['start.js', 'text/javascript; charset=utf-8'],
  ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
  ['swagger-ui.css', 'text/css; charset=utf-8'],
  ['swagger-ui-bundle.js.LICENSE.txt', 'text/plain; charset=utf-8'],
  ['LICENSE', 'text/plain; charset=utf-8'],
  ['NOTICE', 'text/plain; charset=utf-8'],
]);

const CONTENT = { schema: NonEmptyText };
const FILE = { file: Field.text('Its name.', { pattern: '^[\\w.-]+$' }) };

/** The page on which the document can be browsed and tried out. */
export function docsRoutes(root: Resource<[]>, files: PackagedFiles): void {
  const show = (reply: FastifyReply) =>
    reply.headers(DOCS_HEADERS).type('text/html; charset=utf-8').send(files.read('page/index.html'));
  root.at('/docs').get('showPage', show, {
    summary: 'Show a page on which all calls can be tried',
    200: { headers: headerSchemas(DOCS_HEADERS), content: { 'text/html': CONTENT } },
  });
  const showFile = (name: string, reply: FastifyReply) => {
    const type = DOCS_FILES.get(name);
    if (type === undefined) throw new ControlError('not_found', `the page has no file ${name}`);
    return reply.type(type).send(files.read(`page/${name}`));
  };
  root.one('/docs', FILE, 'not_found').get('showPageFile', showFile, {
    summary: 'Send a file of that page',
    200: { content: { 'text/javascript': CONTENT, 'text/css': CONTENT, 'text/plain': CONTENT } },
  });
}
