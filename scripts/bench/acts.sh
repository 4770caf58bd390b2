# The bench of acts of administration. Part of bench.sh.
# shellcheck shell=bash

acts_targets="$server_targets probity_acts_bench"
plain_server=
stop_plain() { stop "$plain_server"; plain_server=; }
clean_up+=(stop_plain)

# The same calls to two servers, of which one records acts.
run_acts() {
  local plain
  echo "record_acts: false" >>"$settings"
  start probityd "$work/plain"
  plain=$address plain_server=$server
  sed -i 's/^record_acts: false$/record_acts: true/' "$settings"
  start probityd "$work/recorded"
  measure "$build/benchmarks/probity_acts_bench" --recorded "$address" --plain "$plain"
  stop_server
  stop_plain
}
