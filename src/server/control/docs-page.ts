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
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>braze-segments-mock</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="docs/swagger-ui.css">
  </head>
  <body>
    <div id="page"></div>
    <script src="docs/swagger-ui-bundle.js"></script>
    <script src="docs/start.js"></script>
  </body>
</html>
`;

/**
 * Shows the document as people need it: without HEAD, which repeats every GET, with padlocks only where a key or a
 * token is needed, and with a key that works. No validator badge: it would call a server on the internet.
 */
const START = `const dark = matchMedia('(prefers-color-scheme: dark)');
const applyTheme = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', applyTheme);
applyTheme();
// Swagger UI takes 3 s for a click on a document of version 3.1, and a third of that for 3.0, which has no const.
const withoutConst = (_key, value) => (value?.const === undefined ? value : { ...value, enum: [value.const] });
Promise.all([fetch('../openapi.json').then((reply) => reply.text()), fetch('workspaces')]).then(
  async ([text, workspaces]) => {
    const spec = { ...JSON.parse(text, withoutConst), openapi: '3.0.3' };
    for (const operations of Object.values(spec.paths)) {
      delete operations.head;
      if (workspaces.ok)
        for (const operation of Object.values(operations))
          if (operation.security?.some((scheme) => 'controlToken' in scheme)) operation.security = [];
    }
    spec.tags = spec.tags.filter(({ name }) => name !== 'head');
    const root = new URL('..', location.href).pathname.replace(/\\/$/, '');
    spec.servers = [{ url: root || '/' }];
    for (const { servers = [] } of Object.values(spec.paths))
      for (const server of servers) server.url = root + server.url;
    const page = SwaggerUIBundle({
      spec,
      dom_id: '#page',
      deepLinking: true,
      docExpansion: 'list',
      persistAuthorization: true,
      tryItOutEnabled: true,
      validatorUrl: null,
      async onComplete() {
        if (!workspaces.ok) return;
        const all = (await workspaces.json()).workspaces;
        const { apiKeys } = all.find(({ name }) => name === 'default') ?? all[0];
        const [best] = apiKeys.toSorted((one, other) => other.permissions.length - one.permissions.length);
        if (best) page.preauthorizeApiKey('apiKey', best.key);
      },
    });
  },
);
`;

export const page = { type: 'text/html; charset=utf-8', body: HTML };

/** The files that the page loads, or that their licences require, by name: each with its content type. */
const LOADED = new Map([
  ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
  ['swagger-ui.css', 'text/css; charset=utf-8'],
  ['swagger-ui-bundle.js.LICENSE.txt', 'text/plain; charset=utf-8'],
  ['LICENSE', 'text/plain; charset=utf-8'],
  ['NOTICE', 'text/plain; charset=utf-8'],
]);

/** A file of the page by its name, or `undefined`. */
export function pageFile(files: PackagedFiles, name: string): PageFile | undefined {
  if (name === 'start.js') return { type: 'text/javascript; charset=utf-8', body: START };
  const type = LOADED.get(name);
  return type === undefined ? undefined : { type, body: files.read(`page/${name}`) };
}
