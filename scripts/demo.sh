#!/usr/bin/env bash
# Builds Probity, starts it on this machine alone with an invented register and a
# selection of published facts, and asks what a buyer would ask.
#
#   ./scripts/demo.sh           ask, then stop
#   ./scripts/demo.sh --serve   ask, then leave the server running until Ctrl-C
#   ./scripts/demo.sh --tls     the same server by TLS, with a throwaway authority: who gets
#                               in, who may what, and what is on record of it
#   ./scripts/demo.sh --erp     a real Tryton beside it: purchases that are confirmed and refused
set -euo pipefail
cd "$(dirname "$0")/.."

serve= tls= erp=
case "${1:-}" in
  '') ;;
  --serve) serve=1 ;;
  --tls) tls=1 ;;
  --erp) erp=1 ;;
  -h | --help) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 0 ;;
  *) echo "demo.sh: unknown argument $1 (see --help)" >&2; exit 2 ;;
esac

root=$PWD
build=build/release
data=$(mktemp -d)
server=
stop() {
  [ -z "$server" ] || { kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; }
  rm -rf "$data"
}
trap stop EXIT

bold= plain=
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then bold=$'\033[1m' plain=$'\033[0m'; fi

# The build's own one-line progress on a terminal, a line now and then elsewhere.
build() {
  if [ -t 1 ]; then
    cmake --build $build --target probityd probity
  else
    cmake --build $build --target probityd probity | awk '
      /^\[[0-9]+\/[0-9]+\]/ { if (++n % 20 == 1) { print $1; fflush() }; next } 1'
  fi
}

./scripts/install.sh build
if [ ! -x $build/cli/probity ]; then
  echo "Building Probity; the first time takes some minutes."
  [ -f $build/build.ninja ] || cmake --preset release -DPROBITY_BUILD_BENCHMARKS=OFF >/dev/null
  build
else  # what changed since, without words
  build >"$data/build.log" || { cat "$data/build.log"; exit 1; }
fi
./scripts/check_hardening.sh $build/services/probityd $build/cli/probity >/dev/null

if [ -n "$erp" ]; then
  echo "A Tryton with PostgreSQL is made; the first time takes some minutes."
  ./scripts/erp.sh tryton --demo
  exit
fi

address=
start() {  # options of probityd
  $build/services/probityd --data_dir "$data/store" --listen 127.0.0.1:0 --log_level warning \
    "$@" >"$data/server.log" 2>&1 &
  server=$!
  for _ in $(seq 300); do
    address=$(sed -n 's/^probityd listens on //p' "$data/server.log")
    [ -z "$address" ] || return 0
    kill -0 "$server" 2>/dev/null || { cat "$data/server.log" >&2; exit 1; }
    sleep 0.1
  done
  echo "demo.sh: the server did not start" >&2
  cat "$data/server.log" >&2
  exit 1
}

probity() { "$root/$build/cli/probity" --server "$address" "$@"; }

quoted() { if [[ $1 == *' '* ]]; then printf " '%s'" "$1"; else printf ' %q' "$1"; fi; }

prompt='$'
# Shows a command, broken in front of options so that lines stay short.
show() {
  local line="$prompt probity" part
  while [ $# -gt 0 ]; do
    part=$(quoted "$1")
    if [[ $1 == --* ]] && [ $# -gt 1 ]; then part+=$(quoted "$2"); shift; fi
    if [ $((${#line} + ${#part})) -gt 77 ]; then printf '%s \\\n' "$line"; line='   '; fi
    line+=$part
    shift
  done
  printf '%s\n' "$line"
}

# Says what is asked, shows the command and its answer. A "no" is an answer too, and
# $may_hold allows that what is written waits for a second person, or is refused. The exit
# code goes to $code.
may_hold= code=
ask() {
  printf '\n%s%s%s\n' "$bold" "$1" "$plain"; shift
  show "$@"
  code=0
  probity "$@" || code=$?
  case $code in 0 | 1 | 4) ;; 3) [ -n "$may_hold" ] || exit 3 ;; *) exit "$code" ;; esac
}

load() {  # dataset, title, options of `dataset create` and `import`, files behind --
  local dataset=$1 title=$2 facts=$3 options=$4 mark=; shift 5
  case $facts in *--invented*) mark=' (INVENTED)' ;; esac
  # shellcheck disable=SC2086
  probity dataset create "$dataset" --title "$title" $facts >/dev/null
  # shellcheck disable=SC2086
  probity import --dataset "$dataset" $options "$@" >"$data/import.log" 2>&1 ||
    { cat "$data/import.log" >&2; exit 1; }
  printf '  %-17s  %s' "$dataset" "$title$mark"
  sed -n 's/^records  *\([0-9,]*\) added.*/: \1 records/p' "$data/import.log"
}

if [ -n "$tls" ]; then
  source scripts/demo/tls.sh
  exit
fi

# Two persons, so that one can let through what the other may not publish alone.
printf 'token-of-the-demo-loader loader\ntoken-of-the-demo-steward steward\n' >"$data/tokens"
for person in loader steward; do
  awk -v person=$person '$2 == person { print $1 }' "$data/tokens" >"$data/$person.token"
done
export PROBITY_TOKEN_FILE=$data/loader.token
start --token_file "$data/tokens"

printf '%sProbity: may we buy this, from this supplier, today?%s\n\n' "$bold" "$plain"
echo "A server runs on $address, on this machine alone. It holds now:"
load demo-register "Audited suppliers" "--absence retracted --invented" "--format probity-csv" -- \
  data/demo/register.csv data/demo/certifications.csv data/demo/audits.csv data/demo/links.csv
load demo-flags "Labour-risk facts" "--absence retracted --invented" "--format probity-csv" -- data/demo/flags.csv
load goods-at-risk "Goods made by child or forced labour, selection" "--absence retracted" "--format probity-jsonl" -- data/commodity_risk.jsonl
load services-at-risk "Labour-intensive services, indicative" "--absence retracted" "--format probity-jsonl" -- data/services_risk.jsonl
load import-bans "US import bans for forced labour, selection" "--absence retracted" "--format probity-jsonl" -- data/import_bans.jsonl

register=datasets/demo-register/records
mill=XI-LEI:9999INVENTED00000198
packers=XI-LEI:9999INVENTED00000295
award=2026-11-24

ask "Who carries this identifier?" lookup $mill
ask "Whose name is this, misspelt on an invoice?" search 'Invneted Weaveing Mils' --limit 3
ask "And this, its words in another order, its number unknown?" search 'Packers Invented, Seafood' --limit 3
ask "And this letterhead in Cyrillic?" search 'ООО «Вымышленная ткацкая фабрика»' --limit 1 --explain reasons
ask "Are these two names one company's?" \
  compare 'Invented Weaving Mfg Co' 'Invented Weaving Manufacturing Limited'
ask "Why does a search for a nickname not show the brickworks?" \
  explain-miss 'Kathmandu Red' $register/S-04
ask "Does the weaver's certificate cover cotton fabric from unit 1, on the day of award?" \
  check-cert --subject $mill --scheme SA8000 --site $register/F-01 --hs 5208 --on $award
ask "Also at the end of a contract that outlives it?" \
  check-cert --subject $mill --scheme SA8000 --site $register/F-01 --on $award --on 2028-06-30
ask "Does it cover unit 2?" check-cert --subject $mill --scheme SA8000 --site $register/F-02 --on $award
ask "Does the organic textile certificate cover garments (HS 62)?" \
  check-cert --subject $mill --scheme GOTS --site $register/F-01 --hs 62 --on $award
ask "Is the packers' certificate good?" \
  check-cert --subject $packers --scheme SA8000 --site $register/F-03 --on $award
ask "Is the brickworks'?" check-cert --subject $register/S-04 --scheme SA8000 --on $award
ask "Was unit 2 audited within a year?" \
  check-audit --site $register/F-02 --scheme SMETA --max_age 365 --as_of $award
ask "And the packers' plant?" check-audit --site $register/F-03 --scheme AMFORI_BSCI:D --as_of $award
ask "Which labour-risk facts are on record about the packers?" flags $packers --as_of $award
ask "Who stands behind the packers' workers?" links $packers --as_of $award
ask "Do the lists name cotton from Turkmenistan?" commodity-risk TM HS:5201
ask "Do they name cleaning services?" commodity-risk DE CPV:90910000
ask "Is this maker of silicon, of solar panels then, under an import ban?" search hoshine silicon
ask "Which legal measure is in force against it?" \
  flags 'datasets/import-bans/records/party|hoshine-silicon-industry-co-ltd'
ask "And tomato paste from a region: is there a ban without a name?" commodity-risk CN-XJ HS:2002

probity policy activate demo >/dev/null
printf '\n%sMay the office buy? The policy of the demonstration decides.%s\n' "$bold" "$plain"
ask "Paper and pens from the cleaning firm, for a German office?" screen XI-LEI:9999INVENTED00000392 \
  --buyer DE --purpose award --item CPV:30197000@DE --no_other_parties --as_of $award
ask "Prawns from the packers?" screen $packers --buyer DE --purpose award --item HS:0306@TH \
  --item_site $register/F-03 --no_other_parties --as_of $award
ask "Bricks from the brickworks, for the office of its own country that barred it?" \
  screen $register/S-04 --buyer NP --purpose award --item HS:6904@NP --no_other_parties \
  --as_of $award

decision=$(probity --json decision list --limit 1 | grep -o 'decisions/[0-9a-f]*' | head -n 1)
probity log keys --pem >"$data/log.pub"  # a buyer has it from its operator's publication
probity decision receipt "$decision" --out "$data/receipt.json" >/dev/null
offline() {  # what, file: with no server
  printf '\n%s%s%s\n$ probity decision verify %s --key log.pub\n' "$bold" "$1" "$plain" "$(basename "$2")"
  $build/cli/probity --server 127.0.0.1:1 decision verify "$2" --key "$data/log.pub" || true
}
offline "Does the receipt of that decision hold, without the server?" "$data/receipt.json"
sed 's/"core": "C/"core": "D/' "$data/receipt.json" >"$data/altered.json"
offline "And with one byte of it changed?" "$data/altered.json"

printf '\n%sAnd the whole vendor master? Five vendors here, three of them without a number.%s\n' "$bold" "$plain"
cp data/demo/{vendors,register,certifications,audits,links}.csv "$data"
cd "$data"  # files are shown by their names alone
ask "Each is decided for itself, recorded, and has its row in the result." \
  screen --file vendors.csv --out result.csv --buyer DE --purpose qualification
ask "Whose names are like those on record? A worksheet for people." match --file vendors.csv --out worksheet.csv
awk -F, 'NR > 1 { printf "  %-28s %-38s %s\n", $2, $6, $8 }' worksheet.csv
# What a person does in a spreadsheet.
sed -i -e '/^700003,/s/,,\r*$/,IS,same plant and owner/' \
  -e '/^700004,/s/,,\r*$/,IS_NOT,"another country, another owner"/' worksheet.csv
ask "An officer writes IS beside the packers and IS_NOT beside the brickworks. That is kept." \
  judge --file worksheet.csv --out judged.csv
ask "Nobody is asked twice." match --file vendors.csv --out worksheet.csv
ask "And between purchases? The vendors are watched." \
  portfolio put vendors --buyer DE --purpose qualification --title 'All vendors'
ask "Each row is a member." portfolio add vendors --file vendors.csv
ask "Nothing has changed yet." watch vendors --once --cursor_file seen
ask "How they stand now:" portfolio members vendors
sed -i 's/^supplier,S-04,Invented Brickworks Private Limited,/supplier,S-04,Invented Brickworks and Tiles Limited,/' register.csv
probity import --dataset demo-register --format probity-csv register.csv certifications.csv audits.csv links.csv \
  >import.log 2>&1 || { cat import.log >&2; exit 1; }
ask "The register comes again, and the brickworks have a new name: that one comes back." \
  match --file vendors.csv --out worksheet.csv
ask "The watch tells of the one verdict that this changed, and of no other." \
  watch vendors --once --cursor_file seen

printf '\n%sAnd who keeps a bad list out?%s\n' "$bold" "$plain"
grep -v '^risk_flag,R-02,' "$root/data/demo/flags.csv" >flags.csv
may_hold=1
ask "The next list of flags lacks the debarment of the brickworks. What would it do, if it were published?" \
  import --dataset demo-flags --format probity-csv --preview flags.csv
load=$(probity --json load list demo-flags | grep -o 'datasets/demo-flags/loads/[0-9a-f]*' | head -n 1)
good=$(probity --json dataset revisions | grep -o '"revision":"[0-9]*"' | grep -o '[0-9]*' | head -n 1)
ask "Publish it? Not alone, where it would lift a hold." load commit "$load"
may_hold=
export PROBITY_TOKEN_FILE=$data/steward.token
ask "A second person, the steward, looks at it and lets it through." \
  load approve "$load" --note 'the publisher says that the case was closed'
ask "What is different now, field by field?" dataset diff demo-flags "$good"
ask "The publisher was wrong. Back, in one step." \
  dataset rollback demo-flags --to "$good" --note 'the publisher withdrew its list'
ask "Nothing is different any more." dataset diff demo-flags "$good"
ask "And every step stays on record." dataset revisions demo-flags
cd "$root"

cat <<TEXT

${bold}Next${plain}
  ./scripts/demo.sh --tls shows who gets in by certificate, and who may what.
  ./scripts/demo.sh --serve leaves this server running. Then, in another terminal:
    alias probity="$build/cli/probity --server $address --token_file $data/loader.token"
    probity help                   what can be asked
    probity info                   what the server holds
    probity dataset revisions      every state of the data that can be asked for
    source <(probity completion bash)
  Begin with your own vendors and lists: docs/ONBOARDING.md, docs/DATA.md.
  Demo register and demo flags are INVENTED, every row; goods, services and
  import bans are selections of published facts (data/README.md).
TEXT
if [ -n "$serve" ]; then
  echo
  echo "Serving on $address until Ctrl-C."
  wait "$server"
fi
