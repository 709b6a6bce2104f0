#!/usr/bin/env bash
# Packs, and uses the archive in empty folders, as a new user does. Needs a package registry.
#   npm run try                          with the current Node: Vitest, Jest, node:test, npx
#   npm run try -- --all                 also older releases, Mocha, bundlers, TypeScript 5.9, Bun
#   npm run try -- --all 20 22 24 26     with these Nodes, from the registry
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
here=$root/test/package
export npm_config_fund=false npm_config_audit=false npm_config_update_notifier=false
# Set by the npx that runs this with another Node; it would affect the npx below.
unset npm_config_package
all=
if [ "${1:-}" = --all ]; then
  all=--all
  shift
fi

if [ $# -gt 0 ]; then
  npm --prefix "$root" run --silent build
  for version in "$@"; do
    TRY_BUILT=1 npx --yes --package="node@$version" -- "$0" $all
  done
  exit
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[ -n "${TRY_BUILT:-}" ] || npm --prefix "$root" run --silent build
archive=$work/$(cd "$root" && node .ci/pack.mjs --silent --pack-destination "$work" | tail -n 1)
echo "Node $(node --version), $(basename "$archive")"

# project <name> <package.json's type> <packages…>: an empty folder with them and the archive
project() {
  mkdir "$work/$1"
  cd "$work/$1"
  echo "{ \"private\": true, \"type\": \"$2\" }" > package.json
  cp "$here/starts.cjs" .
  npm install --engine-strict --save-dev "$archive" "${@:3}" > install.log 2>&1 || { cat install.log; exit 1; }
  echo "- $1"
}

installed_alone() {
  project alone commonjs
  grep --quiet '^added 1 package' install.log
  if grep --ignore-case warn install.log; then exit 1; fi
  test "$(ls node_modules)" = braze-segments-mock
  # The second way in is the face for import, with a name that only types and their users know otherwise.
  echo "import { startMock } from 'braze-segments-mock'; await (await startMock()).stop();" > imports.mjs
  node imports.mjs
  printf "const { test } = require('node:test');\ntest('starts', require('./starts.cjs').starts);\n" > starts.test.cjs
  node --test starts.test.cjs > test.log || { cat test.log; exit 1; }
  node_modules/.bin/braze-segments-mock --port 0 > log &
  until grep --quiet --no-messages '"msg":"ready"' log; do
    kill -0 $!
    sleep 0.1
  done
  kill $!
  wait $!
  cp "$archive" .
  npx --yes "./$(basename "$archive")" --version
}

vitest() {
  project "vitest-$1" module "vitest@$1"
  cp "$root/test/examples/use-mock.test.ts" .
  npx vitest run
  local refusal
  refusal=$(node --eval "require('braze-segments-mock/vitest')" 2>&1 || true)
  grep --quiet 'Vitest cannot be imported in a CommonJS module' <<< "$refusal"
}

jest() {
  project "jest-$1" commonjs "jest@$1" ts-jest@29 typescript@5.9 "@types/jest@$1"
  echo "test('starts', require('./starts.cjs').starts);" > babel.test.js
  cat > typed.test.ts << 'TS'
import { type RunningMock, startMock } from 'braze-segments-mock';
test('starts', async () => {
  const mock: RunningMock = await startMock();
  await mock.stop();
});
TS
  # As CommonJS, which needs no transform.
  sed "s/^import \(.*\) from \('.*'\);/const \1 = require(\2);/" "$root/test/examples/sizes.jest.test.js" > sizes.test.js
  npx jest babel.test.js sizes.test.js
  echo '{ "compilerOptions": { "strict": true, "allowJs": true, "module": "node16", "types": ["jest"] } }' > tsconfig.json
  npx jest --preset ts-jest typed.test.ts
  cp "$root/test/examples/sizes.jest.test.js" .
  npx jest --preset ts-jest/presets/js-with-ts sizes.jest.test.js
}

mocha() {
  project mocha commonjs mocha@11
  echo "it('starts', require('./starts.cjs').starts);" > starts.test.js
  npx mocha starts.test.js
}

bundlers() {
  project bundlers commonjs esbuild webpack
  echo "require('./starts.cjs').starts();" > entry.js
  npx esbuild entry.js --bundle --platform=node --format=cjs --outfile="$work/esbuild.cjs" --log-level=warning
  npx esbuild entry.js --bundle --platform=node --format=esm --outfile="$work/esbuild.mjs" --log-level=warning
  node --eval "
    const output = { path: '$work', filename: 'webpack.cjs' };
    require('webpack')({ entry: './entry.js', mode: 'production', target: 'node', output }, (error, stats) => {
      if (error || stats.hasErrors() || stats.hasWarnings()) throw error ?? new Error(stats.toString());
    });
  "
  cd "$work"
  for bundle in esbuild.cjs esbuild.mjs webpack.cjs; do node "$bundle"; done
}

typescript() {
  project typescript commonjs typescript@5.9
  cp "$here/library.ts" library.cts
  cp "$here/library.ts" library.mts
  cp "$here/library.ts" library.ts
  local strict='--noEmit --strict --exactOptionalPropertyTypes --skipLibCheck false --target es2022 --lib es2022'
  # Without the types of any package.
  check() { npx tsc $strict --typeRoots none "$@"; }
  check --module node16 library.cts library.mts
  check --module nodenext library.cts library.mts
  check --module esnext --moduleResolution bundler library.ts
  check --module commonjs --moduleResolution node10 library.ts
}

bun() {
  project bun commonjs bun@1
  local refusal
  refusal=$(npx bun run --bun - 2>&1 <<< "require('./starts.cjs').starts();" || true)
  grep --quiet 'this needs Node .*; found Bun' <<< "$refusal" || { echo "$refusal"; exit 1; }
}

installed_alone
vitest 4
jest 30
if [ -n "$all" ]; then
  vitest 3
  jest 29
  mocha
  bundlers
  typescript
  bun
fi
