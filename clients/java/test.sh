#!/usr/bin/env bash
# Builds the jars of the Java client and runs its tests, against a fake and a real server. Needs
# the packages of the groups build and clients, and probityd and probity in $PROBITY_BUILD
# (default build/release). What Maven fetches goes into the user's cache, what it makes into
# target/. Usage: clients/java/test.sh [TEST...], for example RetryTest.
set -euo pipefail
cd "$(dirname "$0")"

for program in javac mvn grpc_java_plugin; do
  command -v "$program" >/dev/null || { echo "test.sh: no $program on this machine" >&2; exit 3; }
done
PROBITY_BUILD=$(realpath -m "${PROBITY_BUILD:-../../build/release}")
export PROBITY_BUILD

cache=${XDG_CACHE_HOME:-$HOME/.cache}/probity/clients-java
mkdir -p "$cache"
maven=(mvn --batch-mode --no-transfer-progress --strict-checksums -Dstyle.color=never -Dmaven.repo.local="$cache/repository")
if [ $# -gt 0 ]; then
  exec "${maven[@]}" --quiet test -Dtest="$(IFS=,; echo "$*")"
fi
"${maven[@]}" --quiet clean package 2>&1 | tee "$cache/maven.log" || {
  if grep -qE 'Could not transfer artifact|could not be resolved' "$cache/maven.log"; then
    echo "test.sh: what pom.xml names could not be fetched" >&2
    exit 3
  fi
  exit 1
}
has() {  # kind of jar, entry
  jar --list --file "$(echo target/probity-client-[0-9]*[0-9]"$1".jar)" >"$cache/entries"
  grep -qx "$2" "$cache/entries" || { echo "test.sh: the jar$1 has no $2" >&2; return 1; }
}
has "" META-INF/LICENSE
has "" dev/probity/client/service_config.json
! has "" dev/probity/client/testing/FakeProbity.class 2>/dev/null || { echo "test.sh: the jar has the fake" >&2; exit 1; }
has -testing META-INF/LICENSE
has -testing dev/probity/client/testing/FakeProbity.class
has -testing dev/probity/client/testing/error_codes.json
has -javadoc dev/probity/client/ProbityClient.html
has -sources META-INF/LICENSE
has -sources dev/probity/v1/Receipt.java
