/**
 * `npm run build`: src → dist. The compiler writes the types. The code is bundled, because loading a hundred files of
 * ours and four hundred of TypeBox takes longer than the rest of the start. The OpenAPI document is generated here and shipped as data: its generator is
 * src/openapi, which is not in the package.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** What is bundled with our own code; other packages are loaded from where they are installed. */
const BUNDLED = ['@sinclair/typebox'];

/** What is bundled into the script of /__mock/ui. */
const UI_PACKAGES = ['preact'];

/** The files of swagger-ui-dist for /__mock/docs; copied, so that users do not install the whole package. */
const PAGE = ['swagger-ui-bundle.js', 'swagger-ui.css', 'LICENSE', 'NOTICE', 'swagger-ui-bundle.js.LICENSE.txt'];

function licenceOf(name) {
  const folder = `node_modules/${name}`;
  return readFileSync(`${folder}/${readdirSync(folder).find((file) => /^licen[cs]e/i.test(file))}`, 'utf8');
}

const { dependencies, peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');

// The compiler runs in a separate process, in parallel with the bundler.
const compiled = once(spawn(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { stdio: 'inherit' }), 'close');
const { metafile } = await build({
  entryPoints: { cli: 'src/cli/main.ts', index: 'src/library/index.ts', vitest: 'src/library/vitest.ts' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  external: Object.keys({ ...dependencies, ...peerDependencies }).filter((name) => !BUNDLED.includes(name)),
  metafile: true,
  logLevel: 'warning',
});

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

const licences = [...BUNDLED, ...UI_PACKAGES].map((name) => `${name}\n\n${licenceOf(name)}`);
writeFileSync('dist/LICENSES.txt', licences.join('\n'));

mkdirSync('dist/page', { recursive: true });
for (const file of PAGE) copyFileSync(`node_modules/swagger-ui-dist/${file}`, `dist/page/${file}`);

/** The two OpenAPI documents, each with the settings of a server that answers with it. */
const DOCUMENTS = [
  ['dist/openapi.json', { noControl: false }],
  ['dist/openapi-no-control.json', { noControl: true }],
];
const generator = `dist/.openapi-${process.pid}.mjs`;
try {
  const entryPoints = ['src/openapi/document.ts'];
  const bundling = { bundle: true, format: 'esm', platform: 'node', packages: 'external', logLevel: 'warning' };
  await build({ entryPoints, outfile: generator, ...bundling });
  const { generateDocument } = await import(pathToFileURL(generator).href);
  for (const [file, settings] of DOCUMENTS) {
    const text = JSON.stringify(await generateDocument(settings));
    // A server that is running may read it at this moment.
    writeFileSync(`${file}.${process.pid}`, text);
    renameSync(`${file}.${process.pid}`, file);
  }
} finally {
  rmSync(generator, { force: true });
}

const [code] = await compiled;
if (code !== 0) process.exit(1);

const sources = readdirSync('src', { recursive: true }).filter((file) => !/^(openapi|ui)\b/.test(file));
const types = sources.map((file) => `dist/${file.replace(/\.ts$/, '.d.ts')}`);
const page = PAGE.map((file) => `dist/page/${file}`);
const others = ['dist/LICENSES.txt', 'dist/ui/index.html', 'dist/.tsbuildinfo', ...DOCUMENTS.map(([file]) => file)];
const made = new Set([...types, ...page, ...Object.keys({ ...metafile.outputs, ...ui.metafile.outputs }), ...others]);
for (const entry of readdirSync('dist', { recursive: true, withFileTypes: true })) {
  const path = `${entry.parentPath}/${entry.name}`.replaceAll('\\', '/');
  if (entry.isFile() && !made.has(path)) rmSync(path);
}
