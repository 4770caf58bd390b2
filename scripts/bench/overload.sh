# A server that is asked for more than it can answer, and one that is asked as ever for ten
# minutes while all else happens to it. Part of bench.sh. What others measure beside stands
# in files overload_*.sh beside this one: each adds a function to overload_parts.
# shellcheck shell=bash

overload_targets="probityd probity probity_generate probity_overload_bench probity_soak_bench"
overload_parts=()
for part in scripts/bench/overload_*.sh; do
  # shellcheck disable=SC1090
  [ ! -e "$part" ] || source "$part"
done

# serve_on_cpu_0 [OPTION]...: the server of the register, on the first CPU alone.
serve_on_cpu_0() {
  start probityd "$work/data" "$@"
  [ "$(nproc)" = 1 ] || taskset -a -cp 0 "$server" >/dev/null
}
await_names() {
  local name; name=$(tail -n 1 "$work/0/suppliers.csv" | cut -d '"' -f 2)
  for _ in $(seq 300); do
    ! probity search "$name" >/dev/null 2>&1 || return 0
    sleep 1
  done
  fail "names cannot be searched after five minutes"
}

# write_tokens COUNT: a token file of that many clients.
write_tokens() {
  local i
  for ((i = 0; i < $1; ++i)); do printf 'token-of-client-%04d client-%04d\n' $i $i; done >"$work/tokens"
}

of() { sed -n "s/.*\"$1\": \([-0-9.]*\).*/\1/p" "$work/measured"; }

run_pressure() {
  write_tokens 200
  local -x PROBITY_TOKEN=token-of-client-0000
  serve_on_cpu_0 --token_file "$work/tokens"
  await_names
  local status=3 left
  # What else the machine does may make the generator late.
  for left in 2 1 0; do
    status=0
    (on_cpu 1 $build/benchmarks/probity_overload_bench --server "$address" --pid "$server" \
      --suppliers "$suppliers" --clients 200 --token_file "$work/tokens") >"$work/measured" || status=$?
    sed '$d' "$work/measured"
    [ "$status" -eq 3 ] || break
    echo "void: the generator began calls more than a millisecond late"
    [ "$left" -eq 0 ] || sleep 10
  done
  [ "$status" -ne 3 ] || fail "void three times: the machine is not quiet"
  [ "$status" -eq 0 ] || fail "the measurement failed"
  report goodput_ratio "$(of goodput_ratio)" ">= 0.9" "searches answered, of those it can answer"
  report admitted_lookup_p99_ratio "$(of admitted_lookup_p99_ratio)" "<= 3" "against an idle server"
  report shed_p99_ms "$(of shed_p99_ms)" "<= 5" "until a call that is too much is told so"
  report recovery_seconds "$(of recovery_seconds)" "<= 5"
  report generator_lag_ms "$(of generator_lag_ms)" "<= 1" "p99; void above"
  report failed_lookups "$(of failed_lookups)" 0
  report overload_anon_growth "$(of overload_anon_growth)" "<= 0.1" "most of its own memory in the overload, against before"
  figures="${figures:+$figures, }$(tail -n 1 "$work/measured" | tr -d '{}')"
  stop_server
}

# make_group MIB: a control group of that size, of version 2 or 1. Fails where that is not
# permitted.
group=
make_group() {
  local root=/sys/fs/cgroup file=memory.max
  if [ -d $root/memory ]; then root=$root/memory file=memory.limit_in_bytes; fi
  mkdir "$root/probity-bench-$$" 2>/dev/null || return 1
  group=$root/probity-bench-$$
  # Without swap, which would only slow it down.
  echo 0 2>/dev/null >"$group/memory.swap.max" || true
  { echo $(($1 << 20)) >"$group/$file"; } 2>/dev/null
}
remove_group() { [ -z "$group" ] || rmdir "$group" 2>/dev/null || true; }
clean_up+=(remove_group)
# shellcheck disable=SC2016
in_group() { exec sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$group" "$@"; }

# A million suppliers in half a gibibyte: started, asked, loaded again, and never killed.
run_limit() {
  local mib=512 killed=0 peak=0
  if ! make_group $mib; then
    echo "SKIPPED: no control group can be made here; killed_at_512_mib is not measured"
    return 0
  fi
  : >"$work/server.log"
  in_group $build/services/probityd --data_dir "$work/data" --listen 127.0.0.1:0 \
    >"$work/server.log" 2>&1 &
  server=$! address=
  for _ in $(seq 600); do
    address=$(sed -n 's/^probityd listens on //p' "$work/server.log")
    [ -z "$address" ] || break
    kill -0 "$server" 2>/dev/null || { cat "$work/server.log" >&2; fail "probityd did not start within $mib MiB"; }
    sleep 0.1
  done
  grep -o 'memory limit[^"]*' "$work/server.log" || true
  await_names
  local soak=(on_cpu 1 $build/benchmarks/probity_soak_bench --server "$address" --suppliers "$suppliers" --seconds 30)
  ("${soak[@]}") || killed=1
  (import 1) || killed=1
  ("${soak[@]}") || killed=1
  kill -0 "$server" 2>/dev/null || killed=1
  [ $killed -ne 0 ] || peak=$(memory VmHWM)
  report killed_at_512_mib "$killed" 0 "at most $peak MiB resident, $suppliers suppliers, loaded again meanwhile"
  figure killed_at_512_mib "$killed"
  stop_server
}

run_overload() {
  fill "$suppliers"
  generate 1 "$suppliers"
  settle
  stop_server
  run_pressure
  local part
  for part in "${overload_parts[@]}"; do $part; done
  run_limit
}

# Until killed: another edition of the register every half minute.
keep_loading() {
  local edition=1
  export PROBITY_CERT=$certificates/lists.pem PROBITY_KEY=$certificates/lists.key
  while true; do
    probity --json import --dataset register --format probity-csv "$work/$edition/suppliers.csv" \
      "$work/$edition/certifications.csv" >/dev/null 2>>"$work/loads.log" || echo "a load failed" >>"$work/failed"
    edition=$((1 - edition))
    sleep 30
  done
}
# Until killed: clients that go in the middle of what they ask.
keep_killing() {
  while true; do
    # shellcheck disable=SC2046
    timeout -s KILL 5 $build/benchmarks/probity_soak_bench --server "$address" \
      --suppliers "$suppliers" $(by_tls office) >/dev/null 2>&1 || true
  done
}
# What a new connection is shown, and what the server should show it.
served_serial() {
  timeout 5 openssl s_client -connect "$address" -alpn h2 -CAfile "$certificates/ca.pem" \
    -cert "$certificates/office.pem" -key "$certificates/office.key" </dev/null 2>/dev/null |
    openssl x509 -noout -serial 2>/dev/null
}
issued_serial() { openssl x509 -noout -serial -in "$certificates/current/server.pem"; }
# Until killed: another certificate of the server, access file and settings, and SIGHUP. What
# the server does not take is noted.
keep_exchanging() {
  local turn=0 tries
  while true; do
    turn=$((turn + 1))
    issue_server
    write_access "visitor-$turn"
    write_secured $((10 + turn % 2))
    kill -HUP "$server" 2>/dev/null || return 0
    for tries in 1 2 3 4 5 6 7 8; do
      sleep 1
      [ "$(served_serial)" != "$(issued_serial)" ] || break
      [ $tries -ne 8 ] || echo "certificate $turn was not in use after $tries seconds" >>"$work/failed"
    done
    echo $turn >"$work/exchanged"
    sleep 10
  done
}
# What the server's log says of reloads that it could not take whole.
refused_reloads() {
  grep -E 'could not be read again|are not sound|hold from the next start' "$work/server.log" || true
}

most_common() { sort "$1" | uniq -c | sort -rn | sed 6,\$d; }

# The most that the server has its own in this many seconds, in MiB: two loads fall into a
# minute.
most_anonymous() {
  local most=0 now until=$((SECONDS + $1))
  while [ $SECONDS -lt $until ]; do
    now=$(memory RssAnon)
    [ "$now" -le $most ] || most=$now
    sleep 1
  done
  echo $most
}

beside=()  # what goes on beside the soak
end_beside() {
  local pid
  for pid in "${beside[@]}"; do kill "$pid" 2>/dev/null || true; done
  beside=()
}
clean_up+=(end_beside)

run_soak() {
  local minutes=10 early late
  fill "$suppliers"
  generate 1 "$suppliers"
  settle
  stop_server
  make_identities
  write_access visitor-0
  write_secured 10
  settings=$work/secured
  start probityd "$work/data"
  local -x PROBITY_CA=$certificates/ca.pem
  local -x PROBITY_CERT=$certificates/office.pem PROBITY_KEY=$certificates/office.key
  await_names
  : >"$work/failed"
  echo 0 >"$work/exchanged"
  keep_loading & beside+=($!)
  keep_killing & beside+=($!)
  keep_exchanging & beside+=($!)
  # shellcheck disable=SC2046
  $build/benchmarks/probity_soak_bench --server "$address" --suppliers "$suppliers" \
    --seconds $((60 * minutes)) $(by_tls office) >"$work/soaked" &
  local asking=$!
  beside+=($asking)
  sleep 180
  early=$(most_anonymous 60)
  sleep $((60 * (minutes - 5)))
  late=$(most_anonymous 50)
  wait $asking || fail "the soak failed: $(cat "$work/soaked")"
  end_beside
  sed '$d' "$work/soaked"
  refused_reloads >>"$work/failed"
  local exchanged errors; exchanged=$(cat "$work/exchanged")
  [ "$exchanged" -ge 10 ] || fail "certificates were exchanged only $exchanged times"
  errors=$(sed -n 's/.*"unexpected_errors": \([0-9]*\).*/\1/p' "$work/soaked")
  errors=$((errors + $(wc -l <"$work/failed")))
  most_common "$work/failed"
  [ ! -s "$work/loads.log" ] || most_common "$work/loads.log"
  report unexpected_errors "$errors" 0 "of calls, streams, loads and reloads; certificate, access file and settings exchanged $exchanged times"
  figure unexpected_errors "$errors"
  report anon_memory_growth_ratio "$(calc %.4f "$late / $early - 1")" "<= 0.02" "at most $early MiB its own in minute 4, $late in minute $minutes"
  figure anon_memory_growth_ratio "$(calc %.4f "$late / $early - 1")"
  stop_server
}
