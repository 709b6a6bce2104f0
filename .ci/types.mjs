/**
 * The types of the package: `index.d.ts` in one file that imports nothing, and a file for each other entry point.
 * Each is written twice, because ESM (`.d.mts`) and CommonJS (`.d.ts`) resolve their imports differently.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { posix } from 'node:path';
import { generateDtsBundle } from 'dts-bundle-generator';
import ts from 'typescript';
import { FACES } from './bundle.mjs';

/**
 * @param {string} folder where to write them
 * @param {readonly string[]} values the names that `index` exports at run time; all others are types
 */
export function writeTypes(folder, values) {
  const write = (name, text) => {
    writeFileSync(`${folder}/${name}.d.ts`, text);
    writeFileSync(`${folder}/${name}.d.mts`, text.replaceAll(/(['"]\.\/[\w-]+)\.js(['"])/g, '$1.mjs$2'));
  };
  write('index', indexTypes(values));
  const faces = new Map();
  for (const file of Object.values(FACES)) addFace(file, faces);
  for (const [name, text] of faces) write(name, text);
}

function indexTypes(values) {
  const libraries = { inlinedLibraries: ['@sinclair/typebox'] };
  const output = { noBanner: true, exportReferencedTypes: false };
  const [bundled] = generateDtsBundle([{ filePath: 'src/library/index.ts', libraries, output, noCheck: true }], {
    preferredConfigPath: '.ci/types.tsconfig.json',
  });
  return exportsOf(bundled, values);
}

/** Exports schemas, which share their names with types, only as types: they do not exist at run time. */
function exportsOf(text, values) {
  const exported = new Set();
  const local = text
    .replaceAll(
      /^export ((?:declare )?(?:abstract )?(?:class|const|function|interface|type) ([\w$]+))/gm,
      (_all, rest, name) => {
        exported.add(name);
        return rest.startsWith('interface') || rest.startsWith('type') || rest.startsWith('declare')
          ? rest
          : `declare ${rest}`;
      },
    )
    .replaceAll(/^export \{([^}]*)\};\n?/gm, (_all, names) => {
      for (const name of names.split(',').map((part) => part.trim())) if (name !== '') exported.add(name);
      return '';
    });
  const missing = values.filter((name) => !exported.has(name));
  if (missing.length > 0) throw new Error(`index.d.ts has no ${missing.join(', ')}`);
  const types = [...exported].filter((name) => !values.includes(name));
  return `${local.trimEnd()}\n\nexport { ${values.join(', ')} };\nexport type {\n${types.map((name) => `\t${name},\n`).join('')}};\n`;
}

/** The types of a file and of those that it imports, besides the index. */
function addFace(file, faces) {
  const name = posix.basename(file, '.ts');
  if (name === 'index' || faces.has(name)) return;
  const { outputText, diagnostics = [] } = ts.transpileDeclaration(readFileSync(file, 'utf8'), {
    fileName: file,
    reportDiagnostics: true,
    compilerOptions: { isolatedDeclarations: true, declaration: true, target: ts.ScriptTarget.ES2022 },
  });
  if (diagnostics.length > 0)
    throw new Error(`${file}: ${ts.flattenDiagnosticMessageText(diagnostics[0].messageText, '\n')}`);
  faces.set(name, outputText);
  for (const [, path] of outputText.matchAll(/from ['"]\.\/([\w-]+)\.js['"]/g))
    addFace(posix.join(posix.dirname(file), `${path}.ts`), faces);
}
