#!/usr/bin/env bash
# Reads from programs that they have the protections of cmake/Hardening.cmake.
#
#   ./scripts/check_hardening.sh                  probityd and probity of build/release
#   ./scripts/check_hardening.sh PROGRAM...       others
#
# Exit status: 0 they have them; 1 each that is missing is named; 2 wrong arguments.
set -euo pipefail

[ $# -eq 0 ] || case $1 in
  -h | --help) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 0 ;;
  -*) echo "check_hardening.sh: unknown argument $1 (see --help)" >&2; exit 2 ;;
esac
if [ $# -eq 0 ]; then
  cd "$(dirname "$0")/.."
  set -- build/release/services/probityd build/release/cli/probity
fi
command -v readelf >/dev/null || { echo "check_hardening.sh: readelf is missing: apt-get install binutils" >&2; exit 2; }

faults=0
lacks() { echo "$program lacks $1" >&2; faults=$((faults + 1)); }

check() {
  local header segments dynamic symbols
  header=$(LC_ALL=C readelf -hW "$program")
  segments=$(LC_ALL=C readelf -lW "$program")
  dynamic=$(LC_ALL=C readelf -dW "$program")
  symbols=$(LC_ALL=C readelf --dyn-syms -W "$program")
  grep -q 'Type: *DYN' <<<"$header" && grep -q INTERP <<<"$segments" ||
    lacks "addresses that nobody knows (-pie)"
  grep -q GNU_RELRO <<<"$segments" || lacks "tables that are read-only once linked (-z relro)"
  grep -Eq 'BIND_NOW|FLAGS_1.*\bNOW\b' <<<"$dynamic" ||
    lacks "the linking of all functions at its start (-z now)"
  grep -E 'GNU_STACK' <<<"$segments" | grep -q 'RW ' || lacks "a stack that is no code (-z noexecstack)"
  ! grep -E '^ *LOAD' <<<"$segments" | grep -q 'RWE' || lacks "memory that is either written or run"
  ! grep -Eq 'RPATH|RUNPATH' <<<"$dynamic" || lacks "libraries of the system alone: it has an RPATH"
  grep -q '__stack_chk_fail' <<<"$symbols" || lacks "guards on the stack (-fstack-protector-strong)"
  grep -Eq '__[a-z]+_chk@' <<<"$symbols" || lacks "checked library calls (_FORTIFY_SOURCE)"
  if grep -q 'Machine:.*X86-64' <<<"$header"; then
    # Its own functions begin with endbr64; those of start files, a handful, always may.
    local landings
    landings=$(LC_ALL=C grep -aoP '\xf3\x0f\x1e\xfa' "$program" | wc -l)
    [ "$landings" -ge 16 ] || lacks "marks where jumps may land (-fcf-protection)"
  fi
}

for program in "$@"; do
  [ -f "$program" ] || { echo "check_hardening.sh: no such program: $program" >&2; exit 2; }
  check
done
[ $faults -eq 0 ] || exit 1
echo "hardening: $# programs have all protections"
