#!/usr/bin/env bash
# Makes what this module is generated from: Go code of the protos (internal/probityv1) and the
# OpenAPI files (internal/openapi). Done before each build and never committed: the protos and
# http.yaml are the source, and a copy of what follows from them could only be out of date.
# protoc is Debian's (3.21.12); the plugins are tools of go.mod, so go.sum pins every byte of
# them. Usage: gateway/generate.sh
set -euo pipefail
cd "$(dirname "$0")"

code=internal/probityv1 openapi=internal/openapi package=probity.dev/gateway/internal/probityv1
protos=../proto
plugins=$(mktemp -d)
trap 'rm -rf "$plugins"' EXIT
for plugin in protoc-gen-go protoc-gen-go-grpc protoc-gen-grpc-gateway protoc-gen-openapiv2; do
  ../scripts/go.sh build -o "$plugins/$plugin" "$(../scripts/go.sh list tool | grep "/$plugin\$")"
done
export PATH=$plugins:$PATH

mkdir -p "$code"
rm -f "$code"/*.pb.go "$code"/*.pb.gw.go "$openapi"/*.json
sources=() mapping=
for proto in "$protos"/probity/v1/*.proto; do
  sources+=("probity/v1/$(basename "$proto")")
  mapping+=",Mprobity/v1/$(basename "$proto")=$package"
done
options="module=$package$mapping"
protoc -I "$protos" \
  --go_out="$code" --go_opt="$options" \
  --go-grpc_out="$code" --go-grpc_opt="$options" \
  --grpc-gateway_out="$code" --grpc-gateway_opt="$options,grpc_api_configuration=http.yaml" \
  --openapiv2_out="$openapi" \
  --openapiv2_opt="grpc_api_configuration=http.yaml,openapi_configuration=openapi.yaml,allow_merge=true,merge_file_name=probity,simple_operation_ids=true,expand_slashed_path_patterns=true,openapi_naming_strategy=simple$mapping" \
  "${sources[@]}"
../scripts/go.sh run ./internal/openapi/convert "$openapi/probity.swagger.json" "$openapi/probity.openapi3.json"
