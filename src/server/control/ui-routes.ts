import { Type } from '@sinclair/typebox';
import { pathOf } from '../../core/endpoints/paths.js';
import { ControlError } from '../../operations/errors.js';
import type { PackagedFiles } from '../packaged-files.js';
import { headerSchemas, UI_HEADERS } from './page-headers.js';
import { type ControlScope, operation } from './scope.js';

const Text = Type.String({ minLength: 1 });
const File = Type.Object({ file: Type.String() });

/** Named in each redirect: by then, a hook has set the status of a success. */
const FOUND = 302;

/** The files that the page loads, each with its content type. */
const TYPES = new Map([
  ['app.js', 'text/javascript; charset=utf-8'],
  ['style.css', 'text/css; charset=utf-8'],
]);

/** The page to look at the mock. All its links are relative, so that it works behind a proxy with a path. */
export function uiRoutes(app: ControlScope, files: PackagedFiles): void {
  app.get('/', { schema: { hide: true } }, ({ url }, reply) =>
    reply.redirect(pathOf(url).endsWith('/') ? 'ui' : '__mock/ui', FOUND),
  );
  const html = { 200: { headers: headerSchemas(UI_HEADERS), content: { 'text/html': { schema: Text } } } };
  app.get(
    '/ui',
    operation({}, 'showUi', 'Show a page to look at segments and requests, and to control the mock', html),
    ({ url }, reply) => {
      if (pathOf(url).endsWith('/')) return void reply.redirect('../ui', FOUND);
      void reply.headers({ ...UI_HEADERS, 'cache-control': 'no-cache' }).type('text/html; charset=utf-8');
      void reply.send(files.read('ui/index.html') as never);
    },
  );
  app.get('/ui/:file', { schema: { hide: true, params: File } }, ({ params: { file } }, reply) => {
    const type = TYPES.get(file);
    if (type === undefined) throw new ControlError('not_found', `the page has no file ${file}`);
    void reply.header('cache-control', 'no-cache').type(type);
    return reply.send(files.read(`ui/${file}`));
  });
}
