#!/usr/bin/env bash
# Builds gateway/probity-gateway, one static binary, and tests it against a real probityd.
#
#   ./scripts/gateway.sh            build and test; probityd is that of
#                                   $PROBITY_BUILD (default build/release); with chromium and npm
#                                   also the pages in a browser (./scripts/install.sh browser)
#   ./scripts/gateway.sh --build    build alone
#   ./scripts/gateway.sh --lint     redocly's recommended rules on the OpenAPI files; needs npx
#                                   and Node 20 (each build validates them anyway)
#   ./scripts/gateway.sh --fuzz     also generated requests against the running gateway
#                                   (schemathesis, three minutes at most)
set -euo pipefail
cd "$(dirname "$0")/.."

mode=test
case "${1:-}" in
  '') ;;
  --build) mode=build ;;
  --lint) mode=lint ;;
  --fuzz) mode=fuzz ;;
  -h | --help) sed -n '2,11s/^# \{0,1\}//p' "$0"; exit 0 ;;
  *) echo "gateway.sh: unknown argument $1 (see --help)" >&2; exit 2 ;;
esac

# A Go from elsewhere does too.
command -v go >/dev/null && command -v protoc >/dev/null || ./scripts/install.sh gateway
go=$PWD/scripts/go.sh
PROBITY_BUILD=$(realpath -m "${PROBITY_BUILD:-build/release}")  # tests run in folders of their own
export PROBITY_BUILD
cd gateway
./generate.sh
# Static, and the same bytes from the same sources wherever they lie.
CGO_ENABLED=0 "$go" build -trimpath -ldflags '-s -w' -o probity-gateway .
[ $mode != build ] || exit 0
if [ $mode = lint ]; then
  command -v npx >/dev/null || { echo "gateway.sh: there is no npx" >&2; exit 3; }
  exec npx --yes @redocly/cli@2.77.0 lint --extends=recommended --format=summary \
    internal/openapi/probity.swagger.json internal/openapi/probity.openapi3.json
fi

unformatted=$("$("$go" env GOROOT)/bin/gofmt" -l .)
[ -z "$unformatted" ] || { echo "gateway.sh: not formatted by gofmt: $unformatted" >&2; exit 1; }
"$go" vet ./...
if [ $mode = fuzz ]; then
  source ../scripts/venv.sh
  make_venv gateway
  export SCHEMATHESIS=$venv/bin/schemathesis
  exec "$go" test -count=1 -v -run TestGeneratedRequests ./tests
fi
left_out=()
if command -v npm >/dev/null; then
  npm ci --prefix tests/node --silent --ignore-scripts --no-audit --no-fund || {
    echo "gateway.sh: what gateway/tests/node/package-lock.json names could not be installed" >&2
    exit 3
  }
  node tests/node/parse_examples.mjs ../docs/REST.md
else
  left_out+=('parsing the ABAP and Power Query of docs/REST.md: there is no npm')
fi
CHROMIUM=${CHROMIUM:-$(command -v chromium || true)}
if [ -n "$CHROMIUM" ] && command -v npm >/dev/null; then
  export CHROMIUM AXE=$PWD/tests/node/node_modules/axe-core/axe.min.js
else
  left_out+=('the pages in a browser: there is no chromium or no npm')
  unset CHROMIUM
fi
"$go" test -count=1 ./...
[ ${#left_out[@]} -eq 0 ] || printf '\nLEFT OUT, until ./scripts/install.sh browser: %s\n' "${left_out[@]}"
