# The bench of the Python client: what it costs its caller, and a vendor master by stream. Part of
# bench.sh; the identities are those of overload_mtls.sh.
# shellcheck shell=bash

clients_targets="probityd probity probity_generate"

# serve_secured: the register over TLS, for callers with certificates, as in production; "office" may
# screen and keep vendor numbers. Its quota bounds nothing.
serve_secured() {
  make_identities
  write_access visitor
  write_secured 10
  cat "$settings" >>"$work/secured"
  settings=$work/secured
  start probityd "$work/data"
}
make_python_client() {
  local cache=
  source scripts/venv.sh
  cd clients/python
  make_venv clients-python
  "$venv/bin/python" generate.py
  cd ../..
}

run_clients() {
  local vendors=$((suppliers < 100000 ? suppliers : 100000))
  make_python_client
  fill_screened "$suppliers" "$vendors"
  settle
  stop_server
  serve_secured
  settle
  local python=(env PYTHONPATH=clients/python/src "$venv/bin/python") at
  # shellcheck disable=SC2046
  at=(--server "$address" --register "$work/0" $(by_tls office))
  measure on_cpu 1 "${python[@]}" clients/python/benchmarks/overhead_bench.py "${at[@]}"
  settle
  # Server and caller share all cores.
  measure "${python[@]}" clients/python/benchmarks/vendors_bench.py "${at[@]}" --pid "$server" \
    --vendors "$vendors"
  stop_server
}
