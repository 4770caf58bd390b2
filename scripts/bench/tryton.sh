# The bench of the Tryton module: how long a person who confirms a purchase waits for it. Part of
# bench.sh.
# shellcheck shell=bash

# Tryton, PostgreSQL and the server share all cores, as on a small machine.
run_tryton() {
  ./scripts/install.sh clients erp
  measure env PROBITY_BUILD="$(realpath "$build")" clients/erp/tryton/test.sh --bench
}
