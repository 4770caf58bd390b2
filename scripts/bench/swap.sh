# Another edition of a register while callers ask; backups and restores of it. Part of
# bench.sh. What others measure on the same store stands in files swap_*.sh beside this
# one: each adds a function to swap_parts, and its programs to swap_targets.
# shellcheck shell=bash

swap_targets="probityd probity probity_generate probity_open_loop_bench"
swap_parts=()
for part in scripts/bench/swap_*.sh; do
  # shellcheck disable=SC1090
  [ ! -e "$part" ] || source "$part"
done

# start_pinned: the server of the register, on the first CPU alone.
start_pinned() {
  start probityd "$work/data" --backup_dir "$work/backup"
  [ "$(nproc)" = 1 ] || taskset -a -cp 0 "$server" >/dev/null
}
# begin_asking: lookups at fixed times from the other CPU, until finish_asking FILE.
asking=
begin_asking() {
  rm -f "$work/asking"
  mkfifo "$work/asking"
  on_cpu 1 $build/benchmarks/probity_open_loop_bench --server "$address" \
    --suppliers "$suppliers" <"$work/asking" >"$work/asked" 2>&1 &
  asking=$!
  exec 8>"$work/asking"
}
finish_asking() {
  exec 8>&-
  wait "$asking" || { cat "$work/asked" >&2; fail "the lookups failed"; }
  mv "$work/asked" "$1"
  head -n 1 "$1"
}
asked() { sed -n "s/.*\"$2\": \([0-9.]*\).*/\1/p" "$work/$1"; }

# What lookups wait while a program burns as much of the server's CPU as a load may take.
baseline() {
  on_cpu 0 nice -n 10 sh -c 'while :; do :; done' &
  local burner=$!
  begin_asking
  sleep "${1:-30}"
  finish_asking "$work/asked_beside_burner"
  kill "$burner"
  wait "$burner" 2>/dev/null || true
}

# What the rounds measured: p99 beside load over p99 beside burner, failed calls, rows a
# second. A busy neighbour of this machine can spoil one round, so the middle one counts.
p99_ratios=() p99_failed=0 p99_rows=()
middle() { printf '%s\n' "$@" | sort -g | sed -n "$((($# + 1) / 2))p"; }

# p99_round EDITION: another edition than the one that is there.
p99_round() {
  baseline
  begin_asking
  local begun seconds; begun=$(now)
  nice -n 19 $build/cli/probity --server "$address" --json import --dataset register \
    --format probity-csv "$work/$1/suppliers.csv" "$work/$1/certifications.csv" \
    >"$work/load.json" 2>"$work/import.log" ||
    { cat "$work/import.log" "$work/load.json" >&2; fail "the import failed"; }
  seconds=$(calc %.1f "$(now) - $begun")
  sleep 10  # the index of names takes the changes in, and merges
  finish_asking "$work/asked_beside_load"
  p99_ratios+=("$(calc %.2f "$(asked asked_beside_load p99_ms) / $(asked asked_beside_burner p99_ms)")")
  p99_failed=$((p99_failed + $(asked asked_beside_load failed)))
  p99_rows+=("$(calc %.0f "$(field rowsRead) / $seconds")")
  echo "p99 $(asked asked_beside_load p99_ms) ms beside a load, $(asked asked_beside_burner p99_ms) ms beside the burner; $(field changed) rows changed in $seconds s"
}

report_p99() {
  local ratio rows; ratio=$(middle "${p99_ratios[@]}") rows=$(middle "${p99_rows[@]}")
  report lookup_p99_ratio_during_load "$ratio" "<= 2" "the middle of ${p99_ratios[*]}"
  figure lookup_p99_ratio_during_load "$ratio"
  report failed_calls "$p99_failed" 0 "in all rounds"
  figure failed_calls "$p99_failed"
  report load_rows_per_second "$rows" ">= 10000" "the middle of ${p99_rows[*]}"
  figure load_rows_per_second "$rows"
}

# Seconds of one backup; prints its bytes too.
time_backup() {
  local begun; begun=$(now)
  probity --json backup create >"$work/backup.json" || fail "the backup failed: $(cat "$work/backup.json")"
  calc %.2f "$(now) - $begun"
}
backup_mib() { sed -n "s/.*\"$1\":\"\([0-9]*\)\".*/\1/p" "$work/backup.json" | awk '{ printf "%.0f", $1 / 1048576 }'; }
run_backup() {
  local seconds; seconds=$(time_backup)
  report backup_seconds "$seconds" "<= 20" "$(backup_mib bytes) MiB, $suppliers suppliers with a certificate each"
  figure backup_seconds "$seconds"
}
run_incremental() {
  local seconds; seconds=$(time_backup)
  report incremental_backup_seconds "$seconds" "<= 3" "$(backup_mib newBytes) of $(backup_mib bytes) MiB are new, after 1 % of the rows changed"
  figure incremental_backup_seconds "$seconds"
}
# From the command to the answer of the first lookup.
run_restore() {
  stop_server
  mv "$work/data/store" "$work/store.damaged"
  local begun seconds; begun=$(now)
  $build/services/probityd restore --data_dir "$work/data" --backup_dir "$work/backup" \
    >"$work/restore.log" 2>&1 || fail "the restore failed: $(cat "$work/restore.log")"
  start probityd "$work/data" --backup_dir "$work/backup"
  ask_last || fail "the last supplier cannot be looked up"
  seconds=$(calc %.1f "$(now) - $begun")
  report restore_seconds "$seconds" "<= 30" "to the first answer"
  figure restore_seconds "$seconds"
  stop_server
}

run_swap() {
  fill "$suppliers"
  settle
  stop_server
  generate 1 "$suppliers"
  start_pinned
  run_backup
  p99_round 1
  run_incremental
  local part
  for part in "${swap_parts[@]}"; do $part; done  # back to the first edition
  p99_round 1
  p99_round 0
  report_p99
  run_restore
}
