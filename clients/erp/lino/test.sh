#!/usr/bin/env bash
# Builds the Lino Così plugin and runs its tests: lint, then a real site on SQLite against
# `probityd --sandbox` of $PROBITY_BUILD (default build/release). Needs the packages of the group
# clients, and Pango for Lino's printing (libpango-1.0-0, libpangoft2-1.0-0). What it
# makes goes into the user's cache, but generated code. Usage: clients/erp/lino/test.sh [TEST...]
set -euo pipefail
cd "$(dirname "$0")"
root=$PWD/../../..
export PROBITY_BUILD=${PROBITY_BUILD:-$root/build/release}
[ -x "$PROBITY_BUILD/services/probityd" ] || {
  echo "test.sh: no services/probityd in $PROBITY_BUILD; build it, or set PROBITY_BUILD" >&2
  exit 3
}

source ../../../scripts/venv.sh
make_venv clients-erp-lino

# The wheels of the client and of the plugin, as a site installs them; offline.
"$venv/bin/pybabel" --quiet compile --domain django --directory src/lino_probity/lib/probity/locale
"$venv/bin/python" "$root/clients/python/generate.py"
rm -rf "$cache/dist"
for package in "$root/clients/python" .; do
  "$venv/bin/python" -m build --wheel --no-isolation --outdir "$cache/dist" "$package" \
    >"$cache/build.log" 2>&1 || { cat "$cache/build.log" >&2; exit 1; }
done
"$venv/bin/pip" install --quiet --disable-pip-version-check --no-index --no-deps \
  --force-reinstall "$cache"/dist/*.whl

RUFF_CACHE_DIR=$cache/ruff "$venv/bin/ruff" check --quiet .

# gRPC tells of connections that a test wants to fail.
export GRPC_VERBOSITY=NONE PYTHONPATH=tests
if [ $# -gt 0 ]; then exec "$venv/bin/python" -m unittest "$@"; fi
exec "$venv/bin/python" -m unittest discover -s tests -p '*_test.py'
