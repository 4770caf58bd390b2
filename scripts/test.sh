#!/usr/bin/env bash
# Installs what is missing, builds once with address and undefined-behaviour
# sanitizers, and runs all tests with them: of the code, and of both programs as
# users drive them.
#
#   ./scripts/test.sh             what CI runs
#   ./scripts/test.sh --long      also the long crash and soak tests
#   ./scripts/test.sh --clients   also the client libraries, the REST gateway and the guide
#   ./scripts/test.sh --erp       also the modules for Tryton and Lino
set -euo pipefail
cd "$(dirname "$0")/.."

clients= erp=
for argument in "$@"; do
  case "$argument" in
    --long) export PROBITY_LONG=1 ;;
    --clients) clients=1 ;;
    --erp) erp=1 ;;
    -h | --help) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) echo "test.sh: unknown argument $argument (see --help)" >&2; exit 2 ;;
  esac
done

step() { printf '\n== %s (%d s so far)\n' "$1" "$SECONDS"; }

step "Packages"
./scripts/install.sh build test fuzz

step "Checks of the tree"
python3 -m unittest discover -s scripts/checks -p '*_test.py' -q
for check in scripts/checks/check_*.py; do python3 "$check"; done
./scripts/buf.sh lint
git ls-files '*.h' '*.cc' | xargs clang-format-14 --dry-run --Werror

step "cppcheck"
./scripts/cppcheck.sh

step "Alerts and dashboard"
./scripts/alerts.py

step "Build with sanitizers"
cmake --preset asan >/dev/null
cmake --build build/asan

step "clang-tidy"
./scripts/tidy.py build/asan

step "Fuzz targets: corpus and 5 s each"
./scripts/fuzz.sh 5

step "Tests"
export ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
# One more than cores: some wait for disks and clocks.
if ! ctest --test-dir build/asan --output-on-failure --parallel $(($(nproc) + 1)); then
  printf '\n== Failed\n'
  grep -ahE '^\[  FAILED  \] [A-Za-z]+.*\(|^(FAIL|ERROR): ' build/asan/Testing/Temporary/LastTest.log | sort -u
  exit 1
fi

export PROBITY_BUILD=$PWD/build/asan
if [ -n "$clients" ]; then
  step "Clients"
  ./scripts/clients.sh
  step "Gateway"
  ./scripts/gateway.sh
fi
if [ -n "$erp" ]; then
  step "Modules for ERPs"
  ./scripts/erp.sh
fi
[ -n "$clients" ] || printf '\nLeft out: clients, gateway and guide (--clients)\n'
[ -n "$erp" ] || printf '\nLeft out: modules for ERPs (--erp)\n'
