#!/bin/bash
# run.sh FOLDER-OF-COMMANDS [CASE…]: sigma-mpi by mpiexec, against sigma-par. Exit status 77 where there
# is no MPI to start it with. FOLDER-OF-COMMANDS holds sigma-par and mpi/sigma-mpi.
set -u
commands=$(CDPATH= cd -- "$1" && pwd) || exit 1
shift
[ -x "$commands/mpi/sigma-mpi" ] || { echo "sigma-mpi is not built: no MPI was found"; exit 77; }
command -v mpiexec >/dev/null || { echo "no mpiexec"; exit 77; }
# Where hosts have no names or processes may not talk to each other, no program can be started by it.
timeout 60 mpiexec -n 2 true </dev/null || { echo "mpiexec starts nothing here"; exit 77; }
export PATH=$commands:$commands/mpi:$PATH
unset SIGMA_PAR_OPTIONS
folder=$(mktemp -d) || exit 1
mounted=
trap 'cd /; [ -z "$mounted" ] || umount "$mounted"; rm -rf "$folder"' EXIT
cd "$folder" || exit 1

die() { echo "FAILED: $*"; exit 1; }
# A run is short; one that hangs must not hold up the others.
mpi() {
  local ranks=$1
  shift
  timeout 120 mpiexec -n "$ranks" "$@" </dev/null
}
# The names in a folder, hidden ones too.
names() { ls -A "${1:-.}" | tr '\n' ' '; }
# Text, noise, numbers and zeros: $1 bytes.
mixed() {
  python3 - "$1" <<'END'
import random, struct, sys
size, chance, out, at = int(sys.argv[1]), random.Random(7), sys.stdout.buffer, 0
words = [b"the ", b"chunk ", b"rank ", b"of ", b"a ", b"file\n", b"writes "]
while at < size:
    kind = chance.randrange(4)
    if kind == 0: piece = b"".join(chance.choices(words, k=9000))
    elif kind == 1: piece = chance.randbytes(20000)
    elif kind == 2: piece = b"".join(struct.pack("<I", n * 3 + chance.randrange(9)) for n in range(9000))
    else: piece = bytes(150000)
    out.write(piece[: size - at])
    at += len(piece)
END
}

# The bytes of one machine, for every number of ranks, level and size, both ways.
bytes() {
  mixed 3000000 >many
  : >empty
  printf x >small
  head -c 65536 many >chunk
  mkdir tree && for i in 1 2 3 4 5; do head -c $((i * 50000)) many >tree/f$i; done
  tar cf archive.tar tree many
  for level in 1 3 7; do
    for file in many empty small chunk archive.tar; do
      # What has no more than a chunk is the same for all levels.
      [ $level = 3 ] || [ $file = many ] || [ $file = archive.tar ] || continue
      sigma-par -q -f -B64K -$level $file -o whole || die "sigma-par -$level $file"
      for ranks in 1 2 4 8; do
        mpi $ranks sigma-mpi -T1 -f -B64K -$level $file -o out.sigma || die "$ranks ranks -$level $file"
        cmp whole out.sigma || die "$ranks ranks -$level $file: other bytes"
        mpi $ranks sigma-mpi -T1 -d -f out.sigma -o back || die "$ranks ranks -d of -$level $file"
        cmp $file back || die "$ranks ranks -d of -$level $file: other bytes"
        [ $level != 3 ] || mpi $ranks sigma-mpi -T1 -t out.sigma || die "$ranks ranks -t of -$level $file"
      done
    done
  done
  # Workers on every rank, and the default size of chunks.
  for ranks in 1 3; do
    mpi $ranks sigma-mpi -T3 -f -B64K -1 many -o out.sigma || die "-T3"
    sigma-par -q -f -B64K -1 many -o whole && cmp whole out.sigma || die "-T3: other bytes"
    mpi $ranks sigma-mpi -T3 -d -f out.sigma -o back && cmp many back || die "-T3 -d"
    mpi $ranks sigma-mpi -f many && sigma-par -q -f many -o whole && cmp whole many.sigma ||
      die "default chunks"
  done
  # Several streams in a file, a hole, and the source's metadata.
  sigma-par -q -f -B64K small -o x && sigma-par -q -B64K many -c >>x && cat small many >both
  mpi 2 sigma-mpi -d -f x -o back && cmp both back || die "two streams"
  truncate -s 5M hole && mpi 2 sigma-mpi -f hole && mpi 2 sigma-mpi -d hole.sigma -o hole2 &&
    cmp hole hole2 || die "a hole"
  [ "$(stat -c %b hole2)" -lt 100 ] || die "a hole was filled"
  chmod 640 many && touch -d 2001-02-03 many && mpi 2 sigma-mpi -f many || die "metadata"
  [ "$(stat -c '%a %Y' many)" = "$(stat -c '%a %Y' many.sigma)" ] || die "metadata are not kept"
}

# What is wrong is said in one line, by rank 0, all end with 1, and nothing is published.
refused() {
  local says=$1 here
  shift
  here=$(names)
  timeout 120 "$@" >out.txt 2>err.txt </dev/null
  local status=$?
  grep -v '^sigma-mpi: ' err.txt | grep . && die "$*: other lines than sigma-mpi's"
  [ $status -eq 1 ] || die "$*: exit status $status"
  [ "$(grep -c . err.txt)" -eq 1 ] || die "$*: $(cat err.txt)"
  grep -qF -- "$says" err.txt || die "$*: says $(cat err.txt)"
  rm out.txt err.txt
  [ "$here" = "$(names)" ] || die "$*: left $(names)"
}
wrong() {
  mixed 2000000 >a
  sigma-par -q -B64K a -o s
  cp a b
  ln -s s link
  # The same name on two ranks, which see different files.
  mkdir ../rank0 ../longer ../older ../other ../none
  cp -p a ../rank0/a
  cp -p a ../longer/a && printf y >>../longer/a
  cp -p a ../older/a && touch -d 2001-02-03 ../older/a
  cp a ../other/a && printf z | dd of=../other/a conv=notrunc status=none && touch -r a ../other/a
  pair() {
    mpiexec -n 1 -wdir "$PWD/../rank0" sigma-mpi a -o "$PWD/x" : -n 1 -wdir "$PWD/../$1" sigma-mpi a -o "$PWD/x"
  }
  export -f pair
  refused "is not the same file on all ranks: it has 2000001 bytes here, and 2000000 on rank 0 (on rank 1" \
    bash -c 'pair longer'
  refused "it was modified at second 981" bash -c 'pair older'
  refused "it has other content here than on rank 0" bash -c 'pair other'
  refused "no such file (on rank 1" bash -c 'pair none'
  refused "a: no such file" mpiexec -n 2 sigma-mpi none/a -o x
  refused "too few ranks: 4 processes were started" env OMPI_COMM_WORLD_SIZE=4 mpiexec -n 2 sigma-mpi a -o x
  refused "already exists (-f overwrites it)" mpiexec -n 2 sigma-mpi a -o b
  refused "input and output are the same file" mpiexec -n 2 sigma-mpi -f a -o a
  refused "link" mpiexec -n 2 sigma-mpi -f a -o link
  refused "none" mpiexec -n 3 sigma-mpi a -o none/x
  refused "not to standard output" mpiexec -n 2 sigma-mpi a -c
  refused "--content-hash" mpiexec -n 2 sigma-mpi --content-hash a -o x
  refused "--range" mpiexec -n 2 sigma-mpi -d --range 1:2 s -o x
  refused "name a file" mpiexec -n 2 sigma-mpi
  refused "unknown option --foo" mpiexec -n 2 sigma-mpi --foo a
  refused "standard input" mpiexec -n 2 sigma-mpi - -o x
  refused "no Sigma stream begins here" mpiexec -n 2 sigma-mpi -d a -o x
  refused "limit of 1000 bytes" mpiexec -n 2 sigma-mpi -d --output-limit 1000 s -o x
  refused "-M" mpiexec -n 2 sigma-mpi -M 1M a -o x
  # Damage: in a chunk, of which the first is named; of the footer; and what follows a stream.
  local size at
  size=$(stat -c %s s)
  head -c $((size * 2 / 3)) s >cut
  for at in $((size / 3)) $((size / 2)) $((size * 3 / 4)); do
    printf 1111 | dd of=s bs=1 seek=$at conv=notrunc status=none
  done
  first=$(sigma-par -t s 2>&1 | sed 's/^sigma-par: //')
  case $first in *"the chunk is damaged"*) ;; *) die "sigma-par says $first" ;; esac
  for ranks in 1 2 4; do
    refused "$first" mpiexec -n $ranks sigma-mpi -t s
    refused "$first" mpiexec -n $ranks sigma-mpi -d s -o x
  done
  refused "$(sigma-par -d cut -c 2>&1 >/dev/null | sed 's/^sigma-par: //; s/ (chunk.*//' | head -n 1)" \
    mpiexec -n 2 sigma-mpi -t cut
  # A rank whose system refuses to write more.
  # (MPI itself wants some files at its start.)
  head -c 60000000 /dev/urandom >noise
  refused "x: cannot write: File too large (on rank 1" bash -c "mpiexec -n 1 sigma-mpi -1 -T1 noise -o x : \
    -n 1 sh -c 'trap \"\" XFSZ; ulimit -f 81920; exec sigma-mpi -1 -T1 noise -o x'"
  rm noise
  # An old target stays as it is.
  printf old >x
  refused "the chunk is damaged" mpiexec -n 2 sigma-mpi -d -f s -o x
  [ "$(cat x)" = old ] || die "the old target is gone"
  [ -z "$(mpi 2 sigma-mpi -qq -t s 2>&1)" ] || die "-qq"
}

# Whenever a rank is killed there is no target.
killed() {
  mixed 6000000 >a
  sigma-par -q -B64K -5 a -o s
  cp s whole
  for way in "-5 -B64K a -o x" "-d s -o x"; do
    local killed=0 delay
    for delay in 0.02 0.05 0.1 0.15 0.2 0.3 0.4 0.6 0.8 1.2; do
      mpiexec -n 4 sh -c 'echo $$ >rank.$PMI_RANK; exec sigma-mpi -T1 $0' "$way" >/dev/null 2>&1 </dev/null &
      local starter=$!
      sleep "$delay"
      local victim
      victim=$(cat rank.$((RANDOM % 4)) 2>/dev/null)
      if [ -n "$victim" ] && kill -9 "$victim" 2>/dev/null; then
        # All end, and the target is there whole (it was published before) or not at all.
        timeout 60 tail --pid=$starter -f /dev/null || die "it hangs after kill -9"
        wait $starter && [ ! -e x ] && die "killed, and success"
        killed=$((killed + 1))
      else
        wait $starter
      fi
      if [ -e x ]; then
        case $way in
          -d*) cmp a x || die "a target that is not whole" ;;
          *) cmp whole x || die "a target that is not whole" ;;
        esac
      fi
      rm -f x rank.* .??*
    done
    [ $killed -gt 0 ] || die "nothing was killed"
    echo "killed $killed of 10: $way"
  done
}

# Folders: small files each by one rank, the others by all.
tree() {
  mkdir -p in/sub
  for i in 1 2 3 4 5 6 7; do mixed $((i * 30000)) >in/sub/f$i; done
  mixed 40000000 >in/large
  cp -r in one
  sigma-par -q -r -1 one || die "sigma-par -r"
  mpi 2 sigma-mpi -r -1 in || die "sigma-mpi -r"
  for file in large sub/f1 sub/f7; do cmp in/$file.sigma one/$file.sigma || die "-r: $file"; done
  [ "$(find in -name '*.sigma' | wc -l)" = 8 ] || die "-r: $(find in)"
  mpi 3 sigma-mpi -t -r in || die "-t -r"
  mpi 2 sigma-mpi -d -r in --output-dir out || die "-d -r"
  (cd in && find . -type f ! -name '*.sigma' -exec cmp {} ../out/in/{} \;) | grep . && die "-d -r"
  # Those that cannot be done are named, the others are done.
  rm in/sub/f2.sigma in/sub/f3.sigma && chmod 0 in/sub && chmod 755 in/sub
  mpi 2 sigma-mpi -1 -r in 2>err
  [ $? -eq 1 ] && [ "$(grep -c 'already exists' err)" = 6 ] || die "-r: $(cat err)"
  [ "$(find in -name '*.sigma' | wc -l)" = 8 ] || die "-r after an error"
}

# A file system of its own that has no room, or no more than it needs.
loopback() {
  mixed 3000000 >a
  sigma-par -q -B64K -1 a -o whole
  truncate -s 8M disk && mkfs.ext4 -q -F disk 2>/dev/null && mkdir mount &&
    mount -o loop disk mount 2>/dev/null || { echo "mounting is not permitted: a plain folder"; mkdir -p mount; }
  mountpoint -q mount && mounted=$PWD/mount
  for ranks in 1 2 4 8; do
    mpi $ranks sigma-mpi -T1 -f -B64K -1 a -o mount/x || die "$ranks ranks on a loopback file system"
    cmp whole mount/x || die "$ranks ranks on a loopback file system: other bytes"
    mpi $ranks sigma-mpi -T1 -d -f mount/x -o mount/y && cmp a mount/y || die "-d on a loopback file system"
    rm mount/y
  done
  [ -n "$mounted" ] || return 0
  head -c 9M /dev/urandom >noise
  rm mount/x
  refused "No space left" mpiexec -n 2 sigma-mpi -T1 -1 noise -o mount/x
  [ -z "$(ls mount | grep -v lost+found)" ] || die "left on a full disk: $(ls -A mount)"
}

# The bound holds for each rank.
memory() {
  mixed 30000000 >a
  for limit in 64 96; do
    mpi 2 sh -c "exec /usr/bin/env python3 -c 'import os, resource, subprocess, sys
status = subprocess.call(sys.argv[1:], close_fds=False)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(peak)
sys.exit(status)' sigma-mpi -T1 -f -1 -M${limit}M a -o x" >peaks || die "-M${limit}M: $(cat peaks)"
    while read -r peak; do
      [ "$peak" -le $((limit * 1024)) ] || die "-M${limit}M: a rank took $peak KiB"
    done <peaks
    echo "-M${limit}M: $(tr '\n' ' ' <peaks)KiB"
  done
  sigma-par -q -f -1 a -o whole && cmp whole x || die "-M: other bytes"
  mpi 2 sigma-mpi -d -f -M64M x -o back && cmp a back || die "-d -M64M"
}

[ $# -gt 0 ] || set -- bytes wrong killed tree loopback memory
for case in "$@"; do
  mkdir "$folder/$case" && cd "$folder/$case" || exit 1
  $case
  echo "$case: passed"
done
