# The bench of the gateway: what a call by REST costs the machines of the operator. Part of bench.sh;
# the server is that of clients.sh.
# shellcheck shell=bash

gateway_targets="probityd probity probity_generate"

gateway= gateway_address=
stop_gateway() { stop "$gateway"; gateway=; }
clean_up+=(stop_gateway)
# TLS on both sides, as in production. All callers act as the gateway, so that the server's part of a
# call is the same by both ways.
start_gateway() {
  local own=("$certificates/current/server.pem" "$certificates/current/server.key")
  : >"$work/gateway.out"
  on_cpu 1 gateway/probity-gateway --listen 127.0.0.1:0 --cert "${own[0]}" --key "${own[1]}" \
    --client_ca "$certificates/ca.pem" --callers gateway --require_client_certificate \
    --server "$address" --server_ca "$certificates/ca.pem" --server_cert "$certificates/office.pem" \
    --server_key "$certificates/office.key" >"$work/gateway.out" 2>"$work/gateway.log" &
  gateway=$!
  for _ in $(seq 1000); do
    gateway_address=$(sed -n 's/^probity-gateway listens on //p' "$work/gateway.out")
    [ -z "$gateway_address" ] || return 0
    kill -0 "$gateway" 2>/dev/null || { cat "$work/gateway.log" >&2; fail "the gateway did not start"; }
    sleep 0.01
  done
  fail "the gateway did not start within ten seconds"
}

run_gateway() {
  ./scripts/gateway.sh --build
  (cd gateway && ../scripts/go.sh build -o "$work/gateway_bench" ./bench)
  fill_screened "$suppliers" "$((suppliers < screened ? suppliers : screened))"
  settle
  stop_server
  serve_secured
  [ "$(nproc)" = 1 ] || taskset -a -cp 0 "$server" >/dev/null
  settle
  start_gateway
  # shellcheck disable=SC2046
  measure on_cpu 1 "$work/gateway_bench" --rest "$gateway_address" --gateway_pid "$gateway" \
    --server "$address" --pid "$server" --register "$work/0" $(by_tls office)
  stop_gateway
  stop_server
}
