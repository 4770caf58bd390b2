# The demonstration by TLS: an authority for certificates that lives as long as it, callers
# with roles, and one who has none. Part of demo.sh.
# shellcheck shell=bash

certificates=$data/tls
mkdir -p "$certificates/crl"
# shellcheck source=scripts/certificates.sh
source "$root/scripts/certificates.sh"

# List of what the authority took back, which the server looks at.
list_revoked() {  # certificates to add
  (
    cd "$certificates"
    touch index.txt
    [ -s crlnumber ] || echo 01 >crlnumber
    printf '[ca]\ndefault_ca=c\n[c]\ndatabase=index.txt\ncrlnumber=crlnumber\ndefault_md=sha256\ndefault_crl_days=2\n' >ca.cnf
    for certificate in "$@"; do
      openssl ca -config ca.cnf -keyfile ca.key -cert ca.pem -revoke "$certificate.pem" || exit
    done
    openssl ca -config ca.cnf -keyfile ca.key -cert ca.pem -gencrl -out crl.new &&
      mv crl.new crl/ca.pem
  ) >"$data/openssl.log" 2>&1 || { cat "$data/openssl.log" >&2; exit 1; }
}

authority ca
authority stranger-ca
issue ca server DNS:localhost serverAuth
for caller in erp lists steward; do
  issue ca $caller "URI:spiffe://ministry.example/$caller" clientAuth
done
issue stranger-ca stranger URI:spiffe://ministry.example/steward clientAuth
list_revoked

cat >"$data/access" <<TEXT
bindings {
  principals: "spiffe://ministry.example/erp"
  roles: ROLE_SCREENER
  authority: "authorities/ministry"
}
bindings {
  principals: "spiffe://ministry.example/lists"
  roles: ROLE_LOADER
  authority: "authorities/ministry"
  datasets: "datasets/demo-flags"
}
bindings {
  principals: "spiffe://ministry.example/steward"
  roles: ROLE_STEWARD
  roles: ROLE_POLICY_EDITOR
  authority: "authorities/ministry"
  datasets: "*"
}
TEXT
cat >"$data/probityd.textproto" <<TEXT
access_file: "$data/access"
tls {
  cert_file: "$certificates/server.pem"
  key_file: "$certificates/server.key"
  client_ca_file: "$certificates/ca.pem"
  crl_dir: "$certificates/crl"
  reload_every { seconds: 1 }
}
TEXT
start --config "$data/probityd.textproto"

probity() {
  "$root/$build/cli/probity" --server "localhost:${address##*:}" --ca "$certificates/ca.pem" \
    --cert "$certificates/$who.pem" --key "$certificates/$who.key" "$@"
}
as() { who=$1 prompt="$1\$"; shift; ask "$@"; }
refused() {  # the same, and that the server says no
  may_hold=1
  as "$@"
  may_hold=
  [ "$code" = 3 ] || { echo "demo.sh: that should have been refused" >&2; exit 1; }
}

printf '%sProbity by TLS: who gets in, and who may what?%s\n\n' "$bold" "$plain"
echo "A server runs on localhost:${address##*:}. It takes certificates of one throwaway authority, and"
echo "an access file says what each caller may. Its steward loads:"
who=steward
load demo-register "Audited suppliers" "--absence retracted --invented" "--format probity-csv" -- \
  data/demo/register.csv data/demo/certifications.csv data/demo/audits.csv data/demo/links.csv
load demo-flags "Labour-risk facts" "--absence retracted --invented" "--format probity-csv" -- data/demo/flags.csv
probity policy activate demo >/dev/null

packers=XI-LEI:9999INVENTED00000295
as erp "The purchasing system asks for a verdict. That is what it is there for." \
  screen $packers --buyer DE --purpose award --item HS:0306@TH --no_other_parties
refused erp "It does not change what is on record: its role is screener." \
  import --dataset demo-flags --format probity-csv data/demo/flags.csv
refused lists "Who brings the lists asks for no verdicts." \
  screen $packers --buyer DE --purpose award --item HS:0306@TH --no_other_parties
refused lists "He sends his list; to publish it is not his. It waits." \
  import --dataset demo-flags --format probity-csv data/demo/flags.csv
sent=$(probity --json load list demo-flags | grep -o 'datasets/demo-flags/loads/[0-9a-f]*' | head -n 1)
as steward "The steward publishes it." load commit "$sent"
refused lists "Of the lists, his own alone." \
  import --dataset demo-register --format probity-csv data/demo/register.csv
refused stranger "A stranger calls himself steward, by an authority of his own. He does not get in." info
list_revoked erp
who=erp
for _ in $(seq 30); do  # the server looks at the list every second
  probity info >/dev/null 2>&1 || break
  sleep 1
done
refused erp "The certificate of the purchasing system is taken back: it does not get in any more." info

printf '\n%sAnd what is on record of it? A line for each call; whom it was about, as a keyed hash.%s\n' "$bold" "$plain"
who=steward
echo '$ tail access/access-*.jsonl'
tail -q -n 5 "$data"/store/access/access-*.jsonl | cut -c 1-400

cat <<TEXT

${bold}Next${plain}
  docs/SECURITY.md has the same with an authority that lasts, and tokens of OpenID Connect.
  Authority, certificates and data of this demonstration go with it. Its registers are INVENTED.
TEXT
