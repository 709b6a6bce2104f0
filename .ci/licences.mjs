/**
 * What the package is made of: `dist/LICENSES.txt` with the licence of everything that is bundled, and
 * `dist/sbom.cdx.json`, the same as a CycloneDX document for scanners. Both follow from what esbuild read.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

/**
 * @param {readonly import('esbuild').Metafile[]} metafiles
 * @param {readonly string[]} copied packages with files that are copied
 */
export function writeLicences(metafiles, copied) {
  const inputs = metafiles.flatMap(({ outputs }) => Object.values(outputs)).flatMap(bundledInputs);
  const folders = new Set([...inputs.flatMap(packageFolder), ...copied.map((name) => `node_modules/${name}`)]);
  const packages = [...folders].toSorted().map(packageIn);
  const texts = packages.map(({ name, version, texts: own }) => [`${name} ${version}`, ...own].join('\n\n'));
  writeFileSync('dist/LICENSES.txt', `${texts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`);
  writeFileSync('dist/sbom.cdx.json', `${JSON.stringify(sbomOf(packages), undefined, 2)}\n`);
}

function bundledInputs({ inputs }) {
  return Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? file : []));
}

/** `node_modules/a/node_modules/@b/c/lib/x.js` → `node_modules/a/node_modules/@b/c` */
function packageFolder(file) {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? [];
}

function packageIn(folder) {
  const { name, version, license, dependencies = {} } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file));
  const texts = files.map((file) => readFileSync(`${folder}/${file}`, 'utf8').trim());
  if (typeof license !== 'string') throw new Error(`${folder}: found no licence in package.json`);
  if (texts.length === 0) texts.push(statedIn(folder, license));
  return { folder, name, version, license, dependencies: Object.keys(dependencies), texts };
}

/** Some packages state their licence only in the README or in package.json. */
function statedIn(folder, license) {
  const readme = readdirSync(folder).find((file) => /^readme/i.test(file));
  const text = readme === undefined ? '' : readFileSync(`${folder}/${readme}`, 'utf8');
  return /^(?:#+ )?licen[cs]e\b[^#]*/im.exec(text)?.[0].trim() ?? `${license}, as its package.json says`;
}

const purlOf = ({ name, version }) => `pkg:npm/${name.replace('@', '%40')}@${version}`;

/** Without a time and a serial number, so that equal builds have equal documents. */
function sbomOf(packages) {
  const { name, version, license, description } = JSON.parse(readFileSync('package.json', 'utf8'));
  const root = { name, version };
  const component = (type, of) => {
    const [, group, rest = of.name] = /^(@[^/]+)\/(.*)$/.exec(of.name) ?? [];
    const named = group === undefined ? { name: rest } : { group, name: rest };
    return { type, 'bom-ref': purlOf(of), ...named, version: of.version, purl: purlOf(of) };
  };
  const licences = (id) => ({ licenses: [/[ ()]/.test(id) ? { expression: id } : { license: { id } }] });
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      lifecycles: [{ phase: 'build' }],
      component: { ...component('application', root), description, ...licences(license) },
    },
    components: packages.map((one) => ({ ...component('library', one), ...licences(one.license) })),
    dependencies: [
      { ref: purlOf(root), dependsOn: packages.filter(({ folder }) => isDirect(folder)).map(purlOf) },
      ...packages.map((one) => ({ ref: purlOf(one), dependsOn: dependenciesOf(one, packages).map(purlOf) })),
    ],
  };
}

function isDirect(folder) {
  const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
  return folder.replace('node_modules/', '') in { ...dependencies, ...devDependencies };
}

/** Those of its dependencies that are bundled, found as Node finds them. */
function dependenciesOf({ folder, dependencies }, packages) {
  return dependencies.flatMap((name) => {
    const places = folder
      .split('/node_modules/')
      .map((_part, index, parts) => [...parts.slice(0, parts.length - index), name].join('/node_modules/'));
    const found = [...places, `node_modules/${name}`].find((place) => existsSync(`${place}/package.json`));
    return packages.find((one) => one.folder === found) ?? [];
  });
}
