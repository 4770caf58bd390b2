# The bench of decisions. Part of bench.sh.
# shellcheck shell=bash

screened=100000
screen_targets="$server_targets probity_decision_bench probity_stream_bench probity_policy_bench probity_evidence_bench probity_watch_bench"
decide() { "$build/benchmarks/probity_decision_bench" "$@" --server "$address"; }
create() { probity dataset create "$1" --title "$2" --absence retracted --invented >/dev/null; }
bring() {  # dataset, format, files
  local dataset=$1 format=$2; shift 2
  probity --json import --dataset "$dataset" --format "$format" "$@" >"$work/load.json" 2>"$work/import.log" ||
    { cat "$work/import.log" "$work/load.json" >&2; fail "the import of $dataset failed"; }
}

# A register where some have two certificates and three flags.
fill_screened() {  # suppliers, screened
  rm -rf "$work/data"
  mkdir -p "$work/0" "$work/1"
  $build/benchmarks/probity_generate --suppliers "$1" --screened "$2" --edition 0 "$work/0"
  start probityd "$work/data"
  create register "Invented register"
  create flags "Invented flags"
  bring register probity-csv "$work/0/suppliers.csv" "$work/0/certifications.csv" "$work/0/screened.csv"
  bring flags probity-csv "$work/0/flags.csv"
}

# 10,000 decisions, derived again after five later loads.
run_rederive() {
  fill_screened 20000 20000
  decide record --file "$work/decisions" --suppliers 20000 --count 10000
  $build/benchmarks/probity_generate --suppliers 20000 --edition 1 "$work/1"
  for edition in 1 0 1 0 1; do
    # Without the third file a third of the records would go, and the load be held.
    bring register probity-csv "$work/$edition/suppliers.csv" "$work/$edition/certifications.csv" \
      "$work/0/screened.csv"
  done
  measure decide replay --file "$work/decisions"
  report rederive_equal_of_10k "$(sed -n 's/.*rederive_equal_of_10k": \([0-9]*\).*/\1/p' "$work/measured")" \
    "= 10000" "after five later loads, by the recorded facts and by facts fetched again"
  stop_server
}

# Organisations with a company number against the lists of the demonstration's policy.
run_share() {
  local list=../shared/data/uk-msu-organisations/private-organisations.csv
  if [ ! -f "$list" ]; then
    echo "SKIPPED: $list is absent; review_share_uk is not measured"
    return 0
  fi
  rm -rf "$work/data"
  start probityd "$work/data"
  for dataset in uk demo-register demo-flags import-bans goods-at-risk services-at-risk; do
    create "$dataset" "$dataset"
  done
  bring uk mapped-csv "$list" --mapping data/mappings/uk-msu-private-organisations.textproto
  bring demo-register probity-csv data/demo/register.csv data/demo/certifications.csv data/demo/audits.csv data/demo/links.csv
  bring demo-flags probity-csv data/demo/flags.csv
  bring import-bans probity-jsonl data/import_bans.jsonl
  bring goods-at-risk probity-jsonl data/commodity_risk.jsonl
  bring services-at-risk probity-jsonl data/services_risk.jsonl
  python3 - "$list" >"$work/numbers" <<'PY'
import csv, sys
with open(sys.argv[1], encoding="utf-8", errors="replace", newline="") as rows:
    for row in csv.DictReader(rows):
        if row["CompanyNumber"] and "\ufffd" not in "".join(str(v) for v in row.values()):
            print("GB-COH:" + row["CompanyNumber"])
PY
  measure decide share --file "$work/numbers" --policy policies/demo --buyer GB
  report review_share_uk "$(sed -n 's/.*review_share_uk": \([0-9.]*\).*/\1/p' "$work/measured")" \
    "<= 0.01" "of $(wc -l <"$work/numbers") organisations"
  stop_server
}

# A vendor master by name: server and caller share all cores.
run_stream() {
  local vendors=$(($suppliers < 100000 ? $suppliers : 100000))
  start probityd "$work/data"
  until probity --json info | grep -q '"ready":true'; do sleep 0.1; done
  measure "$build/benchmarks/probity_stream_bench" --server "$address" \
    --suppliers "$suppliers" --vendors "$vendors"
  stop_server
}

run_screen() {
  fill_screened "$suppliers" "$screened"
  ask_last || fail "the last supplier cannot be looked up"
  settle
  stop_server
  start probity_bench_server "$work/data"
  settle
  measure on_cpu 1 $build/benchmarks/probity_call_bench --server "$address" --pid "$server" \
    --bench screen --suppliers "$screened" --callers 64 --pairs 12
  stop_server
  run_stream
  run_rederive
  run_share
  local micros
  micros=$($build/benchmarks/probity_policy_bench --benchmark_filter=EvaluateSilent --benchmark_format=csv \
    2>/dev/null | awk -F, '/facts:10"/ { unit = $5 == "ns" ? 1000 : 1; print $4 / unit; exit }')
  report policy_us "$(calc %.1f "$micros")" "<= 20" "100 rules, 10 facts"
  figure policy_us "$(calc %.1f "$micros")"
  rm -rf "$work/data"
  local decisions=1000000
  [ -z "$long" ] || decisions=10000000
  measure $build/benchmarks/probity_evidence_bench --directory "$work/log" --decisions $decisions
  run_watch
}

# 100,000 vendors watched, half of them by name alone, over a register as large.
run_watch() {
  measure "$build/benchmarks/probity_watch_bench" --directory "$work/watch"
  rm -rf "$work/watch"
}
