#!/usr/bin/env bash
# Builds, installs and tests the C++ client: tests against a fake and a real server, the corpus of
# cases, and the examples of the README in a project that finds the installed package. Needs the
# packages of the groups build and test, and probityd and probity in $PROBITY_BUILD (default
# build/release). What it makes is in build/clients-cpp, one file at a time where PROBITY_JOBS is 1.
# Usage: clients/cpp/test.sh [ARGUMENT OF ctest...], for example -R Live.
set -euo pipefail
cd "$(dirname "$0")/../.."

PROBITY_BUILD=$(realpath -m "${PROBITY_BUILD:-build/release}")  # tests run in folders of their own
build=$PWD/build/clients-cpp jobs=${PROBITY_JOBS:-$(nproc)}
export PROBITY_BUILD PROBITY_EXAMPLES=$build/consumer

[ -f /usr/include/gmock/gmock.h ] && command -v grpc_cpp_plugin >/dev/null ||
  ./scripts/install.sh build test

cmake -S clients/cpp -B "$build" -G Ninja -DPROBITY_CLIENT_TESTS=ON -DCMAKE_BUILD_TYPE=Debug \
  -DCMAKE_CXX_FLAGS_DEBUG="-O0 -g1" --log-level=WARNING
cmake --build "$build" -j "$jobs"

rm -rf "$build/installed"
cmake --install "$build" --prefix "$build/installed" >/dev/null
cmake -S clients/cpp/tests/consumer -B "$PROBITY_EXAMPLES" -G Ninja -DCMAKE_BUILD_TYPE=Debug \
  -DCMAKE_PREFIX_PATH="$build/installed" -DREADME="$PWD/clients/cpp/README.md" \
  -DSERVER=probity.example.org:7443 --log-level=WARNING
cmake --build "$PROBITY_EXAMPLES" -j "$jobs"

# One after the other: most have a server of their own.
exec ctest --test-dir "$build" --output-on-failure -j 1 "$@"
