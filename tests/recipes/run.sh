#!/bin/bash
# run.sh FOLDER-OF-COMMANDS: the recipes of cli/recipes really run: each result has the bytes of one
# machine, and nothing else is left. A recipe whose tool is not installed is named and left out.
set -u
recipes=$(cd "$(dirname "$0")/../../cli/recipes" && pwd) || exit 1
export PATH=$1:$PATH
unset SIGMA_PAR_OPTIONS
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
die() { echo "FAILED: $*"; exit 1; }

python3 -c 'import random
chance = random.Random(3)
print(" ".join(str(chance.randrange(1 << chance.randrange(30))) for _ in range(400000)))' >"the table"
cp -p "the table" table
sigma-par -q -2 -B64K table -o whole || die "sigma-par"
# The result is whole, and beside it are only the files there were.
check() {
  cmp whole "$1.sigma" || die "$2: other bytes"
  rm "$1.sigma"
  [ "$(ls -A)" = "$(printf 'table\nthe table\nwhole')" ] || die "$2 left: $(ls -A)"
  echo "$2: passed"
}

"$recipes/xargs.sh" "the table" 5 -2 -B64K || die "xargs"
check "the table" xargs
"$recipes/xargs.sh" table 3 -2 --strategy none 2>/dev/null && die "xargs: a failure is not told"
[ ! -e table.sigma ] || die "xargs: a result after a failure"

if command -v parallel >/dev/null; then
  "$recipes/parallel.sh" "the table" 5 -2 -B64K || die "parallel"
  check "the table" parallel
  "$recipes/parallel.sh" table 3 -2 --strategy none 2>/dev/null && die "parallel: a failure is not told"
  [ ! -e table.sigma ] || die "parallel: a result after a failure"
else
  echo "GNU parallel is not installed: its recipe is not tested"
fi

if command -v make >/dev/null; then
  mk() { make -s -f "$recipes/parts.mk" FILE=table PARTS=4 OPTIONS='-2 -B64K' "$@"; }
  # Interrupted after two parts: they are kept, and not made again.
  mk table.part1of4.sigma table.part3of4.sigma || die "make: single parts"
  before=$(stat -c %i table.part1of4.sigma)
  mk -j4 || die "make"
  [ -n "$before" ] && mk -q || die "make: not up to date"
  check table make
  mk -j2 table.part2of4.sigma && mk -n | grep -q 'shard 2/4' && die "make: a part is made again"
  rm table.part2of4.sigma
else
  echo "make is not installed: its recipe is not tested"
fi

# A stub of Slurm: `sbatch` runs the tasks of the array, all at once, in the order that it likes.
mkdir stub
cat >stub/sbatch <<'END'
#!/bin/bash
array=$(sed -n 's/^#SBATCH --array=1-//p' "$1")
export SLURM_ARRAY_TASK_COUNT=$array SLURM_CPUS_PER_TASK=1
for task in $(seq "$array" | shuf); do
  [ "$task" = "${SKIP-}" ] || SLURM_ARRAY_TASK_ID=$task sh "$@" || touch failed &
done
wait
[ ! -e failed ]
END
chmod +x stub/sbatch
sh -n "$recipes/slurm.sh" && bash -n "$recipes/slurm.sh" || die "slurm: syntax"
SKIP=7 PATH=$folder/stub:$PATH sbatch "$recipes/slurm.sh" "the table" -2 -B64K || die "slurm"
[ ! -e "the table.sigma" ] || die "slurm: a result without part 7"
# The task that failed is started again.
PATH=$folder/stub:$PATH sbatch "$recipes/slurm.sh" "the table" -2 -B64K || die "slurm, again"
rm -r stub
check "the table" slurm

# Object storage: parts that are uploaded as parts of one object are, one after the other, a file of
# several streams, which restores to the whole.
for part in 1 2 3; do sigma-par -2 -B64K --shard $part/3 table -o p$part || die "--shard"; done
cat p1 p2 p3 >object && sigma-par -dc object | cmp - table || die "parts in a row"
rm p1 p2 p3 object
echo "parts in a row: passed"

# By a mock of S3 on this machine (moto), which wants 5 MiB of a part as S3 does.
if command -v moto_server >/dev/null && command -v aws >/dev/null && moto_server --help >/dev/null 2>&1; then
  export AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x AWS_DEFAULT_REGION=us-east-1 AWS_EC2_METADATA_DISABLED=true
  port=$((20000 + RANDOM % 20000))
  moto_server -H 127.0.0.1 -p $port >moto.log 2>&1 &
  server=$!
  trap 'kill $server; wait $server 2>/dev/null; rm -rf "$folder"' EXIT
  export AWS_ENDPOINT=http://127.0.0.1:$port
  for _ in $(seq 50); do
    aws --endpoint-url $AWS_ENDPOINT s3api create-bucket --bucket sigma-parts >bucket.log 2>&1 && break
    sleep 0.2
  done
  head -c 15000000 /dev/urandom >noise
  "$recipes/s3.sh" noise 2 sigma-parts key -1 || die "s3: $(cat moto.log)"
  aws --endpoint-url $AWS_ENDPOINT s3api get-object --bucket sigma-parts --key key object >/dev/null || die "s3: no object"
  sigma-par -dc object | cmp - noise || die "s3: other bytes"
  "$recipes/s3.sh" noise 6 sigma-parts small -1 >/dev/null 2>&1 && die "s3: parts of less than 5 MiB are taken"
  [ "$(aws --endpoint-url $AWS_ENDPOINT s3api list-multipart-uploads --bucket sigma-parts --query 'length(Uploads || `[]`)')" = 0 ] ||
    die "s3: an upload is left"
  echo "s3, by moto: passed"
else
  echo "moto_server and aws are not installed: the recipe for S3 is not tested"
fi
