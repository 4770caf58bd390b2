#!/usr/bin/env bash
# Makes the container images of Probity and of its gateway without a registry, and tests them:
# build/image/probity.oci.tar and probity-gateway.oci.tar, with a list of parts beside each.
# deploy/image/ has the Containerfiles, also for those who have a registry.
#
#   ./scripts/image.sh                  make and test
#   ./scripts/image.sh --build          make alone
#   ./scripts/image.sh --files FILE     the files of Probity's image alone, as a tar file
#   ./scripts/image.sh --gateway-files FILE
#
# PROBITY_BUILD names a release build to pack; without, build/release is built. Needs root. The same
# programs give the same digests.
set -euo pipefail
cd "$(dirname "$0")/.."

mode=test out=
case "${1:-}" in
  '') ;;
  --build) mode=build ;;
  --files | --gateway-files)
    mode=${1#--} out=${2:-}
    [ -n "$out" ] || { echo "image.sh: $1 needs a FILE" >&2; exit 2; }
    out=$(realpath -m "$out")
    ;;
  -h | --help) sed -n '2,13s/^# \{0,1\}//p' "$0"; exit 0 ;;
  *) echo "image.sh: unknown argument $1 (see --help)" >&2; exit 2 ;;
esac

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
if [ -d .git ]; then
  SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
  revision=$(git rev-parse HEAD)
fi
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-0}

files() {  # FILE: programs, tables and what they load
  local build=${PROBITY_BUILD:-}
  if [ -z "$build" ]; then
    build=build/release
    ./scripts/install.sh build
    [ -f $build/build.ninja ] || cmake --preset release -DPROBITY_BUILD_BENCHMARKS=OFF >/dev/null
    cmake --build $build --target probityd probity
  fi
  DESTDIR=$scratch/probity cmake --install "$build" --prefix /usr --strip >/dev/null
  ./scripts/rootfs.py --out "$1" "$scratch/probity"
}

gateway_files() {
  [ -n "${PROBITY_GATEWAY:-}" ] || ./scripts/gateway.sh --build
  install -D -m 755 "${PROBITY_GATEWAY:-gateway/probity-gateway}" "$scratch/gateway/usr/bin/probity-gateway"
  ./scripts/rootfs.py --out "$1" "$scratch/gateway"
}

case $mode in
  files) files "$out"; exit ;;
  gateway-files) gateway_files "$out"; exit ;;
esac

[ "$(id -u)" -eq 0 ] || { echo "image.sh: must be root, to make images" >&2; exit 3; }
# All at once: what runs side by side below would find the packages' lock taken.
./scripts/install.sh rootfs image $([ -n "${PROBITY_BUILD:-}" ] || echo build) $([ -n "${PROBITY_GATEWAY:-}" ] || echo gateway)
version=$(sed -n 's/^project(probity VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
# A store of their own, so that nothing of this machine's is touched.
buildah() {
  command buildah --root "$scratch/containers/root" --runroot "$scratch/containers/run" --storage-driver vfs "$@"
}

image() {  # NAME CONTAINERFILE FILES: the last stage, from the files instead of from the stage before
  local context=$scratch/context-$1
  mkdir -p "$context"
  ln "$3" "$context/rootfs.tar"
  sed -n '/^FROM scratch/,$p' "deploy/image/$2" |
    sed -e '/^COPY --from=build/d' -e 's|^FROM scratch|&\nADD rootfs.tar /|' >"$context/Containerfile"
  buildah build --quiet --isolation chroot --timestamp "$SOURCE_DATE_EPOCH" \
    --label "org.opencontainers.image.version=$version" \
    --label "org.opencontainers.image.revision=${revision:-unknown}" \
    --tag "localhost/$1:$version" "$context" >/dev/null
  rm -f "build/image/$1.oci.tar"
  buildah push --quiet --digestfile "build/image/$1.digest" "localhost/$1:$version" \
    "oci-archive:build/image/$1.oci.tar:localhost/$1:$version"
  printf '%s %s, %s\n' "build/image/$1.oci.tar" "$(du -h --apparent-size "build/image/$1.oci.tar" | cut -f1)" \
    "$(cat "build/image/$1.digest")"
}

mkdir -p build/image
# Side by side, as most of it waits for one thing: for one processor or for the disk.
files "$scratch/probity.tar" & beside=$!
gateway_files "$scratch/gateway.tar"
wait $beside
./scripts/sbom.py --packed --out build/image/probity.spdx.json "$scratch"/probity/usr/bin/probity{,d} & beside=$!
./scripts/sbom.py --out build/image/probity-gateway.spdx.json "$scratch/gateway/usr/bin/probity-gateway"
image probity Containerfile "$scratch/probity.tar"
image probity-gateway gateway.Containerfile "$scratch/gateway.tar"
wait $beside
[ $mode = test ] || exit 0

PROBITY_IMAGES=build/image PROBITY_ROOTFS=$scratch python3 -m unittest discover -s deploy/image -p '*_test.py' -v
