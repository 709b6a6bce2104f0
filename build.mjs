/**
 * `npm run build`: src → dist. The pages and the OpenAPI documents come first, because the code embeds them.
 * `src/openapi`, which generates the documents, is not in the package.
 */
import { copyFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { bundleCode } from './.ci/bundle.mjs';
import { writeLicences } from './.ci/licences.mjs';

const SWAGGER_UI = ['swagger-ui-bundle.js', 'swagger-ui.css', 'LICENSE', 'NOTICE', 'swagger-ui-bundle.js.LICENSE.txt'];

/** `/__mock/ui`: one script, one stylesheet and the page that loads them. */
const ui = await build({
  entryPoints: { app: 'src/ui/main.tsx', style: 'src/ui/styles/main.css' },
  outdir: 'dist/ui',
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  tsconfig: 'src/ui/tsconfig.json',
  metafile: true,
  logLevel: 'warning',
});
copyFileSync('src/ui/index.html', 'dist/ui/index.html');

/** `/__mock/docs`: the files of swagger-ui-dist, with those that its licence requires, and the page that starts it. */
await build({
  entryPoints: ['src/ui/docs/start.ts'],
  outdir: 'dist/page',
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2022',
  tsconfig: 'src/ui/tsconfig.json',
  logLevel: 'warning',
});
copyFileSync('src/ui/docs/index.html', 'dist/page/index.html');
for (const file of SWAGGER_UI) copyFileSync(`node_modules/swagger-ui-dist/${file}`, `dist/page/${file}`);

/** The two OpenAPI documents, each with the settings of a server that answers with it. */
const DOCUMENTS = [
  ['openapi.json', { noControl: false }],
  ['openapi-no-control.json', { noControl: true }],
];
// In a folder as deep as src/start, because its modules read dist by a relative path.
const generator = `node_modules/.cache/openapi-${process.pid}.mjs`;
try {
  const entryPoints = ['src/openapi/document.ts'];
  const bundling = { bundle: true, format: 'esm', platform: 'node', packages: 'external', logLevel: 'warning' };
  await build({ entryPoints, outfile: generator, ...bundling });
  const { generateDocument } = await import(pathToFileURL(generator).href);
  for (const [file, settings] of DOCUMENTS) {
    const text = JSON.stringify(await generateDocument(settings));
    // A test may read it at this moment.
    writeFileSync(`dist/${file}.${process.pid}`, text);
    renameSync(`dist/${file}.${process.pid}`, `dist/${file}`);
  }
} finally {
  rmSync(generator, { force: true });
}

const served = [...filesIn('ui'), ...filesIn('page'), ...DOCUMENTS.map(([file]) => file)];
const code = await bundleCode(served);
writeLicences([...code, ui.metafile], ['swagger-ui-dist']);

const outputs = [...code, ui.metafile].flatMap((metafile) => Object.keys(metafile.outputs));
const others = ['index.js', 'index.mjs', 'package.json', 'LICENSES.txt', 'sbom.cdx.json', ...served];
const made = new Set([...outputs, ...others.map((file) => `dist/${file}`)]);
for (const entry of readdirSync('dist', { recursive: true, withFileTypes: true })) {
  const path = `${entry.parentPath}/${entry.name}`.replaceAll('\\', '/');
  if (entry.isFile() && !made.has(path)) rmSync(path);
}

function filesIn(folder) {
  return readdirSync(`dist/${folder}`).map((file) => `${folder}/${file}`);
}
