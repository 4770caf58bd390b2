#!/usr/bin/env bash
# Renders the chart helm/probity and checks what comes out; needs no cluster. The tools are built
# from the Go module proxy once for each version, into the user's cache.
#
#   ./scripts/helm.sh           lint, unit tests, README and schemas of the oldest and newest Kubernetes
#   ./scripts/helm.sh --docs    write helm/probity/README.md anew
#   ./scripts/helm.sh --tools   build the tools alone, and print the directory that they are in
#   ./scripts/helm.sh --crds    print the directory of the CRDs whose objects the chart can make
#
# Exit status: 0 it is well; 1 a fault is named; 2 wrong arguments; 3 the tools cannot be had here.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly helm_version=3.22.0 kubeconform_version=0.8.0 helm_docs_version=1.14.2 unittest_version=1.1.2
# The first that the chart takes (kubeVersion) and the newest, by the last release of each.
readonly kubernetes_versions=(1.31.14 1.37.2)
readonly cert_manager_version=1.21.2 prometheus_operator_version=0.85.0 gateway_api_version=1.3.0
chart=helm/probity

mode=check
case "${1:-}" in
  '') ;;
  --docs) mode=docs ;;
  --tools) mode=tools ;;
  --crds) mode=crds ;;
  -h | --help) sed -n '2,10s/^# \{0,1\}//p' "$0"; exit 0 ;;
  *) echo "helm.sh: unknown argument $1 (see --help)" >&2; exit 2 ;;
esac

command -v go >/dev/null && python3 -c 'import yaml' 2>/dev/null || ./scripts/install.sh helm
go=$PWD/scripts/go.sh
cache=${XDG_CACHE_HOME:-$HOME/.cache}/probity/helm
# Schemas are made anew when what makes them changes.
made=$(sha256sum scripts/helm_schemas.py | cut -c1-8)
crds=$cache/crds-with-sources-$cert_manager_version-$prometheus_operator_version-$gateway_api_version-$made
tools=$cache/tools-$helm_version-$kubeconform_version-$helm_docs_version-$unittest_version
mkdir -p "$cache"
work=$(mktemp -d "$cache/work-XXXXXX")
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT

cannot() {
  echo "helm.sh: $1 could not be fetched from the module proxy ($(cd / && go env GOPROXY))" >&2
  exit 3
}

# All in one module, so that helm-unittest renders by the helm that is used, and what they share is compiled once.
build_tools() {
  [ ! -d "$tools" ] || return 0
  echo "helm.sh: building helm and what checks charts; the first time takes some minutes" >&2
  mkdir "$work/module" "$work/bin"
  (
    cd "$work/module"
    "$go" mod init probity.dev/helm-tools
    # The one replacement of helm-unittest's own go.mod, which counts in the main module alone.
    "$go" mod edit -replace github.com/vmware-labs/yaml-jsonpath=github.com/helm-unittest/yaml-jsonpath@v0.4.0
    "$go" get "helm.sh/helm/v3@v$helm_version" "github.com/yannh/kubeconform@v$kubeconform_version" \
      "github.com/norwoodj/helm-docs@v$helm_docs_version" "github.com/helm-unittest/helm-unittest@v$unittest_version"
    CGO_ENABLED=0 "$go" build -mod=mod -trimpath -ldflags '-s -w' -o "$work/bin/" helm.sh/helm/v3/cmd/helm \
      github.com/yannh/kubeconform/cmd/kubeconform github.com/norwoodj/helm-docs/cmd/helm-docs \
      github.com/helm-unittest/helm-unittest/cmd/helm-unittest
  ) >"$work/build.log" 2>&1 || { tail -n 5 "$work/build.log" >&2; cannot "a tool"; }
  mv "$work/bin" "$tools"
}

# The directory of a module of the proxy, for the time of this run.
module() {
  (cd / && GOFLAGS=-modcacherw GOMODCACHE="$work/modules" "$go" mod download -json "$1") |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["Dir"])' 2>/dev/null || cannot "$1"
}

fetch_crds() {
  [ ! -d "$crds" ] || return 0
  local cert_manager prometheus gateways
  cert_manager=$(module "github.com/cert-manager/cert-manager@v$cert_manager_version")
  prometheus=$(module "github.com/prometheus-operator/prometheus-operator@v$prometheus_operator_version")
  gateways=$(module "sigs.k8s.io/gateway-api@v$gateway_api_version")
  mkdir "$work/crds"
  cp "$cert_manager"/deploy/crds/*_certificates.yaml \
    "$prometheus"/example/prometheus-operator-crd/*_{servicemonitors,prometheusrules}.yaml \
    "$gateways"/config/crd/standard/*_httproutes.yaml "$work/crds"
  ./scripts/helm_schemas.py "$work/crds" crds "$work"/crds/*.yaml
  mv "$work/crds" "$crds"
}

fetch() {
  build_tools
  local version folder
  for version in "${kubernetes_versions[@]}"; do
    [ ! -d "$cache/kubernetes-$version-$made" ] || continue
    folder=$(module "k8s.io/kubernetes@v$version")
    ./scripts/helm_schemas.py "$work/schemas" kubernetes "$folder/api/openapi-spec/swagger.json"
    mv "$work/schemas" "$cache/kubernetes-$version-$made"
  done
  fetch_crds
}

# Helm tells of each link to deploy/ and data/, at each reading.
without_links() { "$@" 2> >(grep -v 'found symbolic link' >&2); }

case $mode in
  crds)
    fetch_crds
    echo "$crds"
    exit 0
    ;;
  tools)
    build_tools
    echo "$tools"
    exit 0
    ;;
esac
fetch
case $mode in
  docs)
    exec "$tools/helm-docs" --chart-search-root $chart --log-level warning
    ;;
esac

SECONDS=0
echo "== README of the chart"
"$tools/helm-docs" --chart-search-root $chart --log-level warning --dry-run | diff - $chart/README.md >"$work/readme.diff" || {
  cat "$work/readme.diff"
  echo "helm.sh: $chart/README.md is not what values.yaml says; ./scripts/helm.sh --docs writes it" >&2
  exit 1
}

echo "== Unit tests"
without_links "$tools/helm-unittest" --strict $chart

for values in "" $chart/ci/*.yaml; do
  options=(${values:+--values "$values"})
  echo "== ${values:-values.yaml}: lint, Kubernetes ${kubernetes_versions[*]}"
  without_links "$tools/helm" lint --strict --quiet $chart "${options[@]}"
  for version in "${kubernetes_versions[@]}"; do
    without_links "$tools/helm" template probity $chart --namespace supply --kube-version "$version" \
      --api-versions monitoring.coreos.com/v1 "${options[@]}" >"$work/rendered.yaml"
    template='{{.Group}}-{{.ResourceKind}}-{{.ResourceAPIVersion}}.json'
    "$tools/kubeconform" -strict -summary -schema-location "$cache/kubernetes-$version-$made/$template" \
      -schema-location "$crds/$template" "$work/rendered.yaml"
  done
done
echo "The chart is well; rendering and checking it took $SECONDS s (60 at most)"
