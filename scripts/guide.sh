#!/usr/bin/env bash
# Runs the examples of docs/INTEGRATING.md, as they stand there, against a sandbox. Each language
# needs its client built (./scripts/clients.sh); what is not there is left out, and said.
#
#   ./scripts/guide.sh               all languages that are built
#   ./scripts/guide.sh python js     these, or it fails
#
# probityd and probity are those of $PROBITY_BUILD (default build/release).
set -euo pipefail
cd "$(dirname "$0")/.."

case "${1:-}" in
  -h | --help) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 0 ;;
esac
./scripts/install.sh clients
build=$(realpath -m "${PROBITY_BUILD:-build/release}")
export PROBITYD=${PROBITYD:-$build/services/probityd} PROBITY=${PROBITY:-$build/cli/probity}
export GATEWAY=${GATEWAY:-$PWD/gateway/probity-gateway}
[ -x gateway/probity-gateway ] || ./scripts/gateway.sh --build

cache=${XDG_CACHE_HOME:-$HOME/.cache}/probity/clients-python
GUIDE_PYTHON=$cache/venv-$(sha256sum clients/python/requirements.txt | cut -c1-16)/bin/python
export GUIDE_PYTHON
is_built() {
  case "$1" in
    python) "$GUIDE_PYTHON" -c 'import probity_client' 2>/dev/null ;;
    go) [ -d clients/go/probityv1 ] && [ -f clients/go/service_config.json ] ;;
    java) command -v java >/dev/null && [ -f clients/java/target/classpath ] ;;
    cpp) command -v cmake >/dev/null && [ -d build/clients-cpp/installed ] ;;
    js) command -v node >/dev/null && [ -d clients/typescript/dist ] && [ -d clients/typescript/node_modules ] ;;
    console | csharp) ;;
    *) echo "guide.sh: no examples in $1 (python, go, js, java, cpp, console, csharp)" >&2; exit 2 ;;
  esac
}

languages=() left_out=()
for language in "${@:-python go js java cpp console csharp}"; do
  for one in $language; do
    if is_built "$one"; then languages+=("$one"); else left_out+=("$one"); fi
  done
done
if [ $# -gt 0 ] && [ ${#left_out[@]} -gt 0 ]; then
  echo "guide.sh: not built: ${left_out[*]} (./scripts/clients.sh)" >&2
  exit 3
fi
GUIDE_LANGUAGES=${languages[*]} python3 tests/guide/run_guide.py
[ ${#left_out[@]} -eq 0 ] || printf '\nLEFT OUT of docs/INTEGRATING.md: %s (./scripts/clients.sh builds them)\n' "${left_out[*]}"
