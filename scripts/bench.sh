#!/usr/bin/env bash
# Builds Probity and measures it on invented registers and names.
#
#   ./scripts/bench.sh NAME [--suppliers N] [--long]
#     lookup   server CPU of a lookup by identifier, alone and in a batch, and
#              disk a supplier
#     check    server CPU of a certification check, by number and by supplier
#     load     time, memory and bytes of an import through probity and probityd
#     open     from the start of probityd to the first answer
#     screen   server CPU of a decision by identifier and by name, a vendor master
#              streamed by name, decisions derived again, verdicts over a real
#              register, the policy, the evidence log, the watch
#     names    CPU of a search by name at 10,000, 1 and 4 million names, what it
#              finds of what an exhaustive search finds, memory a name
#     names --against   the same names and questions asked of RapidFuzz and of
#              PostgreSQL's pg_trgm; takes a quarter of an hour
#     swap     what lookups wait while another edition is loaded, backups and a
#              restore of the register
#     overload four times as many searches by name as the server can answer, from 200
#              clients, and lookups beside them; what identity, roles, access log and
#              metrics add to a lookup; a million suppliers in 512 MiB
#     acts     what recording acts of administration adds to them
#     soak     ten minutes of all kinds of calls over TLS, with loads, another server
#              certificate, access file and settings every quarter of a minute, and
#              clients that are killed
#     index    building, reopening and merging the name index of 4 million names
#     clients  CPU that the Python client adds to that of gRPC's stubs, and a vendor master
#              registered and screened from Python
#     gateway  CPU of gateway and server for a call by REST, against the server's for the
#              same call by gRPC
#     tryton   time inside the hook of the Tryton module, and beside it of the bare call, on a
#              Tryton and a PostgreSQL of its own
#   --suppliers N   another size of the register, for trying out
#   --names N       names --against: another number of names, for trying out
#   --long          load: also a golden copy of GLEIF's with three million rows; screen: an evidence log
#                   of ten million decisions instead of one; names: also 50
#                   questions to the exhaustive search of 4 million names, and
#                   three times as many questions to the rivals
#
# CPU of the server's calls is told in units of a null call: same size of answer, same
# server, same interceptors. The first figure is how soon memory answers, in which
# machines of one kind differ by several times. The last line is one JSON object. Needs a quiet machine.
# PROBITY_BUILD names a build folder to measure as it is; without, build/release is built.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() { sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//p;}' "$0"; }
fail() { echo "bench.sh: $1" >&2; exit "${2:-1}"; }

benches="lookup, check, load, open, screen, swap, names, index, overload, acts, soak, clients, gateway, tryton"
bench= suppliers=1000000 names=1000000 long= against= groups=
while [ $# -gt 0 ]; do
  case "$1" in
    -h | --help) usage; exit 0 ;;
    --long) long=1 ;;
    --against) against=1 ;;
    --suppliers) shift; suppliers=${1:-} ;;
    --names) shift; names=${1:-} ;;
    lookup | check | load | open | screen | swap | names | index | overload | acts | soak | clients | gateway | \
      tryton)
      bench=$1
      ;;
    *) fail "there is no bench or option \"$1\"; benches are $benches (see --help)" 2 ;;
  esac
  shift
done
[ -n "$bench" ] || fail "name a bench: $benches (see --help)" 2
[ -z "$against" ] || [ "$bench" = names ] || fail "--against goes with names" 2
[[ $suppliers =~ ^[1-9][0-9]{1,7}$ ]] || fail "--suppliers takes 10 to 99999999" 2
[[ $names =~ ^[1-9][0-9]{3,6}$ ]] || fail "--names takes 1000 to 9999999" 2

build=$(realpath -m "${PROBITY_BUILD:-build/release}")
work=$(mktemp -d)
clean_up=()  # commands, run at the end
trap 'for command in "${clean_up[@]}"; do $command; done; rm -rf "$work"' EXIT

# With two CPUs the measured server has one for itself, and its callers another.
on_cpu() { if [ "$(nproc)" -gt 1 ]; then exec taskset -c "$@"; else shift; exec "$@"; fi; }
now() { date +%s.%N; }
calc() { awk "BEGIN { printf \"$1\", $2 }"; }
report() { printf '%-26s %8s  aim %-8s %s\n' "$1" "$2" "$3" "${4:-}"; }
figures=
figure() { figures="${figures:+$figures, }\"$1\": $2"; }
# measure COMMAND...: its last line is an object of figures, the others are for people.
measure() {
  ("$@") >"$work/measured" || { cat "$work/measured" >&2; fail "the measurement failed: $*"; }
  sed '$d' "$work/measured"
  figures="${figures:+$figures, }$(tail -n 1 "$work/measured" | tr -d '{}')"
}
# Of probityd. All that a bench asks comes from one caller, whose quota bounds none of it;
# overload and soak are about quotas, too, and keep the defaults.
settings=$work/settings
lift_quota() {
  echo "caller_units_per_second: 1000000000" >"$settings"
  echo "settings other than the defaults: $(cat "$settings")"
}
keep_defaults() { : >"$settings"; }
source scripts/bench/server.sh
source scripts/bench/screen.sh
source scripts/bench/swap.sh
source scripts/bench/names.sh
source scripts/bench/overload.sh
source scripts/bench/acts.sh
source scripts/bench/clients.sh
source scripts/bench/gateway.sh
source scripts/bench/tryton.sh

case $bench in
  lookup | check) run=run_calls targets="$server_targets" ;;
  load) run=run_load targets="$server_targets" ;;
  open) run=run_open targets="$server_targets" ;;
  screen) run=run_screen targets="$screen_targets" ;;
  swap) run=run_swap targets="$swap_targets" ;;
  names) run=run_names targets=probity_names_bench ;;
  overload) run=run_overload targets="$overload_targets" ;;
  acts) run=run_acts targets="$acts_targets" ;;
  soak) run=run_soak targets="$overload_targets" ;;
  index) run=run_index targets=probity_index_bench ;;
  clients) run=run_clients targets="$clients_targets" groups=clients ;;
  gateway) run=run_gateway targets="$gateway_targets" groups=gateway ;;
  tryton) run=run_tryton targets="probityd probity" ;;
esac
[ -z "$against" ] || run=run_against
# shellcheck disable=SC2086
./scripts/install.sh build bench ${against:+bench-against} $groups
# shellcheck disable=SC2086
[ -n "${PROBITY_BUILD:-}" ] || { cmake --preset release && cmake --build $build --target probity_machine_bench $targets; } \
  >"$work/build.log" 2>&1 || { cat "$work/build.log" >&2; fail "the build failed"; }
case $bench in
  lookup | check | load | open | screen | swap | acts | clients | gateway) lift_quota ;;
  *) keep_defaults ;;
esac
measure "$build/benchmarks/probity_machine_bench"
$run

commit=$(git rev-parse --short HEAD 2>/dev/null || echo unknown)
[ -z "$(git status --porcelain --untracked-files=no 2>/dev/null)" ] || commit=$commit+changes
cpu=$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -n 1)
system=$(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release)
printf '{"bench": "%s", "commit": "%s", "machine": "%s cores, %s, %s", "figures": {%s}}\n' \
  "$bench${against:+ --against}" "$commit" "$(nproc)" "${cpu:-unknown CPU}" "$system" "$figures"
