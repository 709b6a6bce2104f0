import type { FastifyInstance, FastifyReply } from 'fastify';
import { pathOf } from '../../core/endpoints/paths.js';
import { ControlError } from '../../operations/errors.js';
import { NonEmptyText } from '../../schema/shapes.js';
import type { PackagedFiles } from '../packaged-files.js';
import { headerSchemas, UI_HEADERS } from './page-headers.js';
import type { Resource } from './resource.js';

/** The files that the page loads, each with its content type. */
const UI_FILES = new Map([
  ['app.js', 'text/javascript; charset=utf-8'],
  ['style.css', 'text/css; charset=utf-8'],
]);

/** The page to look at the mock. All its links are relative, so that it works behind a proxy with a path. */
export function uiRoutes(app: FastifyInstance, root: Resource<[]>, files: PackagedFiles): void {
  app.get('/', { schema: { hide: true } }, ({ url }, reply) =>
    reply.redirect(pathOf(url).endsWith('/') ? 'ui' : '__mock/ui'),
  );
  const show = (reply: FastifyReply) => {
    // Named, because the status of a success has been set by now.
    if (pathOf(reply.request.url).endsWith('/')) return reply.redirect('../ui', 302);
    void reply.headers({ ...UI_HEADERS, 'cache-control': 'no-cache' }).type('text/html; charset=utf-8');
    return reply.send(files.read('ui/index.html'));
  };
  root.at('/ui').get('showUi', show, {
    summary: 'Show a page to look at segments and requests, and to control the mock',
    200: { headers: headerSchemas(UI_HEADERS), content: { 'text/html': { schema: NonEmptyText } } },
  });
  app.get<{ Params: { file: string } }>('/ui/:file', { schema: { hide: true } }, ({ params: { file } }, reply) => {
    const type = UI_FILES.get(file);
    if (type === undefined) throw new ControlError('not_found', `the page has no file ${file}`);
    return reply
      .header('cache-control', 'no-cache')
      .type(type)
      .send(files.read(`ui/${file}`));
  });
}
