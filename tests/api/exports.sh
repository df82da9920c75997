#!/bin/sh
# exports.sh LIBRARY LIST: the C functions that the shared library exports are those of LIST, and beside
# them it exports nothing but the C++ API of its headers.
set -eu
names=$(nm -D --defined-only "$1" | sed -n 's/^[0-9a-f]* [TWVBDR] //p' | sed 's/@.*//')
printf '%s\n' "$names" | grep '^sigma_' | LC_ALL=C sort >"$1.exports"
diff "$2" "$1.exports" || { echo "the C functions are not those of $2"; exit 1; }
others=$(printf '%s\n' "$names" | grep -v '^sigma_' | c++filt |
  grep -vE '^SIGMA_0|^sigma::([A-Z][a-zA-Z]*(\[abi:cxx11\])?\(|(FileSeries|Stream|Encoder|Decoder|Reader|Archive|Context|SharedCompressor|SharedRestorer|SharedTarget)::)' || true)
[ -z "$others" ] || { printf 'exported, though no header declares it:\n%s\n' "$others"; exit 1; }
inner=$(printf '%s\n' "$names" | c++filt | grep -E '^sigma::(Compressor|Flow|Decompressor|ChunkCache|EncodeChunk)' || true)
[ -z "$inner" ] || { printf 'the inside is exported:\n%s\n' "$inner"; exit 1; }
