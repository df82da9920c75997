#!/bin/sh
# sh benchmarks/corpus/unpack.sh [FOLDER]: unpacks the corpus archives of ../shared/corpus (or of
# $SIGMA_SHARED_CORPUS) flat into FOLDER, build/corpus without one, adds s7 (the seven Silesia files
# as one) and prints FOLDER. Does nothing where that has been done; exit 3 where there is no archive.
set -eu
checkout=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
archives=${SIGMA_SHARED_CORPUS:-$checkout/../shared/corpus}
folder=${1:-$checkout/build/corpus}

if [ ! -e "$archives/silesia7.tar.xz" ]; then
  echo "unpack.sh: no corpus archives in $archives" >&2
  exit 3
fi
if [ ! -e "$folder/s7" ]; then
  mkdir -p "$folder"
  for archive in "$archives"/*.tar.xz; do
    tar -xJf "$archive" -C "$folder"
  done
  # Into place at once: s7 is the sign that everything is there.
  (cd "$folder" && cat dickens mr nci ooffice osdb reymont xml >.s7 && mv .s7 s7)
fi
echo "$folder"
