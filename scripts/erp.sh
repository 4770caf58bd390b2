#!/usr/bin/env bash
# Builds and tests the modules for ERPs: each folder of clients/erp that has a test.sh, or the
# one that is named. They drive probityd and probity of $PROBITY_BUILD, by default
# build/release; Tryton a PostgreSQL of its own.
#
#   ./scripts/erp.sh                    all
#   ./scripts/erp.sh tryton             one; further arguments go to its test.sh
set -euo pipefail
cd "$(dirname "$0")/.."

case "${1:-}" in
  -h | --help) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 0 ;;
esac
./scripts/install.sh erp
if [ $# -gt 0 ]; then exec ./scripts/clients.sh "erp/$1" "${@:2}"; fi
for test in clients/erp/*/test.sh; do
  printf '\n== %s\n' "$test"
  ./scripts/clients.sh "erp/$(basename "$(dirname "$test")")"
done
