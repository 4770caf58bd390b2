#!/usr/bin/env bash
# Builds the Tryton module and runs its tests on a real trytond with a PostgreSQL of their own.
# Needs the packages of the groups build, clients and erp, and probityd and probity in
# $PROBITY_BUILD (default build/release). What it makes goes into the user's cache.
# Usage: clients/erp/tryton/test.sh [TEST...], or instead --demo to walk through it, or --bench
set -euo pipefail
cd "$(dirname "$0")"

root=$(realpath ../../..)
PROBITY_BUILD=$(realpath -m "${PROBITY_BUILD:-$root/build/release}")
source ../../../scripts/venv.sh
make_venv erp-tryton

# Offline: what builds is in the venv.
"$venv/bin/python" ../../python/generate.py
rm -rf "$cache/dist"
for project in ../../python .; do
  "$venv/bin/python" -m build --wheel --no-isolation --outdir "$cache/dist" "$project" \
    >"$cache/build.log" 2>&1 || { cat "$cache/build.log" >&2; exit 1; }
done
"$venv/bin/pip" install --quiet --disable-pip-version-check --no-index --no-deps \
  --force-reinstall "$cache"/dist/*.whl
RUFF_CACHE_DIR=$cache/ruff "$venv/bin/ruff" check --quiet .

# Databases are restored from a dump of the first one made of exactly these sources.
DB_CACHE=$cache/databases-$(find . -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c1-16)
[ -d "$DB_CACHE" ] || rm -rf "$cache"/databases-*
export DB_CACHE PROBITY_BUILD PROBITY_ROOT=$root PYTHONPATH=tests PYTHONDONTWRITEBYTECODE=1
export GRPC_VERBOSITY=NONE  # it tells of servers that a test stops
case "${1:-}" in
  --demo) exec "$venv/bin/python" -W ignore tests/demo.py ;;
  --bench) exec "$venv/bin/python" -W ignore tests/hook_bench.py ;;
esac
if [ $# -gt 0 ]; then exec "$venv/bin/python" -W ignore tests/run.py "$@"; fi
exec "$venv/bin/python" -W ignore tests/run.py discover -s tests -p '*_test.py'
