import type { FastifyReply } from 'fastify';
import { ControlError } from '../../operations/errors.js';
import type { PackagedFiles } from '../packaged-files.js';
import { page, pageFile } from './docs-page.js';
import { DOCS_HEADERS, headerSchemas } from './page-headers.js';
import type { Resource } from './resource.js';
import { Field, NonEmptyText } from '../../schema/shapes.js';

const CONTENT = { schema: NonEmptyText };
const FILE = { file: Field.text('Its name.', { pattern: '^[\\w.-]+$' }) };

/** The page on which the document can be browsed and tried out. */
export function pageRoutes(root: Resource<[]>, files: PackagedFiles): void {
  const show = (reply: FastifyReply) => reply.headers(DOCS_HEADERS).type(page.type).send(page.body);
  root.at('/docs').get('showPage', show, {
    summary: 'Show a page on which all calls can be tried',
    200: { headers: headerSchemas(DOCS_HEADERS), content: { 'text/html': CONTENT } },
  });
  const showFile = (name: string, reply: FastifyReply) => {
    const found = pageFile(files, name);
    if (found === undefined) throw new ControlError('not_found', `the page has no file ${name}`);
    return reply.type(found.type).send(found.body);
  };
  root.one('/docs', FILE, 'not_found').get('showPageFile', showFile, {
    summary: 'Send a file of that page',
    200: { content: { 'text/javascript': CONTENT, 'text/css': CONTENT, 'text/plain': CONTENT } },
  });
}
