#!/bin/sh
# Builds the image of docker boxes from Debian packages alone (debootstrap, docker import), for users without a registry. Needs root.
#   sh sandbox/images/build.sh [python|python-c|full] [mirror]     (default: full, and the mirror of this machine's apt)
set -eu
layer=${1:-full}
mirror=${2:-$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null | grep -v security | head -1)}
suite=bookworm
here=$(cd "$(dirname "$0")" && pwd)
packages=python3
[ "$(id -u)" = 0 ] || { echo "build.sh: debootstrap and chroot need root" >&2; exit 2; }
case $layer in
    python) ;;
    python-c) packages="$packages gcc g++ libc6-dev" ;;
    full) packages="$packages gcc g++ libc6-dev nodejs node-typescript default-jdk-headless rustc-web golang-go" ;;
    *) echo "build.sh: unknown layer $layer; expected one of: python, python-c, full" >&2; exit 2 ;;
esac
root=$(mktemp -d)
trap 'umount "$root/proc" 2>/dev/null || true; rm -rf "$root"' EXIT
debootstrap --variant=minbase "$suite" "$root" $mirror || {
    echo "build.sh: debootstrap could not get $suite from ${mirror:-its default mirror}; name another mirror as the second argument" >&2
    exit 1
}
mount -t proc proc "$root/proc" # the JDK's post-installation script needs it
chroot "$root" sh -c "apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $packages"
umount "$root/proc"
if [ "$layer" != python ]; then
    mkdir -p "$root/usr/lib/r1"
    cp "$here/precompile.sh" "$root/usr/lib/r1/"
    chroot "$root" sh /usr/lib/r1/precompile.sh
fi
rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/*.bin "$root"/var/cache/apt/archives/*.deb
mkdir -p "$root/r1"
tar -C "$root" --numeric-owner --one-file-system -c . \
    | docker import --change "LABEL r1.image=$layer" - "r1-sandbox:$layer"
