#!/bin/sh
# reproducible.sh [--whole]: `cmake/deb.sh` gives the same bytes in two folders that have different names, of two
# copies of the sources: the objects of some rooms, or with --whole the packages, which takes two whole builds.
set -eu
checkout=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
command -v dpkg-parsechangelog >/dev/null || { echo "skipped: dpkg-parsechangelog is not there (apt-get install dpkg-dev)"; exit 77; }
files='*.o'
if [ "${1:-}" = --whole ]; then files='*.deb'; else export SIGMA_TARGETS="sigma_base sigma_format sigma_archive sigma_options"; fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for copy in one another-copy; do
  mkdir "$folder/$copy"
  git -C "$checkout" ls-files -z | (cd "$checkout" && tar --null -T - -cf -) | tar -xf - -C "$folder/$copy"
  CCACHE_DISABLE=1 sh "$folder/$copy/cmake/deb.sh" >"$folder/log" 2>&1 || { tail "$folder/log"; exit 1; }
  (cd "$folder/$copy/build/deb" && find . -name "$files" ! -path '*/_CPack_Packages/*' -exec sha256sum {} + | sort -k 2) >"$folder/$copy.sums"
done
[ -s "$folder/one.sums" ] || { echo "nothing was built"; exit 1; }
diff "$folder/one.sums" "$folder/another-copy.sums" && echo "the same bytes: $(wc -l <"$folder/one.sums") files"
