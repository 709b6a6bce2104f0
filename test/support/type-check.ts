import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const folder = fileURLToPath(new URL('../type-check/', import.meta.url));
const OPTIONS: ts.CompilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
  module: ts.ModuleKind.NodeNext,
  types: [],
  skipLibCheck: true,
  noEmit: true,
};

/** What the compiler reports about modules that exist only in memory; they may import installed packages. */
export function typeErrors(modules: Record<string, string>): string[] {
  const texts = new Map(Object.entries(modules).map(([name, text]) => [folder + name, text]));
  const host = ts.createCompilerHost(OPTIONS, true);
  const onDisk = ts.createCompilerHost(OPTIONS, true);
  host.fileExists = (path) => texts.has(path) || onDisk.fileExists(path);
  host.readFile = (path) => texts.get(path) ?? onDisk.readFile(path);
  host.directoryExists = (path) => `${path}/` === folder || ts.sys.directoryExists(path);
  host.getSourceFile = (path, ...more) => {
    const text = texts.get(path);
    if (text === undefined) return onDisk.getSourceFile(path, ...more);
    return ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  };
  const program = ts.createProgram([...texts.keys()], OPTIONS, host);
  return ts.getPreEmitDiagnostics(program).map(({ file, start = 0, messageText }) => {
    const { line } = file?.getLineAndCharacterOfPosition(start) ?? { line: 0 };
    const source = file?.text.split('\n')[line] ?? '';
    return `${ts.flattenDiagnosticMessageText(messageText, '\n')} in ${source.trim()}`;
  });
}

/** Files that projects with the same modules share, parsed once: most of the time of a compilation. */
const parsed = new Map<string, ts.SourceFile | undefined>();

/** What `tsc -p` prints for a project. */
export function compilerOutput(tsconfig: string): string {
  const config = JSON.parse(readFileSync(tsconfig, 'utf8')) as object;
  const { options, fileNames, errors } = ts.parseJsonConfigFileContent(config, ts.sys, dirname(tsconfig));
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (path, version, ...more) => {
    const key = JSON.stringify([path, version, options.module, options.moduleResolution]);
    if (!path.includes('node_modules')) return read(path, version, ...more);
    if (!parsed.has(key)) parsed.set(key, read(path, version, ...more));
    return parsed.get(key);
  };
  const program = ts.createProgram({ rootNames: fileNames, options, host, configFileParsingDiagnostics: errors });
  return ts.formatDiagnostics(ts.getPreEmitDiagnostics(program), host);
}
