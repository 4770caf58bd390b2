# The benches of the name index: names, names --against, index. Part of bench.sh.
# shellcheck shell=bash

names_bench=$build/benchmarks/names/probity_names_bench

# segment SIZE OPTIONS...: a file of that many names, kept in $work.
segment() {
  [ -e "$work/$1.segment" ] || $names_bench build --names "$1" --file "$work/$1.segment"
}
# speed SIZE SUFFIX P50 P99 OPTIONS...
speed() {
  segment "$1"
  measure on_cpu 1 $names_bench speed --names "$1" --file "$work/$1.segment" --suffix "$2" \
    --aim_p50 "$3" --aim_p99 "$4" "${@:5}"
}
run_names() {
  measure on_cpu 1 $names_bench pairs
  speed 10000 10k 0.1 0.6
  speed 10000 10k_han 0.3 0 --language zh
  speed 1000000 1m 0.4 2.5
  speed 4000000 4m 1 6 --aim_bytes 220
  segment 100000
  measure on_cpu 1 $names_bench recall --names 100000 --file "$work/100000.segment" --queries 1400
  [ -z "$long" ] ||
    measure on_cpu 1 $names_bench recall --names 4000000 --file "$work/4000000.segment" --queries 50 --suffix _4m
}

run_index() { measure $build/benchmarks/names/probity_index_bench --dir "$work"; }

# PostgreSQL refuses to run as root.
unprivileged() {
  if [ "$(id -u)" -ne 0 ]; then exec "$@"; fi
  exec setpriv --reuid=nobody --regid=nogroup --clear-groups "$@"
}
postgres= cluster=
stop_postgres() {
  [ -z "$postgres" ] || { kill -INT "$postgres" 2>/dev/null || true; wait "$postgres" 2>/dev/null || true; }
  [ -z "$cluster" ] || rm -rf "$cluster"
}
clean_up+=(stop_postgres)
# A cluster of its own behind a private socket, without TCP. Sets cluster and postgres.
start_postgres() {
  local programs; programs=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
  cluster=$(mktemp -d)
  [ "$(id -u)" -ne 0 ] || chown nobody:nogroup "$cluster"
  (cd / && unprivileged "$programs/initdb" -D "$cluster/data" -U bench --auth=trust --encoding=UTF8 \
    --locale=C.UTF-8 --no-sync) >"$work/initdb.log" 2>&1 || { cat "$work/initdb.log" >&2; fail "initdb failed"; }
  (cd / && unprivileged "$programs/postgres" -D "$cluster/data" -k "$cluster" -c listen_addresses= \
    -c shared_buffers=1GB -c work_mem=256MB -c maintenance_work_mem=1GB -c jit=off \
    -c max_parallel_workers_per_gather=0 -c fsync=off -c autovacuum=off) >"$work/postgres.log" 2>&1 &
  postgres=$!
  for _ in $(seq 600); do
    [ ! -S "$cluster/.s.PGSQL.5432" ] || return 0
    kill -0 "$postgres" 2>/dev/null || break
    sleep 0.1
  done
  cat "$work/postgres.log" >&2
  fail "PostgreSQL did not start"
}
run_against() {
  local venv=build/against-venv
  [ -x $venv/bin/python ] || python3 -m venv $venv
  $venv/bin/python -m pip install --quiet --disable-pip-version-check -r scripts/bench/against-requirements.txt
  start_postgres
  segment "$names"
  measure on_cpu 1 $venv/bin/python scripts/bench/against.py --socket "$cluster" --names "$names" \
    --questions $((${long:+3 * }42)) --bench $names_bench --segment "$work/$names.segment"
}
