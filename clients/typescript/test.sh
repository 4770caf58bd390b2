#!/usr/bin/env bash
# Builds the npm package of the TypeScript client and runs its tests: types, lint, tests against a
# fake and a real server, and the packed tarball in a project of its own. Needs the packages of the
# group clients, and probityd and probity in $PROBITY_BUILD (default build/release). What it makes
# is ignored by git. Usage: clients/typescript/test.sh [TEST...], for example retry.
set -euo pipefail
cd "$(dirname "$0")"

for program in node npm protoc; do
  command -v "$program" >/dev/null || { echo "test.sh: no $program on this machine" >&2; exit 3; }
done
lock=$(sha256sum package-lock.json | cut -c1-64)
if [ "$(cat node_modules/.lock 2>/dev/null)" != "$lock" ]; then
  npm ci --silent --ignore-scripts --no-audit --no-fund || {
    echo "test.sh: the packages of clients/typescript/package-lock.json could not be installed" >&2
    exit 3
  }
  echo "$lock" >node_modules/.lock
fi

rm -rf dist build
npm run --silent build
npm run --silent lint
npx tsc -p tests/tsconfig.json

tests=()
for test in "$@"; do tests+=("build/$test.test.js"); done
[ ${#tests[@]} -gt 0 ] || tests=(build/*.test.js)
# One after the other: each has a server of its own. gRPC names servers by IP addresses, too.
exec node --no-deprecation --test --test-concurrency=1 "${tests[@]}"
