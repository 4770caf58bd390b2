# Differences between two editions of a million rows and more, and the rollback of one.
# Part of swap.sh, on its server.
# shellcheck shell=bash

swap_targets="$swap_targets probity_history_bench"
swap_parts+=(run_history)

# Leaves the register at its first edition again.
run_history() {
  measure on_cpu 1 "$build/benchmarks/probity_history_bench" --server "$address"
}
