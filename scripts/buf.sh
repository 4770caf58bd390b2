#!/usr/bin/env bash
# Runs buf on the protos, in the version named here; installs it from PyPI into
# the user's cache when it is not there. Usage: scripts/buf.sh lint
set -euo pipefail
cd "$(dirname "$0")/.."

version=1.75.0
home=${XDG_CACHE_HOME:-$HOME/.cache}/probity/buf-$version
if [ ! -x "$home/bin/buf" ]; then
  /usr/bin/python3 -m venv "$home"
  "$home/bin/pip" install --quiet --disable-pip-version-check "buf-bin==$version" || {
    echo "buf.sh: buf-bin $version could not be installed from PyPI; the protos are not linted" >&2
    rm -rf "$home"
    exit 3
  }
fi
exec "$home/bin/buf" "$@"
