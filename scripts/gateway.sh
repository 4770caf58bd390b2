#!/usr/bin/env bash
# Builds gateway/probity-gateway, one static binary, and tests it against a real probityd.
#
#   ./scripts/gateway.sh            build, lint its OpenAPI, test; probityd is that of
#                                   $PROBITY_BUILD (default build/release)
#   ./scripts/gateway.sh --build    build alone
#   ./scripts/gateway.sh --fuzz     also generated requests against the running gateway
#                                   (schemathesis, three minutes at most)
set -euo pipefail
cd "$(dirname "$0")/.."

mode=test
case "${1:-}" in
  '') ;;
  --build) mode=build ;;
  --fuzz) mode=fuzz ;;
  -h | --help) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 0 ;;
  *) echo "gateway.sh: unknown argument $1 (see --help)" >&2; exit 2 ;;
esac

./scripts/install.sh gateway
go=$PWD/scripts/go.sh
cd gateway
./generate.sh
# Static, and the same bytes from the same sources wherever they lie.
CGO_ENABLED=0 "$go" build -trimpath -ldflags '-s -w' -o probity-gateway .
[ $mode != build ] || exit 0

unformatted=$("$("$go" env GOROOT)/bin/gofmt" -l .)
[ -z "$unformatted" ] || { echo "gateway.sh: not formatted by gofmt: $unformatted" >&2; exit 1; }
"$go" vet ./...
export PROBITY_BUILD=${PROBITY_BUILD:-$PWD/../build/release}
[ $mode != fuzz ] || export PROBITY_GATEWAY_FUZZ=1
"$go" test -count=1 ./...
