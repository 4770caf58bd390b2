#!/usr/bin/env bash
# Installs what is missing, builds once with address and undefined-behaviour
# sanitizers, and runs all tests with them: of the code, and of both programs as
# users drive them. Then, as far as they fit into 75 minutes in all, fuzz targets, clang-tidy and
# the tests of chart, clients, gateway and modules for ERPs; it says what it left out.
#
#   ./scripts/test.sh             what CI runs
#   ./scripts/test.sh --long      also the long crash and soak tests
#   ./scripts/test.sh --clients   all client libraries, the REST gateway and the guide
#   ./scripts/test.sh --erp       both modules, for Tryton and for Lino
#   ./scripts/test.sh --cluster   the chart on a real Kubernetes, which is built where it is not yet
set -euo pipefail
cd "$(dirname "$0")/.."

clients= erp= cluster=
for argument in "$@"; do
  case "$argument" in
    --long) export PROBITY_LONG=1 ;;
    --clients) clients=1 ;;
    --erp) erp=1 ;;
    --cluster) cluster=1 ;;
    -h | --help) sed -n '2,11s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) echo "test.sh: unknown argument $argument (see --help)" >&2; exit 2 ;;
  esac
done

step() { printf '\n== %s (%d s so far)\n' "$1" "$SECONDS"; }

step "Packages"
./scripts/install.sh build test

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

step "Tests"
export ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
# One more than cores: some wait for disks and clocks.
if ! ctest --test-dir build/asan --output-on-failure --parallel $(($(nproc) + 1)); then
  printf '\n== Failed\n'
  ./scripts/failed.py build/asan/Testing/Temporary/LastTest.log
  exit 1
fi

# What was asked for, and of the rest what fits into 75 minutes. Seconds are what each takes at
# most on two cores that nobody else uses.
export PROBITY_BUILD=$PWD/build/asan
readonly whole_seconds=4500
left_out=()
group() {  # name, seconds, whether it was asked for, command...
  local name=$1 seconds=$2 asked=$3 code=0
  shift 3
  if [ -z "$asked" ] && ((SECONDS + seconds > whole_seconds)); then
    left_out+=("$name: no time left for about $seconds s; alone: $*")
    return 0
  fi
  step "$name"
  "$@" || code=$?
  # What it needs is not to be had here, as it said.
  if [ -z "$asked" ] && [ $code = 3 ]; then
    left_out+=("$name: it cannot run here, see above")
    return 0
  fi
  return $code
}

group "Fuzz targets: corpus and 5 s each" 150 "" ./scripts/fuzz.sh 5
group "clang-tidy" 330 "" ./scripts/tidy.py build/asan
# Half a minute once helm and its like are built.
group "Chart" 400 "" ./scripts/helm.sh
# The images are those of a release build.
group "Cluster" 600 "$cluster" env -u PROBITY_BUILD ./scripts/cluster.sh $([ -n "$cluster" ] || echo --cached)
group "Python client" 150 "$clients" ./scripts/clients.sh python
group "Gateway" 240 "$clients" ./scripts/gateway.sh
group "TypeScript client" 180 "$clients" ./scripts/clients.sh typescript
group "Go client" 180 "$clients" ./scripts/clients.sh go
group "Lino" 150 "$erp" ./scripts/erp.sh lino
group "Java client" 300 "$clients" ./scripts/clients.sh java
group "Examples of docs/INTEGRATING.md" 180 "$clients" ./scripts/guide.sh
group "Tryton" 600 "$erp" ./scripts/erp.sh tryton
group "C++ client" 480 "$clients" ./scripts/clients.sh cpp

if [ ${#left_out[@]} -gt 0 ]; then
  printf '\nLEFT OUT (all run with --clients --erp --cluster):\n'
  printf '  %s\n' "${left_out[@]}"
fi
