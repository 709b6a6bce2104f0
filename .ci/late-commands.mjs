/**
 * Commands in files of their own that share the modules of the bundle: a second copy would be larger, and the errors
 * that it throws would not be instances of the same classes.
 */
import { relative } from 'node:path';

const FROM_BUNDLE = './bundle.js?';

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

/** The code, with what it takes of each module by `require` of the bundle. */
export function takeFromBundle(text) {
  const taken = [];
  const code = text.replaceAll(/\b(\w+)=require\("\.\/bundle\.js\?([^"]+)"\)/g, (_call, variable, module) => {
    const uses = [...text.matchAll(new RegExp(`\\b${variable}\\.(\\w+)`, 'g'))];
    taken.push({ module, names: uses.map(([, name]) => name) });
    return `${variable}=require("./bundle.js").shared[${JSON.stringify(module)}]`;
  });
  if (code.includes(FROM_BUNDLE)) throw new Error('found an import of a whole module of the bundle, expected names');
  return { code, taken };
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
