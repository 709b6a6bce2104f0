/**
 * The code of the package: `dist/bundle.js` has all that a start needs, and the entry points (`index`, `vitest`, the
 * command) are thin wrappers around it. It is CommonJS that loads Node's modules by `process.getBuiltinModule`, so it
 * also works inside a user's own bundle, ESM or CommonJS, wherever that is moved.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { resolve } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';
import { sharedCode, takeFromBundle, takingFromBundle } from './late-commands.mjs';

/** Entry points of the library besides `index`, by the path that users import. */
export const FACES = {
  vitest: 'src/library/vitest.ts',
  jest: 'src/library/jest.ts',
  'node-test': 'src/library/node-test.ts',
};

/** Packages in separate files, with the names that our code imports; loaded when the first name is used. */
const LATE_PACKAGES = {
  'csv-parse/sync': ['CsvError', 'parse'],
  yaml: ['isScalar', 'LineCounter', 'parseDocument', 'visit'],
};
/** `csv-parse/sync` → `csv-parse` */
const lateFile = (specifier) => specifier.replace(/\/.*/, '');

/** Modules of Node that are loaded when they are first used: together they take as long as the rest of the start. */
const LATE_BUILTINS = [
  'assert',
  'child_process',
  'crypto',
  'https',
  'http2',
  'stream/web',
  'tls',
  'tty',
  'worker_threads',
];

/** Dynamic imports that become separate files, because a start does not need them. */
const LATE_FILES = {
  './authority.js': './authority.js',
  './contract.js': './contract.js',
  './healthcheck.js': './healthcheck.js',
  'pino-pretty': './pino-pretty.js',
};

/** Those of them that share modules with the bundle; the others can be loaded without it. */
const LATE_COMMANDS = { contract: 'src/cli/contract.ts' };

const refusing = (name) => `module.exports = function () { throw new Error('${name} is not in this bundle') };`;

/** Parts of packages that we never call, and their replacements. */
const REPLACED = {
  '@fastify/ajv-compiler': refusing('@fastify/ajv-compiler'),
  '@fastify/fast-json-stringify-compiler': refusing('@fastify/fast-json-stringify-compiler'),
  'light-my-request': refusing('light-my-request'),
  'thread-stream': refusing('thread-stream'),
  // Fastify's option trustProxy.
  '@fastify/proxy-addr': refusing('@fastify/proxy-addr'),
  // Fastify checks the version that a plugin was made for; its router, whether a regular expression is safe.
  // The tests run our code with the real checks.
  semver: `exports.satisfies = () => true;`,
  'safe-regex2': `module.exports = () => true;`,
  // Its CommonJS build loads its parts by variables. Node gives its default export.
  'jsonc-parser': `export * as default from '${resolve('node_modules/jsonc-parser/lib/esm/main.js')}';`,
};

const COMMON = {
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  // Some CommonJS builds load their parts by variables.
  mainFields: ['module', 'main'],
  // Node caches a failed import() permanently, and Jest has no import(): require() works in both.
  supported: { 'dynamic-import': false },
  // Names stay, for readable stack traces.
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
};

/**
 * Bundles everything, and returns esbuild's metafiles.
 * @param {readonly string[]} served files of dist that the server sends
 */
export async function bundleCode(served) {
  mkdirSync('dist', { recursive: true });
  writeFileSync('dist/package.json', '{ "type": "commonjs" }\n');
  const faces = `export * as library from './src/library/index.ts'; export { run } from './src/cli/commands.ts';`;
  const pages = replaceServed(served);
  const draft = await commonJs('draft', fromText(`${faces} export { help } from './src/cli/help.ts';`), [pages]);
  const { library, help } = createRequire(import.meta.url)(resolve('dist/draft.js'));
  const helpText = replaceModule(/\/cli\/help\.ts$/, `export const help = () => ${JSON.stringify(help())};`);
  const lateCommands = await Promise.all(
    Object.entries(LATE_COMMANDS).map(([name, file]) => lateCommand(name, file, Object.keys(draft.inputs))),
  );
  const shared = sharedCode(lateCommands.flatMap(({ taken }) => taken));
  const metafiles = [
    await commonJs('bundle', fromText(`${faces} ${shared}`), [pages, helpText]),
    ...lateCommands.map(({ metafile }) => metafile),
    await commonJs('authority', { entryPoints: ['src/server/tls/authority.ts'] }),
    await commonJs('healthcheck', { entryPoints: ['src/cli/healthcheck.ts'] }),
    await commonJs('pino-pretty', { entryPoints: ['pino-pretty'] }),
    ...(await Promise.all(Object.entries(LATE_PACKAGES).map(([name, names]) => latePackage(name, names)))),
    await commonJs('cli', { entryPoints: ['src/cli/main.ts'] }, [
      helpText,
      external({ './commands.js': './bundle.js' }),
    ]),
  ];
  writeIndex(Object.keys(library));
  for (const [name, file] of Object.entries(FACES)) metafiles.push(...(await face(name, file)));
  return metafiles;
}

const fromText = (contents) => ({ stdin: { contents, resolveDir: '.', loader: 'ts' } });

/** Returns esbuild's metafile. `finish` changes the code before it is written. */
async function commonJs(name, entry, plugins = [], finish = (text) => text) {
  const outfile = `dist/${name}.js`;
  const late = Object.keys(LATE_PACKAGES).some((specifier) => lateFile(specifier) === name) ? [] : [latePackages];
  const { outputFiles, metafile } = await build({
    ...COMMON,
    ...entry,
    outfile,
    format: 'cjs',
    plugins: [...plugins, ...late, lateBuiltins, external(LATE_FILES), replaced, onlyVersion],
    write: false,
  });
  const [{ text }] = outputFiles;
  // Nobody bundles the command, and it must be able to say on an old Node that it is too old.
  if (name === 'cli') writeFileSync(outfile, text, { mode: 0o755 });
  else writeFileSync(outfile, withoutRequire(finish(text), outfile));
  return metafile;
}

/** @param {readonly string[]} modules those of the bundle */
async function lateCommand(name, file, modules) {
  let taken = [];
  const metafile = await commonJs(name, { entryPoints: [file] }, [takingFromBundle(modules)], (text) => {
    const changed = takeFromBundle(text);
    taken = changed.taken;
    return changed.code;
  });
  return { metafile, taken };
}

function latePackage(specifier, names) {
  const contents = `export { ${names.join(', ')} } from '${specifier}';`;
  return commonJs(lateFile(specifier), { stdin: { contents, resolveDir: '.' } });
}

/** The entry point for one test runner, around the index of the same module format. */
async function face(name, file) {
  const build1 = (format, extension) =>
    build({
      ...COMMON,
      minifyWhitespace: false,
      entryPoints: [file],
      outfile: `dist/${name}${extension}`,
      format,
      packages: 'external',
      plugins: [external({ './index.js': `./index${extension}` })],
    });
  return [(await build1('cjs', '.js')).metafile, (await build1('esm', '.mjs')).metafile];
}

function writeIndex(names) {
  const lines = names.map((name) => `exports.${name} = library.${name};\n`);
  writeFileSync('dist/index.js', `'use strict';\nconst { library } = require('./bundle.js');\n${lines.join('')}`);
  const head = `import bundle from './bundle.js';\n`;
  writeFileSync('dist/index.mjs', `${head}export const { ${names.join(', ')} } = bundle.library;\n`);
}

/** Loads Node's modules by `process.getBuiltinModule`, because a user's bundler does not touch that call. */
function withoutRequire(code, file) {
  return code.replaceAll(/\brequire\("([^"]+)"\)/g, (call, name) => {
    if (isBuiltin(name)) return `process.getBuiltinModule("${name}")`;
    if (name.startsWith('./')) return call;
    throw new Error(`${file}: found ${call}, expected a module of Node or a file of dist`);
  });
}

/** Leaves files out of the bundle: imports by a specifier load another file. */
function external(files) {
  return {
    name: 'external',
    setup({ onResolve }) {
      onResolve({ filter: /^(\.\/)?[\w-]+(\.js)?$/ }, ({ path, kind, importer }) => {
        const isLate = kind === 'dynamic-import' || /\/library\//.test(importer);
        return isLate && path in files ? { path: files[path], external: true } : undefined;
      });
    },
  };
}

/** Replaces a package in a separate file by getters, because fixture files are read synchronously. */
const latePackages = {
  name: 'late-packages',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[\w/-]+$/ }, ({ path }) =>
      path in LATE_PACKAGES ? { path, namespace: 'late-package' } : undefined,
    );
    onResolve({ filter: /^\.\//, namespace: 'late-package' }, ({ path }) => ({ path, external: true }));
    onLoad({ filter: /.*/, namespace: 'late-package' }, ({ path }) => ({
      contents: `module.exports = { ${LATE_PACKAGES[path]
        .map((name) => `get ${name}() { return require('./${lateFile(path)}.js').${name}; }`)
        .join(', ')} };`,
    }));
  },
};

/** Replaces a module of Node by getters. */
const lateBuiltins = {
  name: 'late-builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(node:)?[\w/]+$/ }, ({ path }) => {
      const name = path.replace('node:', '');
      return LATE_BUILTINS.includes(name) ? { path: name, namespace: 'late-builtin' } : undefined;
    });
    // `assert` is the one that is called itself, mostly with what is true.
    onLoad({ filter: /.*/, namespace: 'late-builtin' }, async ({ path }) => ({
      contents: `const load = () => process.getBuiltinModule('node:${path}');
        ${path === 'assert' ? 'exports = module.exports = (value, message) => value || load()(value, message);' : ''}
        for (const name of ${JSON.stringify(Object.keys(process.getBuiltinModule(path)))})
          Object.defineProperty(exports, name, { enumerable: true, get: () => load()[name] });`,
    }));
  },
};

const replaced = {
  name: 'replaced',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[@/\w-]+$/ }, ({ path }) => (path in REPLACED ? { path, namespace: 'replaced' } : undefined));
    // Workers for log transports; ours is a stream.
    onLoad({ filter: /\/pino\/lib\/transport\.js$/ }, () => ({ contents: refusing('pino.transport') }));
    // Reads the value where it is used, so that its module is loaded only then.
    onLoad({ filter: /\/pino\/lib\/tools\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8')
        .replace('const { isMainThread } =', 'const threads =')
        .replaceAll('&& isMainThread', '&& threads.isMainThread'),
    }));
    // Fake timers may replace `queueMicrotask`, and Fastify's start and stop would hang; they leave promises alone.
    onLoad({ filter: /\/avvio\/(index|lib\/plugin)\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll('queueMicrotask(', 'Promise.resolve().then('),
    }));
    onLoad({ filter: /.*/, namespace: 'replaced' }, ({ path }) => ({
      contents: REPLACED[path],
      resolveDir: resolve('node_modules'),
    }));
  },
};

/** The code reads only the version from our package.json. */
const onlyVersion = {
  name: 'only-version',
  setup({ onLoad }) {
    const file = resolve('package.json');
    onLoad({ filter: /package\.json$/ }, ({ path }) =>
      path === file ? { contents: JSON.stringify({ version: versionIn(file) }), loader: 'json' } : undefined,
    );
  },
};

function versionIn(file) {
  return JSON.parse(readFileSync(file, 'utf8')).version;
}

function replaceModule(filter, contents) {
  return { name: 'replace-module', setup: ({ onLoad }) => onLoad({ filter }, () => ({ contents })) };
}

function replaceServed(files) {
  const packed = files.map((file) => [file, brotliCompressSync(readFileSync(`dist/${file}`)).toString('base64')]);
  return replaceModule(
    /\/start\/read-packaged\.ts$/,
    `const packed = ${JSON.stringify(Object.fromEntries(packed))};
    export function readPackaged(path) {
      return process.getBuiltinModule('node:zlib').brotliDecompressSync(Buffer.from(packed[path], 'base64'));
    }`,
  );
}
