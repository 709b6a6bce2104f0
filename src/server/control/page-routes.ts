import { extname } from 'node:path';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { pathOf } from '../../core/endpoints/paths.js';
import { ControlError } from '../../operations/errors.js';
import { Field, NonEmptyText } from '../../schema/shapes.js';
import type { AppOptions } from '../options.js';
import { DOCS_HEADERS, headerSchemas, UI_HEADERS } from './page-headers.js';
import type { Resource } from './resource.js';

const HTML = 'text/html; charset=utf-8';

/** The files that each page loads, or that their licences require. */
const UI_FILES = ['app.js', 'style.css'];
const SWAGGER_UI = ['swagger-ui-bundle.js', 'swagger-ui.css', 'swagger-ui-bundle.js.LICENSE.txt'];
const DOCS_FILES = ['start.js', ...SWAGGER_UI, 'LICENSE', 'NOTICE'];

type ReadFile = AppOptions['readFile'];

const CONTENT = { schema: NonEmptyText };
const FILE = { file: Field.text('Its name.', { pattern: '^[\\w.-]+$' }) };

/** The content type of a file. @throws ControlError `not_found`. */
function typeOf(file: string, known: readonly string[]): string {
  if (!known.includes(file)) throw new ControlError('not_found', `the page has no file ${file}`);
  const subtype = { '.js': 'javascript', '.css': 'css' }[extname(file)] ?? 'plain';
  return `text/${subtype}; charset=utf-8`;
}

/** The page to look at the mock. All its links are relative, so that it works behind a proxy with a path. */
export function uiRoutes(app: FastifyInstance, root: Resource<[]>, readFile: ReadFile): void {
  app.get('/', { schema: { hide: true } }, ({ url }, reply) =>
    reply.redirect(pathOf(url).endsWith('/') ? 'ui' : '__mock/ui'),
  );
  const show = (reply: FastifyReply) => {
    // Named, because the status of a success has been set by now.
    if (pathOf(reply.request.url).endsWith('/')) return reply.redirect('../ui', 302);
    void reply.headers({ ...UI_HEADERS, 'cache-control': 'no-cache' }).type(HTML);
    return reply.send(readFile('ui/index.html'));
  };
  root.at('/ui').get('showUi', show, {
    summary: 'Show the web UI',
    200: { headers: headerSchemas(UI_HEADERS), content: { 'text/html': CONTENT } },
  });
  app.get<{ Params: { file: string } }>('/ui/:file', { schema: { hide: true } }, ({ params: { file } }, reply) => {
    void reply.type(typeOf(file, UI_FILES)).header('cache-control', 'no-cache');
    return reply.send(readFile(`ui/${file}`));
  });
}

/** The page on which the document can be browsed and tried out. */
export function docsRoutes(root: Resource<[]>, readFile: ReadFile): void {
  const show = (reply: FastifyReply) => reply.headers(DOCS_HEADERS).type(HTML).send(readFile('page/index.html'));
  root.at('/docs').get('showPage', show, {
    summary: 'Show a page for trying out all calls',
    200: { headers: headerSchemas(DOCS_HEADERS), content: { 'text/html': CONTENT } },
  });
  const showFile = (file: string, reply: FastifyReply) =>
    reply.type(typeOf(file, DOCS_FILES)).send(readFile(`page/${file}`));
  root.one('/docs', FILE, 'not_found').get('showPageFile', showFile, {
    summary: 'Send a file of that page',
    200: { content: { 'text/javascript': CONTENT, 'text/css': CONTENT, 'text/plain': CONTENT } },
  });
}
