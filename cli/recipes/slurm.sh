#!/bin/sh
#SBATCH --job-name=sigma
#SBATCH --array=1-16
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=8
#SBATCH --output=sigma-%A-%a.log
# sbatch slurm.sh FILE [OPTION…]: a part of FILE by each task of the array; the task that finishes last
# joins them into FILE.sigma. FILE is on a file system that all see. --array says how many parts (from 1
# on, without gaps); tasks may run at different times, and those that failed may be started again.
set -eu
file=$1
shift
parts=$SLURM_ARRAY_TASK_COUNT
part=$SLURM_ARRAY_TASK_ID
name() { printf '%s.part%sof%s.sigma' "$file" "$1" "$parts"; }
[ -e "$(name "$part")" ] ||
  sigma-par "$@" -T "${SLURM_CPUS_PER_TASK:-0}" --shard "$part/$parts" "$file" -o "$(name "$part")"

# A part appears whole or not at all. Whoever finds all of them there joins them; of two who do at
# once, one gets the folder.
i=1
while [ "$i" -le "$parts" ]; do
  [ -e "$(name "$i")" ] || exit 0
  set -- "$@" "$(name "$i")"
  i=$((i + 1))
done
while [ "$#" -gt "$parts" ]; do shift; done # the options
mkdir "$file.merging" 2>/dev/null || exit 0
trap 'rmdir "$file.merging"' EXIT
for one; do [ -e "$one" ] || exit 0; done # another task was faster
sigma-par --merge "$@" -o "$file.sigma" && rm -f "$@"
