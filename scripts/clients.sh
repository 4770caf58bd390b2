#!/usr/bin/env bash
# Builds and tests clients: each folder of clients/ that has a test.sh, or those that are
# named. They drive probityd and probity of $PROBITY_BUILD, by default build/release.
#
#   ./scripts/clients.sh                all, then the examples of docs/INTEGRATING.md
#   ./scripts/clients.sh python         one; further arguments go to its test.sh
set -euo pipefail
cd "$(dirname "$0")/.."

case "${1:-}" in
  -h | --help) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 0 ;;
esac
./scripts/install.sh build clients
export PROBITY_BUILD=${PROBITY_BUILD:-$PWD/build/release}
[ -x "$PROBITY_BUILD/services/probityd" ] || {
  echo "clients.sh: no services/probityd in $PROBITY_BUILD; build it, or set PROBITY_BUILD" >&2
  exit 3
}

if [ $# -gt 0 ]; then
  name=$1
  shift
  [ -x "clients/$name/test.sh" ] || { echo "clients.sh: no clients/$name/test.sh" >&2; exit 2; }
  exec "clients/$name/test.sh" "$@"
fi
for test in clients/*/test.sh; do
  printf '\n== %s\n' "$test"
  "$test"
done
printf '\n== scripts/guide.sh\n'
./scripts/guide.sh
