#!/usr/bin/env bash
# Generates, checks and tests the Go client: gofmt, go vet, tests against a fake and a real
# server. Needs the packages of the groups clients and gateway, and probityd and probity in
# $PROBITY_BUILD (default build/release). Usage: clients/go/test.sh [ARGUMENT OF go test...]
set -euo pipefail
cd "$(dirname "$0")"

# A Go from elsewhere does too.
command -v go >/dev/null && command -v protoc >/dev/null || ../../scripts/install.sh gateway
go=$PWD/../../scripts/go.sh
PROBITY_BUILD=$(realpath -m "${PROBITY_BUILD:-../../build/release}")  # tests run in folders of their own
export PROBITY_BUILD

./generate.sh
unformatted=$("$("$go" env GOROOT)/bin/gofmt" -l .)
[ -z "$unformatted" ] || { echo "test.sh: not formatted by gofmt: $unformatted" >&2; exit 1; }
"$go" mod verify >/dev/null
"$go" vet ./...
# Programs of the README are compiled: minutes on a busy machine.
exec "$go" test -count=1 -timeout 60m "$@" ./...
