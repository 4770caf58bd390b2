#!/usr/bin/env bash
# Runs go in a version that gateway/ can be built with: the one at hand where it is new enough,
# else the version named here. Debian 12 has 1.19 only, but that can fetch a newer one as the
# module golang.org/toolchain, checked against the public checksum database; it goes into the
# user's cache. Usage: scripts/go.sh build ./...
set -euo pipefail

version=1.26.8
home=${XDG_CACHE_HOME:-$HOME/.cache}/probity/go-$version

command -v go >/dev/null || { echo "go.sh: there is no go: ./scripts/install.sh gateway" >&2; exit 3; }
at_hand=$(cd / && GOTOOLCHAIN=local go env GOVERSION)
oldest=$(printf '%s\n' "go$version" "$at_hand" | sort -V | head -n 1)
[ "$oldest" != "go$version" ] || exec go "$@"

system=$(cd / && go env GOOS)-$(cd / && go env GOARCH)
go=$home/golang.org/toolchain@v0.0.1-go$version.$system/bin/go
if [ ! -x "$go" ]; then
  echo "go.sh: fetching go $version" >&2
  (cd / && GOTOOLCHAIN=local GOFLAGS=-modcacherw GOMODCACHE="$home" \
    go mod download "golang.org/toolchain@v0.0.1-go$version.$system") || {
    echo "go.sh: go $version could not be fetched from the module proxy ($(cd / && go env GOPROXY))" >&2
    exit 3
  }
  # Modules are unpacked without the right to run.
  chmod +x "$(dirname "$go")"/* "$home/golang.org/toolchain@v0.0.1-go$version.$system/pkg/tool/"*/*
fi
unset GOROOT
exec env PATH="$(dirname "$go"):$PATH" GOTOOLCHAIN=local "$go" "$@"
