# The benches of a running server: lookup, check, load, open. Part of bench.sh.
# shellcheck shell=bash

server_targets="probityd probity probity_generate probity_bench_server probity_call_bench"
server= address=
# stop PID: ends a process that was started here, if there is one, and waits for its end.
stop() { [ -z "$1" ] || { kill "$1" 2>/dev/null || true; wait "$1" 2>/dev/null || true; }; }
stop_server() { stop "$server"; server=; }
clean_up+=(stop_server)
# start PROGRAM DIRECTORY [OPTION]...: sets server and address. probityd has the settings of
# the file $settings.
start() {
  : >"$work/server.log"
  case $1 in
    probityd)
      $build/services/probityd --data_dir "$2" --listen 127.0.0.1:0 --config "$settings" \
        "${@:3}" >"$work/server.log" 2>&1 &
      ;;
    *) on_cpu 0 "$build/benchmarks/$1" --data_dir "$2" "${@:3}" >"$work/server.log" 2>&1 & ;;
  esac
  server=$!
  address=
  for _ in $(seq 6000); do
    address=$(sed -n 's/^probityd listens on //p' "$work/server.log")
    [ -z "$address" ] || return 0
    kill -0 "$server" 2>/dev/null || { cat "$work/server.log" >&2; fail "$1 did not start"; }
    sleep 0.01
  done
  fail "$1 did not start within a minute"
}
probity() { "$build/cli/probity" --server "$address" "$@"; }
generate() { mkdir -p "$work/$1"; $build/benchmarks/probity_generate --suppliers "$2" --edition "$1" "$work/$1"; }
# field NAME: a number of the load that the last import printed as JSON.
field() { sed -n "s/.*\"$1\":\"\{0,1\}\([0-9]*\).*/\1/p" "$work/load.json"; }
import() {  # directory of files
  probity --json import --dataset register --format probity-csv \
    "$work/$1/suppliers.csv" "$work/$1/certifications.csv" >"$work/load.json" 2>"$work/import.log" ||
    { cat "$work/import.log" "$work/load.json" >&2; fail "the import failed"; }
}
ask_last() { probity lookup "$(tail -n 1 "$work/0/suppliers.csv" | grep -o 'XI-LEI:[0-9A-Z]*')" >/dev/null; }
# A new store with the first edition of N suppliers; sets seconds and rss_mib.
fill() {
  rm -rf "$work/data"
  generate 0 "$1"
  start probityd "$work/data"
  probity dataset create register --title "Invented register" --absence retracted --invented >/dev/null
  local begun; begun=$(now)
  import 0
  ask_last || fail "the last supplier cannot be looked up"
  seconds=$(calc %.1f "$(now) - $begun")
  rss_mib=$(memory VmHWM)
}
# memory FIELD: MiB of the server's status.
memory() { awk "/^$1:/ { printf \"%.0f\", \$2 / 1024 }" "/proc/$server/status"; }
store_bytes() { du -sb "$work/data/store" | cut -f 1; }
# Compactions that the import began are part of no figure that follows.
settle() {
  local before=0 after
  for _ in $(seq 60); do
    after=$(awk '{ print $14 + $15 }' "/proc/$server/stat")
    [ "$after" -gt $((before + 2)) ] || return 0
    before=$after
    sleep 1
  done
}
run_calls() {
  fill "$suppliers"
  settle
  stop_server
  if [ "$bench" = lookup ]; then
    local each; each=$(calc %.0f "$(store_bytes) / $suppliers")
    report disk_bytes_per_supplier "$each" "<= 2048" "with its certificate"
    figure disk_bytes_per_supplier "$each"
  fi
  start probity_bench_server "$work/data"
  settle  # a start looks through all records for those that are to be redacted
  measure on_cpu 1 $build/benchmarks/probity_call_bench --server "$address" --pid "$server" \
    --bench "$bench" --suppliers "$suppliers"
}

# A golden copy of GLEIF's with N rows, alone in a new store.
load_golden_copy() {
  rm -rf "$work/data"
  mkdir -p "$work/gleif"
  $build/benchmarks/probity_generate --golden_copy --suppliers "$1" "$work/gleif"
  local columns bytes begun
  columns=$(head -n 1 "$work/gleif/lei2.csv" | tr ',' '\n' | wc -l)
  bytes=$(stat -c %s "$work/gleif/lei2.csv")
  start probityd "$work/data"
  probity dataset create gleif --title "Invented golden copy" --absence retracted --invented >/dev/null
  begun=$(now)
  probity --json import --dataset gleif --format gleif-csv "$work/gleif/lei2.csv" \
    >"$work/load.json" 2>"$work/import.log" ||
    { cat "$work/import.log" "$work/load.json" >&2; fail "the import failed"; }
  seconds=$(calc %.1f "$(now) - $begun")
  [ "$(field added)" = "$1" ] || fail "only $(field added) of $1 rows were added"
  report rows_per_second_3m "$(calc %.0f "$1 / $seconds")" ">= 50000" \
    "$1 rows of $columns columns, $(calc %.0f "$bytes / $1") bytes each, $(calc %.1f "$bytes / 1e9") GB in $seconds s"
  figure rows_per_second_3m "$(calc %.0f "$1 / $seconds")"
  report rss_3m_mib "$(memory VmHWM)" "<= 1024" "$(memory RssAnon) MiB its own, $(memory RssFile) mapped files at the end"
  figure rss_3m_mib "$(memory VmHWM)"
  stop_server
  rm -r "$work/gleif"
}

run_load() {
  fill "$suppliers"
  local bytes changed
  bytes=$(field changeSetBytes)
  report seconds_1m "$seconds" "<= 60" "$(calc %.0f "2 * $suppliers / $seconds") rows/s, $suppliers suppliers with a certificate each"
  figure seconds_1m "$seconds"
  report server_peak_rss_mib "$rss_mib" "<= 768"
  figure server_peak_rss_mib "$rss_mib"
  generate 1 "$suppliers"
  import 1
  changed=$(field changeSetBytes)
  report reload_1pct_bytes_ratio "$(calc %.4f "$changed / $bytes")" "<= 0.02" \
    "$(field changed) of $(field rowsRead) rows changed: $changed of $bytes bytes"
  figure reload_1pct_bytes_ratio "$(calc %.4f "$changed / $bytes")"
  # A reload reads every record: files that are mapped count as resident until
  # the system wants their pages back.
  report reload_anonymous_mib "$(memory RssAnon)" none "$(memory RssFile) MiB more are mapped files"
  figure reload_anonymous_mib "$(memory RssAnon)"
  stop_server
  [ -n "$long" ] || return 0
  load_golden_copy 3000000
}

# Seconds from the start of probityd to the answer of the first lookup.
time_open() {
  local begun; begun=$(now)
  start probityd "$work/data"
  ask_last || fail "the last supplier cannot be looked up"
  calc '%.3f\n' "$(now) - $begun"
  stop_server
}
# Seconds from the start of probityd to the answer of the first search by name.
time_ready() {
  local begun name status=3
  name=$(tail -n 1 "$work/0/suppliers.csv" | cut -d '"' -f 2)
  begun=$(now)
  start probityd "$work/data"
  until [ $status -ne 3 ] || [ "$(calc %d "$(now) - $begun")" -gt 300 ]; do
    status=0
    probity search "$name" >"$work/search.log" 2>&1 || status=$?
  done
  [ $status -eq 0 ] || { cat "$work/search.log" >&2; fail "the last supplier's name is not found"; }
  calc '%.3f\n' "$(now) - $begun"
  stop_server
}
# The files' pages leave the system's cache, so that the store is read from disk.
forget_pages() {
  sync
  find "$work/data/store" -type f -exec dd if={} iflag=nocache count=0 status=none \;
}
run_open() {
  fill "$suppliers"
  settle
  stop_server
  for _ in $(seq 7); do forget_pages; time_open; done | sort -n >"$work/cold"
  for _ in $(seq 7); do time_open; done | sort -n >"$work/warm"
  report open_seconds_1m "$(sed -n 4p "$work/cold")" "<= 1" \
    "$(head -n 1 "$work/cold") to $(tail -n 1 "$work/cold") of 7, files out of the cache; warm $(sed -n 4p "$work/warm")"
  figure open_seconds_1m "$(sed -n 4p "$work/cold")"
  for _ in $(seq 5); do time_ready; done | sort -n >"$work/mapped"
  for _ in $(seq 3); do rm -rf "$work/data/names"; time_ready; done | sort -n >"$work/rebuilt"
  report index_ready_seconds_1m "$(sed -n 3p "$work/mapped")" "<= 1" \
    "$(head -n 1 "$work/mapped") to $(tail -n 1 "$work/mapped") of 5, until a search by name answers"
  figure index_ready_seconds_1m "$(sed -n 3p "$work/mapped")"
  report index_rebuild_seconds_1m "$(sed -n 2p "$work/rebuilt")" none \
    "$(head -n 1 "$work/rebuilt") to $(tail -n 1 "$work/rebuilt") of 3, its files deleted before"
  figure index_rebuild_seconds_1m "$(sed -n 2p "$work/rebuilt")"
}
