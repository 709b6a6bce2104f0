#!/usr/bin/env bash
# Packs, and uses the archive in empty folders, as a new user does. Needs a package registry.
# npm run try                  with the current Node
# npm run try 20 22 24 26      with these, from the registry
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
# Both ends of the supported range.
vitests=${VITESTS:-3 4}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export npm_config_fund=false npm_config_audit=false npm_config_loglevel=error
# Set by the npx that runs this with another Node; it would affect the npx below.
unset npm_config_package

if [ $# -gt 0 ]; then
  for version in "$@"; do
    npx --yes --package="node@$version" -- "$0"
  done
  exit
fi

archive=$work/$(cd "$root" && npm pack --silent --pack-destination "$work" | tail -n 1)
echo "Node $(node --version), $(basename "$archive")"

for vitest in $vitests; do
  mkdir "$work/vitest-$vitest"
  cd "$work/vitest-$vitest"
  echo '{ "private": true, "type": "module" }' > package.json
  npm install --engine-strict "$archive" "vitest@$vitest"
  cp "$root/test/examples/use-mock.test.ts" .
  npx vitest run
done

node --input-type=module --eval "
  import { startMock } from 'braze-segments-mock';
  const mock = await startMock();
  const headers = { authorization: 'Bearer ' + mock.apiKey };
  const { status } = await fetch(mock.url + '/segments/data_series?segment_id=segment_1234&length=1', { headers });
  await mock.stop();
  if (status !== 200) throw new Error('got ' + status);
"

node_modules/.bin/braze-segments-mock --port 0 > log &
until grep --quiet --no-messages '"msg":"ready"' log; do
  kill -0 $!
  sleep 0.1
done
kill $!
wait $!

mkdir "$work/npx"
cd "$work/npx"
cp "$archive" .
npx --yes "./$(basename "$archive")" --version
