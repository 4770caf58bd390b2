#!/usr/bin/env bash
# Makes what this module is generated from: Go code of the protos (probityv1), and the files that
# it shares with other clients. Done before each build and never committed: the protos are the
# source, and a copy of what follows from them could only be out of date. A release of the module
# holds it. protoc is Debian's (3.21.12); the plugins are tools of go.mod, so go.sum pins every
# byte of them. Usage: clients/go/generate.sh
set -euo pipefail
cd "$(dirname "$0")"

package=probity.dev/client/probityv1 protos=../../proto go=../../scripts/go.sh
plugins=$(mktemp -d)
trap 'rm -rf "$plugins"' EXIT
for plugin in protoc-gen-go protoc-gen-go-grpc; do
  "$go" build -o "$plugins/$plugin" "$("$go" list tool | grep "/$plugin\$")"
done
export PATH=$plugins:$PATH

mkdir -p probityv1
rm -f probityv1/*.pb.go
sources=() options=module=$package
for proto in "$protos"/probity/v1/*.proto; do
  name=probity/v1/$(basename "$proto")
  sources+=("$name")
  options+=",M$name=$package"
done
protoc -I "$protos" --go_out=probityv1 --go_opt="$options" \
  --go-grpc_out=probityv1 --go-grpc_opt="$options" "${sources[@]}"
cp ../service_config.json ../../LICENSE .
cp ../error_codes.json probitytest
