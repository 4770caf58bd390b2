# The bench of acts of administration. Part of bench.sh.
# shellcheck shell=bash

acts_targets="$server_targets probity_acts_bench"

# The same calls to two servers, of which one records acts.
run_acts() {
  local plain plain_server
  echo "record_acts: false" >>"$settings"
  start probityd "$work/plain"
  plain=$address plain_server=$server
  clean_up+=("kill $plain_server")
  sed -i 's/^record_acts: false$/record_acts: true/' "$settings"
  start probityd "$work/recorded"
  measure "$build/benchmarks/probity_acts_bench" --recorded "$address" --plain "$plain"
  stop_server
}
