#!/usr/bin/env bash
# Builds Probity, starts it on this machine alone with an invented register, and
# asks what a buyer would ask.
#
#   ./scripts/demo.sh           ask, then stop
#   ./scripts/demo.sh --serve   ask, then leave the server running until Ctrl-C
set -euo pipefail
cd "$(dirname "$0")/.."

serve=
case "${1:-}" in
  '') ;;
  --serve) serve=1 ;;
  -h | --help) sed -n '2,6s/^# \{0,1\}//p' "$0"; exit 0 ;;
  *) echo "demo.sh: unknown argument $1 (see --help)" >&2; exit 2 ;;
esac

build=build/release
data=$(mktemp -d)
server=
stop() {
  [ -z "$server" ] || { kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; }
  rm -rf "$data"
}
trap stop EXIT

./scripts/install.sh build
if [ ! -f $build/build.ninja ]; then
  echo "Building Probity; the first time takes some minutes."
  cmake --preset release -DPROBITY_BUILD_BENCHMARKS=OFF >/dev/null
fi
cmake --build $build --target probityd probity >"$data/build.log" || { cat "$data/build.log"; exit 1; }

$build/services/probityd --data_dir "$data/store" --listen 127.0.0.1:0 --log_level warning \
  >"$data/server.log" 2>&1 &
server=$!
for _ in $(seq 100); do
  address=$(sed -n 's/^probityd listens on //p' "$data/server.log")
  [ -z "$address" ] || break
  kill -0 "$server" 2>/dev/null || { cat "$data/server.log" >&2; exit 1; }
  sleep 0.1
done

probity() { "$build/cli/probity" --server "$address" "$@"; }
# Says what is asked, shows the command and its answer. A "no" is an answer too.
ask() {
  printf '\n\033[1m%s\033[0m\n$ probity' "$1"; shift
  printf ' %q' "$@"; printf '\n'
  local code=0
  probity "$@" || code=$?
  [ "$code" -ne 2 ] && [ "$code" -ne 3 ] || exit "$code"
}
load() {  # dataset title absence format files...
  local dataset=$1 title=$2 absence=$3 format=$4; shift 4
  local invented=()
  case $dataset in demo-*) invented=(--invented) ;; esac
  probity dataset create "$dataset" --title "$title" --absence "$absence" "${invented[@]}" >/dev/null
  local edition=()
  [ "$absence" = retracted ] || edition=(--edition 2026-11-01)
  probity import --dataset "$dataset" --format "$format" "${edition[@]}" "$@" >"$data/import.log" 2>&1 ||
    { cat "$data/import.log" >&2; exit 1; }
  sed -n "s/^records  */  $dataset: /p" "$data/import.log"
}

echo "Loading"
load demo-register "Register of audited suppliers" retracted probity-csv \
  data/demo/register.csv data/demo/certifications.csv data/demo/audits.csv data/demo/links.csv
load demo-flags "Labour-risk flags" retracted probity-csv data/demo/flags.csv
load goods-at-risk "Goods made with child or forced labour (selection)" retracted probity-jsonl data/commodity_risk.jsonl
load services-at-risk "Labour-intensive services (indicative)" retracted probity-jsonl data/services_risk.jsonl

register=datasets/demo-register/records
ask "Who carries this LEI?" lookup XI-LEI:9999INVENTED00000198
ask "Who is called something like this?" search invented weaving
ask "Does a certificate cover these goods, made at unit 1, on the day of award?" \
  check-cert --subject $register/S-01 --scheme SA8000 --site $register/F-01 --hs 5208 --on 2026-11-24
ask "And at the end of a contract that outlives it?" \
  check-cert --subject $register/S-01 --scheme SA8000 --site $register/F-01 --hs 5208 --on 2026-11-24 --on 2028-06-30
ask "Does it cover unit 2?" \
  check-cert --subject $register/S-01 --scheme SA8000 --site $register/F-02 --on 2026-11-24
ask "Does the organic textile certificate cover garments?" \
  check-cert --subject $register/S-01 --scheme GOTS --site $register/F-01 --hs 62 --on 2026-11-24
ask "The packers' certificate, after its suspension?" \
  check-cert --subject $register/S-02 --scheme SA8000 --site $register/F-03 --on 2026-11-24
ask "The brickworks' old certificate?" \
  check-cert --subject $register/S-04 --scheme SA8000 --on 2026-11-24
ask "Was unit 2 audited within a year?" \
  check-audit --site $register/F-02 --scheme SMETA --max_age 365 --as_of 2026-11-24
ask "And the packers' plant?" \
  check-audit --site $register/F-03 --scheme AMFORI_BSCI:D --as_of 2026-11-24
ask "Which labour-risk facts are on record about the packers?" flags $register/S-02 --as_of 2026-11-24
ask "Who stands behind the packers' workers?" links $register/S-02
ask "Cotton from Turkmenistan?" commodity-risk TM HS:5201
ask "Cleaning services?" commodity-risk DE CPV:90910000

cat <<TEXT

Next: ./scripts/demo.sh --serve, then from another terminal
  ./build/release/cli/probity --server ADDRESS info
  ./build/release/cli/probity --server ADDRESS check-cert --help
The register and its flags are invented. Goods at risk are a selection of published facts (data/README.md).
TEXT
if [ -n "$serve" ]; then
  echo "Serving on $address until Ctrl-C."
  wait "$server"
fi
