#!/bin/bash
# deb.sh [FOLDER]: the packages in FOLDER, or without it those that `sh cmake/deb.sh` makes, pass lintian without
# errors, and in a clean Debian 12 they install with what they depend on, the command works, and programs are built on the
# library. Takes minutes, a network and, for the clean system, root. Skipped without lintian and mmdebstrap.
set -eu
checkout=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
for tool in lintian mmdebstrap dpkg-parsechangelog; do
  command -v "$tool" >/dev/null || { echo "skipped: $tool is not there (apt-get install lintian mmdebstrap dpkg-dev)"; exit 77; }
done
[ "$(id -u)" -eq 0 ] || { echo "skipped: a clean system takes root"; exit 77; }

[ $# -gt 0 ] || sh "$checkout/cmake/deb.sh"
packages=("${1:-$checkout/build/deb/packages}"/*.deb)
printf '%s\n' "${packages[@]}"
[ "${#packages[@]}" -eq 3 ] || { echo "three packages were expected"; exit 1; }
lintian --fail-on error --allow-root "${packages[@]}"

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mmdebstrap --variant=minbase --skip=cleanup/apt/lists bookworm "$root/system" >"$root/log" 2>&1 || {
  tail -n 3 "$root/log"
  echo "skipped: no clean system can be made here"
  exit 77
}
# As a running system has them; sigmadiff reads from /dev/fd.
mount -t proc proc "$root/system/proc" || { echo "skipped: /proc cannot be mounted here"; exit 77; }
trap 'umount "$root/system/proc"; rm -rf --one-file-system "$root"' EXIT
[ -e "$root/system/dev/fd" ] || ln -s /proc/self/fd "$root/system/dev/fd"
cp "${packages[@]}" "$checkout/tests/packages/outside.sh" "$root/system/tmp"
run() { chroot "$root/system" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive sh -euc "$1"; }

# The command alone brings its library, and works.
run 'cd /tmp; apt-get install -y --no-install-recommends ./sigma-par_*.deb ./libsigma[0-9]*.deb >log 2>&1 || { tail log; exit 1; }
  ! dpkg-query -W -f "\${Status}" g++ 2>/dev/null | grep -q " installed"
  seq 1 100000 >a; sigma-par --rm a; sigma-par -t a.sigma; unsigma a.sigma; seq 1 100000 | cmp - a
  sigma-par -f a; sigmacat a.sigma | cmp - a; sigmagrep -qx 777 a.sigma; sigmadiff a a.sigma'
echo "the command: installed and run"
run 'cd /tmp; apt-get install -y --no-install-recommends ./libsigma-dev*.deb g++ cmake ninja-build pkg-config >log 2>&1 || { tail log; exit 1; }
  sh outside.sh'
run 'apt-get purge -y sigma-par libsigma-dev "libsigma0*" >/tmp/log 2>&1 || { tail /tmp/log; exit 1; }
  ! find / -xdev -path /tmp -prune -o \( -iname "*sigma-par*" -o -name "libsigma*" \) -print | grep -v ^/var/ | grep .'
echo "everything is gone when they are purged"
