/**
 * Commands in separate files that share the modules of the bundle: a second copy would be larger, and the errors
 * that it throws would not be instances of the same classes.
 */
import { relative } from 'node:path';

const FROM_BUNDLE = './bundle.js?';
const FROM_BUNDLE_CALL = /(?<![\w$])([\w$]+)=require\("\.\/bundle\.js\?([^"]+)"\)/g;

/** Leaves the modules of the bundle out. @param {readonly string[]} modules their paths in this folder */
export function takingFromBundle(modules) {
  const inBundle = new Set(modules);
  const resolved = Symbol('resolved');
  return {
    name: 'taking-from-bundle',
    setup({ onResolve, resolve }) {
      onResolve({ filter: /.*/ }, async ({ path, pluginData, kind, ...args }) => {
        if (pluginData === resolved || kind === 'entry-point') return undefined;
        const found = await resolve(path, { ...args, kind, pluginData: resolved });
        const module = relative('.', found.path).replaceAll('\\', '/');
        const isShared =
          found.namespace === 'file' && !found.external && !module.endsWith('.json') && inBundle.has(module);
        return isShared ? { path: FROM_BUNDLE + module, external: true } : found;
      });
    },
  };
}

/**
 * Rewrites the code to take each module from the bundle by `require`. It parses esbuild's output by patterns.
 * @param {string} text
 * @throws Error if the code uses a module in another way
 */
export function takeFromBundle(text) {
  const taken = [];
  // Without the paths, in which one variable name can be part of another.
  const using = text.replaceAll(FROM_BUNDLE_CALL, (call, variable) => variable.padEnd(call.length));
  const code = text.replaceAll(FROM_BUNDLE_CALL, (_call, variable, module, at) => {
    // Not the field of another object, but what follows three dots.
    const pattern = `(?<![\\w$]|(?<!\\.\\.)\\.)${variable.replaceAll('$', String.raw`\$`)}(?![\\w$])(?:\\.([\\w$]+))?`;
    const uses = using.matchAll(new RegExp(pattern, 'g'));
    const others = [...uses].filter(({ index }) => index !== at);
    const whole = others.find((use) => use[1] === undefined);
    if (whole !== undefined)
      throw unexpected(text, whole.index, `only uses of exports of "${module}", as in ${variable}.name`);
    taken.push({ module, names: others.map((use) => use[1]) });
    return `${variable}=require("./bundle.js").shared[${JSON.stringify(module)}]`;
  });
  const rest = code.indexOf(FROM_BUNDLE);
  if (rest >= 0) throw unexpected(code, rest, `name=require("${FROM_BUNDLE}…")`);
  return { code, taken };
}

function unexpected(text, at, expected) {
  const found = text.slice(Math.max(0, at - 40), at + 80);
  return new Error(
    `code of a late command: found ${JSON.stringify(found)}, expected ${expected}. Import what the bundle has by the ` +
      'names of its exports: no "import * as", no default import of CommonJS, no import(). If every import is so, ' +
      'esbuild writes them in another way now: adapt takeFromBundle in .ci/late-commands.mjs.',
  );
}

/** What the bundle exports for `takeFromBundle`. */
export function sharedCode(taken) {
  const modules = new Map();
  for (const { module, names } of taken) modules.set(module, [...(modules.get(module) ?? []), ...names]);
  const parts = [...modules].map(([module, uses], index) => {
    const names = [...new Set(uses)];
    const renamed = names.map((name) => `${name} as ${name}_${index}`).join(', ');
    const fields = names.map((name) => `${name}: ${name}_${index}`).join(', ');
    return { imports: `import { ${renamed} } from './${module}';`, field: `${JSON.stringify(module)}: { ${fields} },` };
  });
  const imports = parts.map((part) => part.imports).join('\n');
  return `${imports}\nexport const shared = { ${parts.map(({ field }) => field).join('\n')} };`;
}
