#!/usr/bin/env bash
# Builds and tests the modules for ERPs: each folder of clients/erp that has a test.sh, or the
# one that is named. They drive probityd and probity of $PROBITY_BUILD, by default
# build/release, and a PostgreSQL of their own.
#
#   ./scripts/erp.sh                    all
#   ./scripts/erp.sh tryton             one; further arguments go to its test.sh
set -euo pipefail
cd "$(dirname "$0")/.."

case "${1:-}" in
  -h | --help) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 0 ;;
esac
./scripts/install.sh build clients erp
export PROBITY_BUILD=${PROBITY_BUILD:-$PWD/build/release}
[ -x "$PROBITY_BUILD/services/probityd" ] || {
  echo "erp.sh: no services/probityd in $PROBITY_BUILD; build it, or set PROBITY_BUILD" >&2
  exit 3
}

if [ $# -gt 0 ]; then
  name=$1
  shift
  [ -x "clients/erp/$name/test.sh" ] || {
    echo "erp.sh: no clients/erp/$name/test.sh" >&2
    exit 2
  }
  exec "clients/erp/$name/test.sh" "$@"
fi
for test in clients/erp/*/test.sh; do
  printf '\n== %s\n' "$test"
  "$test"
done
