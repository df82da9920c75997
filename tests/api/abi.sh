#!/bin/sh
# abi.sh [--record] LIBRARY HEADERS DUMP: the C functions of LIBRARY and their types, as far as HEADERS show them,
# are those recorded in DUMP; there may be more functions. What was changed on purpose is recorded anew with --record.
# Skipped without Debian's abigail-tools, and on other processors than the dump is of.
set -eu
record=
[ "$1" != --record ] || { record=yes; shift; }
command -v abidiff >/dev/null 2>&1 || { echo "skipped: abidiff is not there (apt-get install abigail-tools)"; exit 77; }
[ "$(uname -m)" = x86_64 ] || { echo "skipped: the dump is of x86-64"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# The C++ functions may change before 1.0.
printf '[suppress_function]\nsymbol_name_not_regexp = ^sigma_\n[suppress_variable]\nsymbol_name_not_regexp = ^sigma_\n' >"$folder/others"
set -- "$@" "$folder/others"
if [ -n "$record" ]; then
  abidw --headers-dir "$2" --drop-private-types --suppressions "$4" --no-corpus-path --no-comp-dir-path --no-show-locs \
    --exported-interfaces-only --no-elf-needed --out-file "$folder/dump" "$1"
  grep -v "elf-symbol name='_Z" "$folder/dump" >"$3"
  exit
fi
abidiff --headers-dir2 "$2" --drop-private-types --suppressions "$4" --no-added-syms --no-show-locs "$3" "$1" || {
  echo "the C interface has changed: $0 --record $1 $2 $3 records what was meant; what breaks programs takes a new soname"
  exit 1
}
