// Deaths at the system calls of --append, one after the other: afterwards the file restores to the old
// content or to the old and the new, and the next append goes on from there.
#include <gtest/gtest.h>

#include <string>

#include "tests/cli/command.h"

namespace sigma::tests {
namespace {

// Prints what is wrong, and at the end the number of points. By KILL the journal may stay.
constexpr const char* kLoop = R"sh(
sigma-par -B64K -1 -o good.sigma first || exit 9
cat first more >both; cat both more >all
fresh() { rm -rf w; mkdir w; cp good.sigma w/a.sigma; [ -z "$padding" ] || head -c 3000 /dev/zero >>w/a.sigma; }
command="sigma-par -T$threads -1 -B64K --append -o a.sigma ../more"
fresh; calls=$(cd w && "$kill_at" 0 KILL $command) || exit 8
points=0
while [ $n -le $calls ]; do
  fresh
  (cd w && exec timeout 60 "$kill_at" $n $signal $command) 2>err; status=$?
  sigma-par -dc w/a.sigma >restored 2>err; read=$?
  case $read in 0|2) ;; *) echo "$n: a.sigma is damaged: $(cat err)";; esac
  if cmp -s restored first; then was=first
  elif cmp -s restored both; then was=both
  else echo "$n: what is restored is neither the old nor the new"; was=first; fi
  [ $status != 0 ] || [ $was = both ] || echo "$n: done, and yet not there"
  [ $read = 0 ] || [ $signal = KILL ] || echo "$n: $(cat err)"
  others=$(ls -A w | grep -vx a.sigma)
  if [ -n "$others" ]; then
    [ $signal = KILL ] || echo "$n: $others is left behind"
    case $others in .sigma-par.append.*) ;; *) echo "$n: $others";; esac
  fi
  case $status in 0|129|130|137|143) ;; *) echo "$n: exit status $status";; esac
  if [ $((points % 4)) = 0 ]; then
    (cd w && $command) || echo "$n: the next append fails"
    if [ $was = first ]; then wanted=both; else wanted=all; fi
    sigma-par -dc w/a.sigma | cmp - $wanted || echo "$n: the next append is wrong"
    [ "$(ls -A w)" = a.sigma ] || echo "$n: the next append leaves $(ls -A w)"
  fi
  points=$((points + 1)); n=$((n + step))
done
echo points $points
)sh";

int KillAtEach(const std::string& signal, int threads, bool padding, int first, int step) {
  const Folder folder;
  folder.Write("first", MixedBytes(150'000));
  folder.Write("more", MixedBytes(100'000, 2));
  const Outcome run =
      folder.Run("kill_at='" + std::string(SIGMA_KILL_AT) + "'\nsignal=" + signal +
                 "\nthreads=" + std::to_string(threads) + "\npadding=" + (padding ? "1" : "") +
                 "\nn=" + std::to_string(first) + "\nstep=" + std::to_string(step) + "\n" + kLoop);
  if (run.status == 8) return 0;
  const std::size_t end = run.out.rfind("points ");
  if (run.status != 0 || end == std::string::npos) {
    ADD_FAILURE() << run.out << run.err;
    return 0;
  }
  EXPECT_EQ(run.out.substr(0, end), "") << signal << " with " << threads << " threads";
  return std::stoi(run.out.substr(end + 7));
}

// Of the calls of a run about the first sixty belong to the loader.
TEST(AppendKillPoints, EveryCallByKill) {
  const int points = KillAtEach("KILL", 1, false, 60, 1);
  if (points == 0) GTEST_SKIP() << "tracing is not permitted here";
  RecordProperty("points", points);
}

TEST(AppendKillPoints, Selection) {
  int points = KillAtEach("KILL", 2, true, 60, 7);
  int offset = 0;
  for (const char* signal : {"TERM", "INT", "HUP"}) {
    points += KillAtEach(signal, 1, offset % 2 == 0, 60 + offset, 5);
    ++offset;
  }
  if (points == 0) GTEST_SKIP() << "tracing is not permitted here";
}

}  // namespace
}  // namespace sigma::tests
