# What an edition with one changed row in a hundred would do to 100,000 watched members.
# Part of swap.sh; store, names and watch are the program's own.
# shellcheck shell=bash

swap_targets="$swap_targets probity_preview_bench"
swap_parts+=(run_preview)

run_preview() {
  measure "$build/benchmarks/probity_preview_bench" --directory "$work/preview" \
    --suppliers "$suppliers"
  rm -rf "$work/preview"
}
