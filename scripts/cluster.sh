#!/usr/bin/env bash
# Installs the chart on a real Kubernetes of one node, which it starts and removes again: etcd, API server and all
# the rest, containerd and runc, in namespaces of their own, so that nothing else on the machine changes.
#
#   ./scripts/cluster.sh               everything; needs root, and control groups
#   ./scripts/cluster.sh --api         the chart before an API server without a node; needs neither
#   ./scripts/cluster.sh --cached      the same, where Kubernetes and the images are built already
#   ./scripts/cluster.sh --build       build the programs of Kubernetes and cert-manager alone, and print the first's path
#   ./scripts/cluster.sh FILE[.CLASS[.TEST]]...   some tests of tests/cluster, as operations_test.RollbackTest
#
# Both are built from the Go module proxy once for each version, which takes ten to twenty minutes, into the user's cache.
# The images are those in $PROBITY_IMAGES (default build/image); where there are none, image.sh makes them.
# Exit status: 0 it is well; 1 a fault is named; 2 wrong arguments; 3 it cannot run here, for the reason that it tells.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD

mode=cluster cached= tests=()
for argument in "$@"; do
  case "$argument" in
    --api) mode=api ;;
    --cached) cached=1 ;;
    --build) mode=build ;;
    -h | --help) sed -n '2,13s/^# \{0,1\}//p' "$0"; exit 0 ;;
    [a-z]*_test*) tests+=("$argument") ;;
    *) echo "cluster.sh: unknown argument $argument (see --help)" >&2; exit 2 ;;
  esac
done

cannot() {
  echo "cluster.sh: CANNOT RUN HERE: $1" >&2
  exit 3
}

go=$root/scripts/go.sh
modules=tests/cluster
version_of() { sed -n "s|^\t*\(require \)\{0,1\}$2 v||p" "$modules/$1/go.mod"; }
cached_at() {  # NAME VERSION MODULE: another program where the module changes
  local sources
  sources=$(find "$modules/$3" -type f -print0 | LC_ALL=C sort -z | xargs -0 cat | sha256sum | cut -c1-8)
  echo "${XDG_CACHE_HOME:-$HOME/.cache}/probity/$1-$2-$sources"
}
version=$(version_of kube k8s.io/kubernetes)
cache=$(cached_at cluster "$version" kube)
issuers_version=$(version_of cert-manager github.com/cert-manager/cert-manager)
issuers=$(cached_at cert-manager "$issuers_version" cert-manager)

build() {  # TITLE DIRECTORY MODULE COMMAND: by what the command makes of the module in $scratch
  [ ! -d "$2" ] || return 0
  echo "cluster.sh: building $1; the first time takes some minutes" >&2
  mkdir -p "$(dirname "$2")"
  scratch=$(mktemp -d "$2-XXXXXX")
  (cd "$modules/$3" && "$4") >"$scratch/build.log" 2>&1 || {
    tail -n 5 "$scratch/build.log" >&2
    rm -rf "$scratch"
    cannot "$1 could not be built"
  }
  mv "$scratch" "$2"
}

# As Kubernetes' own releases are stamped: helm and the chart ask the API server for its version.
kube() {
  local stamp=k8s.io/component-base/version minor=${version#*.}
  CGO_ENABLED=0 "$go" build -trimpath -o "$scratch/" -ldflags "-s -w -X $stamp.gitVersion=v$version \
    -X $stamp.gitMajor=${version%%.*} -X $stamp.gitMinor=${minor%%.*}" . ./pause
}

cert_manager() {
  CGO_ENABLED=0 "$go" build -trimpath -ldflags '-s -w' -o "$scratch/" .
  mkdir "$scratch/crds"
  cp "$("$go" list -m -f '{{.Dir}}' github.com/cert-manager/cert-manager)"/deploy/crds/*.yaml "$scratch/crds"
}

PROBITY_IMAGES=$(realpath -m "${PROBITY_IMAGES:-build/image}")
if [ -n "$cached" ]; then
  needed=("$cache")
  [ $mode = api ] || needed+=("$issuers" "$PROBITY_IMAGES/probity.oci.tar")
  for path in "${needed[@]}"; do
    [ -e "$path" ] || cannot "$path is not there yet (./scripts/cluster.sh without --cached builds it)"
  done
fi
command -v go >/dev/null || ./scripts/install.sh helm
build "Kubernetes $version" "$cache" kube kube
[ $mode = api ] || build "cert-manager $issuers_version" "$issuers" cert-manager cert_manager
if [ $mode = build ]; then
  echo "$cache/kube"
  exit 0
fi
group=cluster
[ $mode != api ] || group=api-server
./scripts/install.sh helm $group
if [ $mode != api ] && [ ! -f "$PROBITY_IMAGES/probity.oci.tar" ] && [ "$(id -u)" -eq 0 ]; then
  PROBITY_IMAGES=$PWD/build/image
  ./scripts/image.sh --build
fi
PROBITY_HELM=$(./scripts/helm.sh --tools)/helm
PROBITY_CRDS=$(./scripts/helm.sh --crds)
export PROBITY_KUBE=$cache/kube PROBITY_CERT_MANAGER=$issuers PROBITY_HELM PROBITY_CRDS PROBITY_IMAGES
export PYTHONDONTWRITEBYTECODE=1
cd tests/cluster
if [ $mode = api ]; then
  [ ${#tests[@]} -gt 0 ] || tests=(api_test.py)
  exec python3 -m unittest -v "${tests[@]}"
fi
program=(unittest -v "${tests[@]}")
if [ ${#tests[@]} -eq 0 ]; then
  # What measures runs alone.
  program=(lanes
    install_test.py operations_test.py shared_claim_test.py
    then restore_test.py load_test.py beside faults_test.py beside cert_manager_test.py beside api_test.py
    then ready_test.py)
fi

# What needs no node is run all the same.
cannot_have_a_node() {
  [ ${#tests[@]} -gt 0 ] || python3 -m unittest -v api_test.py
  cannot "$1; what needs no node is done (--api)"
}
[ "$(id -u)" -eq 0 ] || cannot_have_a_node "a node needs root"
isolated=(unshare --net --pid --mount --fork --kill-child --mount-proc)
"${isolated[@]}" true 2>/dev/null || cannot_have_a_node "the kernel gives no namespaces of network, processes and mounts"

directory=$(mktemp -d "${TMPDIR:-/tmp}/probity-cluster-XXXXXX")
name=$(basename "$directory")
# One tree of control groups, or one for each controller.
groups=(/sys/fs/cgroup)
[ -e /sys/fs/cgroup/cgroup.controllers ] || groups=(/sys/fs/cgroup/{blkio,cpu,cpuacct,cpuset,devices,freezer,hugetlb,memory,pids,systemd,unified})
machine=
remove() {
  # With its first process all end, and their mounts and addresses are gone; the kernel may need a moment for it.
  if [ -n "$machine" ]; then
    kill -KILL "$machine" 2>/dev/null || true
    wait "$machine" 2>/dev/null || true
  fi
  local group
  for group in "${groups[@]}"; do
    for _ in {1..40}; do
      [ -d "$group/$name" ] || break
      find "$group/$name" -depth -type d -exec rmdir {} + 2>/dev/null || sleep 0.25
    done
    [ ! -d "$group/$name" ] || echo "cluster.sh: $group/$name could not be removed" >&2
  done
  rm -rf --one-file-system "$directory"
}
trap remove EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

for group in "${groups[@]}"; do
  [ -d "$group" ] || continue
  mkdir "$group/$name" 2>/dev/null || cannot_have_a_node "there is no writing to $group (control groups)"
  for file in cpuset.cpus cpuset.mems; do
    [ ! -e "$group/$file" ] || cat "$group/$file" >"$group/$name/$file"
  done
done
[ -d "/sys/fs/cgroup/memory/$name" ] || [ -e "/sys/fs/cgroup/$name/memory.max" ] ||
  cannot_have_a_node "no control group bounds memory"

export PROBITY_CLUSTER=$directory PROBITY_PAUSE=$cache/pause
"${isolated[@]}" python3 -m "${program[@]}" &
machine=$!
code=0
wait "$machine" || code=$?
machine=
if [ $code -ne 0 ]; then
  mkdir -p "$root/build/cluster"
  cp "$directory"/*.log "$root/build/cluster"
  echo "cluster.sh: what the parts of the cluster logged is in build/cluster" >&2
fi
remove
[ ! -e "$directory" ] && ! ls -d /sys/fs/cgroup/*/"$name" >/dev/null 2>&1 || {
  echo "cluster.sh: something of $directory is left" >&2
  exit 1
}
exit $code
