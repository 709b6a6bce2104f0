import { readFile } from 'node:fs/promises';
import { packaged } from '../package.js';

/** A file of the page, and how it is to be taken. */
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

// No validator badge: it would ask a server on the internet.
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

/** Nothing may come from elsewhere, and no script from the page itself. Its style sheet holds its pictures. */
export const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'";

export const page: PageFile = { type: 'text/html; charset=utf-8', body: HTML };

const TYPES: Record<string, string> = {
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js.LICENSE.txt': 'text/plain; charset=utf-8',
  LICENSE: 'text/plain; charset=utf-8',
  NOTICE: 'text/plain; charset=utf-8',
};

/** A file of the page by its name; `undefined` where there is none. */
export async function pageFile(name: string): Promise<PageFile | undefined> {
  if (name === 'start.js') return { type: 'text/javascript; charset=utf-8', body: START };
  const type = Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;
  return type === undefined ? undefined : { type, body: await readFile(packaged('dist', 'page', name)) };
}
