import type { Buffer } from 'node:buffer';
import type { PackagedFiles } from '../packaged-files.js';

/** A file of the page, with its content type. */
export interface PageFile {
  type: string;
  body: string | Buffer;
}

const HTML = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>braze-segments-mock</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/__mock/docs/swagger-ui.css">
  </head>
  <body>
    <div id="page"></div>
    <script src="/__mock/docs/swagger-ui-bundle.js"></script>
    <script src="/__mock/docs/start.js"></script>
  </body>
</html>
`;

// No validator badge: it would call a server on the internet.
const START = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#page',
  deepLinking: true,
  docExpansion: 'list',
  persistAuthorization: true,
  tryItOutEnabled: true,
  validatorUrl: null,
});
`;

export const page = { type: 'text/html; charset=utf-8', body: HTML };

/** The files that the page loads, or that their licences require, by name: each with its content type. */
const TYPES = new Map([
  ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
  ['swagger-ui.css', 'text/css; charset=utf-8'],
  ['swagger-ui-bundle.js.LICENSE.txt', 'text/plain; charset=utf-8'],
  ['LICENSE', 'text/plain; charset=utf-8'],
  ['NOTICE', 'text/plain; charset=utf-8'],
]);

/** The paths of these files in the package. */
export const PAGE_FILES = [...TYPES.keys()].map((name) => ['dist', 'page', name] as const);

/** A file of the page by its name, or `undefined`. */
export async function pageFile(files: PackagedFiles, name: string): Promise<PageFile | undefined> {
  if (name === 'start.js') return { type: 'text/javascript; charset=utf-8', body: START };
  const type = TYPES.get(name);
  return type === undefined ? undefined : { type, body: await files.read('dist', 'page', name) };
}
