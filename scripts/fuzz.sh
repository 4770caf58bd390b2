#!/usr/bin/env bash
# Builds every fuzz target and runs each on top of its corpus.
# Usage: scripts/fuzz.sh SECONDS [TARGET...]
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:?seconds for each target}
shift
cmake --preset asan ${PROBITY_CMAKE_ARGS:-} >/dev/null
cmake --build build/asan --target fuzzers
targets=("$@")
[ ${#targets[@]} -gt 0 ] || mapfile -t targets <build/asan/fuzzers.txt
for target in "${targets[@]}"; do
  [ -n "$target" ] || continue
  name=$(basename "$target")
  corpus=tests/fuzz/corpora/$name
  scratch=$(mktemp -d)
  [ -d "$corpus" ] || { echo "fuzz.sh: $name has no corpus in $corpus" >&2; exit 1; }
  printf '%s: ' "$name"
  if "$target" -max_total_time="$seconds" -max_len=65536 -timeout=10 -artifact_prefix="$scratch/" \
    "$scratch" "$corpus" >"$scratch.log" 2>&1; then
    grep -o 'Done [0-9]* runs.*' "$scratch.log"
    rm -r "$scratch" "$scratch.log"
  else
    tail -n 40 "$scratch.log"
    echo "fuzz.sh: $name failed; the input is in $scratch" >&2
    exit 1
  fi
done
