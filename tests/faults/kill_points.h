// Deaths by signal at the system calls of a run, one after the other: afterwards either the source
// is there, whole, or a result that restores it, and nothing is half there.
#ifndef SIGMA_TESTS_FAULTS_KILL_POINTS_H_
#define SIGMA_TESTS_FAULTS_KILL_POINTS_H_

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/cli/command.h"

namespace sigma::tests {

struct KillScenario {
  std::string name;
  std::string prepare;  // makes the files in the empty folder w, from ../original and ../good.sigma
  std::string command;  // run in w
  std::string source;   // a or a.sigma: the one that is there before
  std::string target;   // the other
  bool removes = false;
};

inline std::vector<KillScenario> KillScenarios() {
  return {
      {"Compress", "cp ../original a", "sigma-par -T1 a", "a", "a.sigma"},
      {"CompressRemoving", "cp ../original a", "sigma-par -T1 --rm a", "a", "a.sigma", true},
      {"CompressOverRemoving", "cp ../original a; echo old >a.sigma", "sigma-par -T1 -f --rm a",
       "a", "a.sigma", true},
      {"CompressParallelRemoving", "cp ../original a", "sigma-par -T2 -B64K --rm a", "a", "a.sigma",
       true},
      {"Restore", "cp ../good.sigma a.sigma", "sigma-par -T1 -d a.sigma", "a.sigma", "a"},
      {"RestoreRemoving", "cp ../good.sigma a.sigma", "sigma-par -T1 -d --rm a.sigma", "a.sigma",
       "a", true},
      {"RestoreParallelRemoving", "cp ../good.sigma a.sigma", "sigma-par -T2 -d --rm a.sigma",
       "a.sigma", "a", true},
  };
}

// The loop of a scenario, after variables that say what it is. Prints what is wrong, and at the end
// the number of points.
inline constexpr const char* kKillLoop = R"sh(
sigma-par -B64K -o good.sigma original || exit 9
fresh() { rm -rf w; mkdir w; cd w; eval "$prepare"; cd ..; }
fresh; calls=$(cd w && "$kill_at" 0 KILL $command) || exit 8
hidden=$([ $signal != KILL ] || echo '^[.]sigma-par[.][0-9a-f]*$')
points=0
while [ $n -le $calls ]; do
  fresh
  (cd w && exec timeout 60 "$kill_at" $n $signal $command) 2>err; status=$?
  there=0
  if [ -e w/a ] && ! { echo old | cmp -s - w/a; }; then
    if cmp -s w/a original; then there=1; else echo "$n: a is damaged"; fi
  fi
  if [ -e w/a.sigma ] && ! { echo old | cmp -s - w/a.sigma; }; then
    if sigma-par -dc w/a.sigma 2>err | cmp -s - original; then there=1
    else echo "$n: a.sigma is damaged"; fi
  fi
  [ $there = 1 ] || echo "$n: nothing is left"
  [ $removes = 1 ] || [ -e w/$source ] || echo "$n: the source is gone"
  others=$(ls -A w | grep -vx -e a -e a.sigma -e "${hidden:-a}")
  [ -z "$others" ] || echo "$n: $others is left behind"
  case $status in 0|129|130|137|143) ;; *) echo "$n: exit status $status";; esac
  [ $status != 0 ] || [ -e w/$target ] || echo "$n: no result"
  points=$((points + 1)); n=$((n + step))
done
echo points $points
)sh";

// Kills at calls first, first + step, … and returns how many points that were; 0 where tracing is
// not permitted.
inline int KillAtEach(const KillScenario& scenario, const std::string& signal, int first,
                      int step) {
  const Folder folder;
  folder.Write("original", MixedBytes(150'000));
  std::string variables;
  const auto set = [&](const char* name, const std::string& value) {
    variables += std::string(name) + "='" + value + "'\n";
  };
  set("kill_at", SIGMA_KILL_AT);
  set("prepare", scenario.prepare);
  set("command", scenario.command);
  set("source", scenario.source);
  set("target", scenario.target);
  set("removes", scenario.removes ? "1" : "0");
  set("signal", signal);
  set("n", std::to_string(first));
  set("step", std::to_string(step));
  const Outcome run = folder.Run(variables + kKillLoop);
  if (run.status == 8) return 0;
  const std::size_t end = run.out.rfind("points ");
  if (run.status != 0 || end == std::string::npos) {
    ADD_FAILURE() << run.out << run.err;
    return 0;
  }
  EXPECT_EQ(run.out.substr(0, end), "") << scenario.name << " by " << signal;
  return std::stoi(run.out.substr(end + 7));
}

}  // namespace sigma::tests

#endif  // SIGMA_TESTS_FAULTS_KILL_POINTS_H_
