#!/usr/bin/env bash
# Builds wheel and sdist of the Python client and runs its tests on the wheel: lint, types,
# tests against a fake and a real server. Needs the packages of the groups build and clients,
# and probityd and probity in $PROBITY_BUILD (default build/release). Everything it makes but
# the generated code goes into the user's cache. Usage: clients/python/test.sh [TEST...]
set -euo pipefail
cd "$(dirname "$0")"

source ../../scripts/venv.sh
make_venv clients-python

rm -rf "$cache/dist"
"$venv/bin/python" generate.py
# Offline: what builds is in the venv.
"$venv/bin/python" -m build --no-isolation --outdir "$cache/dist" . >"$cache/build.log" 2>&1 || {
  cat "$cache/build.log" >&2
  exit 1
}
"$venv/bin/pip" install --quiet --disable-pip-version-check --no-index --no-deps \
  --force-reinstall "$cache"/dist/*.whl

export RUFF_CACHE_DIR=$cache/ruff MYPY_CACHE_DIR=$cache/mypy
"$venv/bin/ruff" check --quiet .
"$venv/bin/mypy" --no-error-summary

export PROBITY_CLIENT_CACHE=$cache PROBITY_CLIENT_DIST=$cache/dist
# gRPC tells of handshakes that a test wants to fail.
export GRPC_VERBOSITY=NONE PYTHONPATH=tests:../testing
if [ $# -gt 0 ]; then exec "$venv/bin/python" -m unittest "$@"; fi
exec "$venv/bin/python" -m unittest discover -s tests -p '*_test.py'
