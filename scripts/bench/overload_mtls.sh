# What identity by certificate, roles, admission, access log and metrics add to a look-up.
# Part of overload.sh, on its store; the identities are those of the soak, too.
# shellcheck shell=bash

overload_targets="$overload_targets probity_secured_server probity_secured_bench"
overload_parts+=(run_mtls)

certificates=$work/tls
# shellcheck source=scripts/certificates.sh
source scripts/certificates.sh

# An authority, the server, who asks, and who brings the lists.
make_identities() {
  mkdir -p "$certificates"
  authority ca
  issue_server
  issue ca office URI:spiffe://bench.example/office clientAuth
  issue ca lists URI:spiffe://bench.example/lists clientAuth
}
# Another certificate of the server, with its key in the place of the pair before, at once.
issued=0
issue_server() {
  issued=$((issued + 1))
  mkdir "$certificates/$issued"
  issue ca server DNS:localhost,IP:127.0.0.1 serverAuth
  mv "$certificates/server.key" "$certificates/server.pem" "$certificates/$issued"
  ln -s $issued "$certificates/current.new"
  mv -T "$certificates/current.new" "$certificates/current"
}
# write_access NAME: who may what; NAME is one more who may look up.
write_access() {
  cat >"$work/access.new" <<TEXT
bindings { principals: "spiffe://bench.example/office" roles: ROLE_SCREENER }
bindings {
  principals: "spiffe://bench.example/lists"
  roles: ROLE_LOADER
  roles: ROLE_STEWARD
  datasets: "datasets/register"
}
bindings { principals: "spiffe://bench.example/$1" roles: ROLE_READER }
TEXT
  mv "$work/access.new" "$work/access"
}
# write_secured SECONDS: settings of a server with all that secures it; it drains so long.
write_secured() {
  cat >"$work/secured.new" <<TEXT
access_file: "$work/access"
metrics_listen: "127.0.0.1:0"
drain_seconds: $1
tls {
  cert_file: "$certificates/current/server.pem"
  key_file: "$certificates/current/server.key"
  client_ca_file: "$certificates/ca.pem"
}
TEXT
  mv "$work/secured.new" "$work/secured"
}
# by_tls NAME: options of a bench that calls as NAME.
by_tls() { echo --ca "$certificates/ca.pem" --cert "$certificates/$1.pem" --key "$certificates/$1.key"; }

run_mtls() {
  make_identities
  write_access visitor
  write_secured 10
  start probity_secured_server "$work/data" --config "$work/secured"
  local plain; plain=$(sed -n 's/^plain look-ups on //p' "$work/server.log")
  # shellcheck disable=SC2046
  measure on_cpu 1 $build/benchmarks/probity_secured_bench --secured "$address" --plain "$plain" \
    --pid "$server" --suppliers "$suppliers" $(by_tls office)
  stop_server
}
