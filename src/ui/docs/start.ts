/**
 * `/__mock/docs`: shows the OpenAPI document for people: without HEAD, which repeats every GET, with padlocks only
 * where a key or a token is needed, and with a key that works.
 */
interface ApiOperation {
  security?: object[];
}

interface ApiPath extends Record<string, unknown> {
  servers?: { url: string }[];
}

interface ApiDocument {
  paths: Record<string, ApiPath>;
  tags: { name: string }[];
  servers: { url: string }[];
}

interface Workspace {
  name: string;
  apiKeys: { key: string; permissions: string[] }[];
}

interface SwaggerUi {
  preauthorizeApiKey(scheme: string, key: string): void;
}

declare const SwaggerUIBundle: (options: object) => SwaggerUi;

const dark = matchMedia('(prefers-color-scheme: dark)');
const applyTheme = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', applyTheme);
applyTheme();
void showDocs();

async function showDocs(): Promise<void> {
  const [text, workspaces] = await Promise.all([
    fetch('../openapi.json').then((reply) => reply.text()),
    fetch('workspaces'),
  ]);
  const page = SwaggerUIBundle({
    spec: shownDocument(text, workspaces.ok),
    dom_id: '#page',
    deepLinking: true,
    docExpansion: 'list',
    persistAuthorization: true,
    tryItOutEnabled: true,
    // The badge would call a server on the internet.
    validatorUrl: null,
    async onComplete() {
      const key = workspaces.ok ? await strongestKey(workspaces) : undefined;
      if (key !== undefined) page.preauthorizeApiKey('apiKey', key);
    },
  });
}

/** The document as the page shows it; the control API needs no token where `isOpen`. */
function shownDocument(text: string, isOpen: boolean): ApiDocument {
  // Swagger UI takes 3 s for a click on a document of version 3.1, and a third of that for 3.0, which has no const.
  const withoutConst = (_key: string, value: { const?: unknown } | null | undefined) =>
    value?.const === undefined ? value : { ...value, enum: [value.const] };
  const spec = { ...(JSON.parse(text, withoutConst) as ApiDocument), openapi: '3.0.3' };
  const root = new URL('..', location.href).pathname.replace(/\/$/, '');
  spec.tags = spec.tags.filter(({ name }) => name !== 'head');
  spec.servers = [{ url: root || '/' }];
  for (const path of Object.values(spec.paths)) {
    delete path['head'];
    for (const server of path.servers ?? []) server.url = root + server.url;
    for (const operation of Object.values(path) as ApiOperation[])
      if (isOpen && operation.security?.some((scheme) => 'controlToken' in scheme) === true) operation.security = [];
  }
  return spec;
}

/** The key of a workspace with the most permissions. */
async function strongestKey(reply: Response): Promise<string | undefined> {
  const { workspaces } = (await reply.json()) as { workspaces: Workspace[] };
  const workspace = workspaces.find(({ name }) => name === 'default') ?? workspaces[0];
  const keys = workspace?.apiKeys.toSorted((one, other) => other.permissions.length - one.permissions.length);
  return keys?.[0]?.key;
}
