/**
 * The changelog at a release.
 *
 *     node .ci/changelog.mjs release 1.2.3   moves "Unreleased" under this version and today's date
 *     node .ci/changelog.mjs notes 1.2.3     prints what changed in this version
 *
 * `npm version` calls the first, .ci/release the second. Exits with 1 when the section is missing or empty.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const FILE = 'CHANGELOG.md';
const [task, version = ''] = process.argv.slice(2);
const text = readFileSync(FILE, 'utf8');

/** The text under a heading, up to the next one of its level. */
function section(name) {
  const [, after = ''] = text.split(`\n## [${name}]`);
  const body = after.slice(after.indexOf('\n')).split('\n## [')[0].trim();
  if (body !== '') return body;
  console.error(`${FILE}: found nothing under "## [${name}]", expected what changes for users`);
  process.exit(1);
}

if (task === 'notes') console.log(section(version));
else if (task === 'release' && /^\d+\.\d+\.\d+/.test(version)) {
  section('Unreleased');
  const heading = `## [${version}] - ${new Date().toISOString().slice(0, 10)}`;
  writeFileSync(
    FILE,
    text.replace('\n## [Unreleased]\n', () => `\n## [Unreleased]\n\n${heading}\n`),
  );
} else {
  console.error('usage: node .ci/changelog.mjs release|notes <version>');
  process.exit(1);
}
