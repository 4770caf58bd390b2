#!/usr/bin/env bash
# Runs node in a version that this package can be built with (protoc-gen-es asks for 20; the
# package itself runs on 18): the one at hand where it is new enough, else the version named here.
# Debian 12 has 18 only, but its npm can fetch a newer node as a package; it is checked against the
# digest that stands here and goes into the user's cache. Usage: clients/typescript/node.sh FILE...
set -euo pipefail

oldest=20 version=24.21.0
declare -A digests=(  # SHA-512, as npm writes them
  [x64]=3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==
  [arm64]=FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==
)

at_hand=$(node -p 'process.versions.node.split(".")[0]') || {
  echo "node.sh: there is no node: ./scripts/install.sh clients" >&2
  exit 3
}
[ "$at_hand" -lt "$oldest" ] || exec node "$@"

home=${XDG_CACHE_HOME:-$HOME/.cache}/probity/node-$version
fetch() (
  machine=$(node -p process.arch)
  [ -n "${digests[$machine]:-}" ] || {
    echo "node.sh: node $oldest or later is needed to build, and none is known for $machine" >&2
    exit 3
  }
  echo "node.sh: fetching node $version" >&2
  fetched=$(mktemp -d)
  trap 'rm -rf "$fetched"' EXIT
  (cd "$fetched" && npm pack --silent "node-linux-$machine@$version" >node.name) || {
    echo "node.sh: node $version could not be fetched from the npm registry" >&2
    exit 3
  }
  file=$fetched/$(cat "$fetched/node.name")
  [ "$(openssl dgst -sha512 -binary "$file" | base64 -w 0)" = "${digests[$machine]}" ] || {
    echo "node.sh: what was fetched as node $version is not what was expected" >&2
    exit 3
  }
  tar -xzf "$file" -C "$fetched"
  mkdir -p "$home/bin"
  mv "$fetched/package/bin/node" "$home/bin/node.new"
  mv "$home/bin/node.new" "$home/bin/node"  # Whole or not at all.
)
[ -x "$home/bin/node" ] || fetch
PATH=$home/bin:$PATH exec node "$@"
