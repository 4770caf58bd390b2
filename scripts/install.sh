#!/usr/bin/env bash
# Installs the Debian packages of the named groups of scripts/packages.txt that
# are not there yet, nor the program that a package is wanted for.
# Usage: scripts/install.sh build [test] [bench] ...
set -euo pipefail
cd "$(dirname "$0")/.."

[ $# -gt 0 ] || { sed -n '2,4s/^# //p' "$0" >&2; exit 2; }
command -v apt-get >/dev/null || {
  echo "install.sh: this is no Debian or Ubuntu; install by hand: scripts/packages.txt" >&2
  exit 3
}

wanted() {  # the packages of one group
  awk -v group="[$1]" '/^#/ || !NF {next} /^\[/ {on = ($0 == group); next} on' scripts/packages.txt
}

missing=()
for group in "$@"; do
  packages=$(wanted "$group")
  [ -n "$packages" ] || { echo "install.sh: no group [$group] in scripts/packages.txt" >&2; exit 2; }
  while read -r package program; do
    [ -z "$program" ] || ! command -v "$program" >/dev/null || continue
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
      missing+=("$package")
  done <<<"$packages"
done
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || {
    echo "install.sh: run as root: apt-get install ${missing[*]}" >&2
    exit 3
  }
  as_root=(sudo)
fi
echo "Installing ${#missing[@]} packages: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
