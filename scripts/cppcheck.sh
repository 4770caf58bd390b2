#!/usr/bin/env bash
# Runs cppcheck over the sources but for tests and fuzz targets; every finding is an error, and
# what is none stands with its reason in scripts/cppcheck-suppressions.txt.
#
#   ./scripts/cppcheck.sh              all of it, some seconds
#   ./scripts/cppcheck.sh FOLDER...    these folders
set -euo pipefail
cd "$(dirname "$0")/.."

case ${1:-} in
  -h | --help) sed -n '2,6s/^# \{0,1\}//p' "$0"; exit 0 ;;
  -*) echo "cppcheck.sh: unknown argument $1 (see --help)" >&2; exit 2 ;;
esac
command -v cppcheck >/dev/null || { echo "cppcheck.sh: cppcheck is missing: ./scripts/install.sh test" >&2; exit 3; }

folders=("$@")
[ $# -gt 0 ] || folders=(base matching policy evidence index storage screening ingest services cli benchmarks)
sources=$(git ls-files "${folders[@]/%//*.cc}" | grep -vE '(_test|_fuzz|testing)\.cc$|/testing/') ||
  { echo "cppcheck.sh: no sources in ${folders[*]}" >&2; exit 2; }

# It does not see Abseil's headers: their annotations mean nothing to it.
defines=(-DABSL_IS_LITTLE_ENDIAN=1 -DABSL_NO_THREAD_SAFETY_ANALYSIS=)
for annotation in ACQUIRED_BEFORE EXCLUSIVE_LOCKS_REQUIRED GUARDED_BY LOCKS_EXCLUDED SHARED_LOCKS_REQUIRED; do
  defines+=("-DABSL_$annotation(x)=")
done
suppressions=$(mktemp)
trap 'rm -f "$suppressions"' EXIT
grep -v '^#' scripts/cppcheck-suppressions.txt >"$suppressions"

cppcheck --file-list=- --std=c++17 --language=c++ -I . --enable=warning,portability --quiet \
  -j "$(nproc)" --error-exitcode=1 --suppressions-list="$suppressions" "${defines[@]}" \
  --template='{file}:{line}: {severity}: {message} [{id}]' <<<"$sources"
echo "cppcheck: $(wc -l <<<"$sources") sources, nothing found"
