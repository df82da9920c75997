// Terminals, full disks and signals: nothing is lost, nothing partial is left.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "tests/cli/command.h"

namespace sigma::tests {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// `script` gives the command a terminal.
std::string OnTerminal(const std::string& line) {
  return "script -qec '" + line + "' /dev/null </dev/null";
}

TEST(Safety, CompressedBytesStayOffTerminals) {
  const Folder folder;
  folder.Write("a", "bytes");
  if (folder.Run("command -v script").status != 0) GTEST_SKIP() << "no script(1)";
  for (const char* line : {"sigma-par -c a", "sigma-par -fc a", "sigma-par"}) {
    const Outcome run = folder.Run(OnTerminal(line));
    EXPECT_EQ(run.status, 1) << line;
    EXPECT_THAT(run.out, HasSubstr("not written to a terminal")) << line;
  }
  const Outcome read = folder.Run(OnTerminal("sigma-par -d"));
  EXPECT_EQ(read.status, 1);
  EXPECT_THAT(read.out, HasSubstr("not read from a terminal"));
  // Forced, what is typed is taken, and is no stream.
  for (const char* line : {"sigma-par -df -o out", "sigma-par -tf"}) {
    const Outcome forced = folder.Run("(sleep 0.3; printf \"typed\\n\\004\") | script -qec '" +
                                      std::string(line) + "' /dev/null");
    EXPECT_EQ(forced.status, 1) << line;
    EXPECT_THAT(forced.out, HasSubstr("no Sigma stream")) << line;
  }
}

TEST(Safety, OnATerminalOverwritingIsAsked) {
  const Folder folder;
  if (folder.Run("command -v script").status != 0) GTEST_SKIP() << "no script(1)";
  folder.Write("a", "new");
  folder.Write("a.sigma", "old");
  EXPECT_EQ(folder.Run("echo n | script -qec 'sigma-par a' /dev/null").status, 2);
  EXPECT_EQ(folder.Read("a.sigma"), "old");
  const Outcome yes = folder.Run("(sleep 0.3; echo y) | script -qec 'sigma-par a' /dev/null");
  EXPECT_EQ(yes.status, 0) << yes.out;
  EXPECT_EQ(folder.Run("sigmacat a.sigma").out, "new");
}

TEST(Safety, FullDeviceIsAnError) {
  const Folder folder;
  folder.Write("a", MixedBytes(300'000));
  ASSERT_EQ(folder.Run("sigma-par a").status, 0);
  for (const char* line : {"sigma-par -c a", "sigma-par -dc a.sigma", "sigma-par -l a.sigma",
                           "sigma-par -h", "sigma-par -d --range 1:2 a.sigma"}) {
    EXPECT_EQ(folder.Run(std::string(line) + " >/dev/full").status, 1) << line;
  }
}

TEST(Safety, AFullDiskLeavesTheSourceAndNothingElse) {
  const Folder folder;
  folder.Write("a", MixedBytes(4'000'000));
  const std::string mount = "unshare -m sh -c 'mkdir -p m && mount -t tmpfs -o size=256k t m && ";
  if (folder.Run(mount + "true'").status != 0) {
    GTEST_SKIP() << "mounting a tmpfs is not permitted here";
  }
  const Outcome compress = folder.Run(mount + "sigma-par --rm --output-dir m a; echo $?; ls -A m'");
  EXPECT_EQ(compress.out, "1\n") << compress.err;
  EXPECT_TRUE(folder.Has("a"));
  ASSERT_EQ(folder.Run("sigma-par a").status, 0);
  const Outcome restore =
      folder.Run(mount + "sigma-par -d --rm --output-dir m a.sigma; echo $?; ls -A m'");
  EXPECT_EQ(restore.out, "1\n") << restore.err;
  EXPECT_TRUE(folder.Has("a.sigma"));
}

TEST(Safety, SignalsLeaveNothingPartial) {
  const Folder folder;
  folder.Write("a", MixedBytes(4'000'000));
  for (const auto& [name, status] :
       std::vector<std::pair<std::string, int>>{{"TERM", 143}, {"INT", 130}, {"HUP", 129}}) {
    // The pipe stays open after its bytes: the command is in the midst of its work when it dies. A
    // shell starts what stands in the background with INT ignored; env puts it back.
    const Outcome run = folder.Run(
        "mkfifo p; { cat a; exec sleep 20; } >p & feeder=$!\n"
        "env --default-signal=INT sigma-par -o out.sigma <p & command=$!\n"
        "sleep 0.5; ls -A; kill -" +
        name +
        " $command; wait $command; echo status $?\n"
        "kill $feeder; wait; rm p");
    EXPECT_THAT(run.out, HasSubstr("status " + std::to_string(status))) << run.err;
    EXPECT_THAT(folder.Names(), ElementsAre("a")) << run.out;
  }
}

// Things that somebody may have put where a result would go. Each makes "$target" in the shell.
struct Plant {
  const char* name;
  const char* make;
};
constexpr std::array<Plant, 8> kPlants = {{
    {"FIFO", "mkfifo -m 666 $target"},
    {"link to a FIFO", "mkfifo -m 666 planted; ln -s planted $target"},
    {"link to a device", "ln -s /dev/null $target"},
    {"link to a file", "echo mine >planted; chmod 666 planted; ln -s planted $target"},
    {"link to nothing", "ln -s planted $target"},
    {"link to itself", "ln -s $target $target"},
    {"socket",
     "python3 -c 'import socket,sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "
     "$target"},
    {"folder", "mkdir $target"},
}};

// A name made from the source's is never given to anything but a regular file: nothing is written
// to what was planted, it stays what it was, and no source goes.
TEST(Safety, PlantedTargetsGetNothing) {
  int plants = 0;
  for (const Plant& plant : kPlants) {
    for (const char* options : {"", "-f", "--rm", "-f --rm", "-q -f --rm --output-dir ."}) {
      for (const bool restores : {false, true}) {
        const Folder folder;
        folder.Write("a", "secret");
        ASSERT_EQ(folder.Run("sigma-par a && chmod 600 a a.sigma").status, 0);
        const std::string source = restores ? "a.sigma" : "a";
        const std::string target = restores ? "a" : "a.sigma";
        const Outcome run = folder.Run(
            "state() { find . -mindepth 1 -printf '%P %y %m %s %T@ %l\\n' | sort; }\n"
            "mkdir w; cd w; cp -p ../" +
            source + " .; target=" + target + "\n" + plant.make +
            "\nstate >../before\n"
            "for p in *; do [ ! -p $p ] || timeout 1 cat $p >>../stolen & done\n"
            "timeout 20 sigma-par " +
            (restores ? "-d " : "") + options + " " + source +
            "; echo $?; wait\n[ ! -s ../stolen ] || echo stolen\n"
            "cmp ../" +
            source + " " + source + "; state | diff ../before -");
        EXPECT_EQ(run.out, "1\n") << plant.name << ", " << options << ", " << source << "\n"
                                  << run.err;
        ++plants;
      }
    }
  }
  RecordProperty("plants", plants);
}

// The same in a folder open to all, planted by another user.
TEST(Safety, PlantedTargetsOfAnotherUser) {
  const Folder folder;
  const std::string as = "setpriv --clear-groups --regid=65534 --reuid=";
  if (folder.Run(as + "65533 true").status != 0) GTEST_SKIP() << "only root becomes another user";
  for (const Plant& plant : kPlants) {
    for (const char* options : {"", "-f", "--rm", "-f --rm"}) {
      const Outcome run = folder.Run(
          "chmod 755 .; rm -rf open; mkdir -m 1777 open; cd open; echo secret >a; chmod 600 a\n"
          "chown 65532 a; cat >plant <<'END'\ntarget=a.sigma\n" +
          std::string(plant.make) + "\nEND\n" + as +
          "65533 sh ./plant; rm plant\n"
          "[ ! -p a.sigma ] || (" +
          as +
          "65533 timeout 2 cat a.sigma >../stolen &)\n"
          "timeout 20 " +
          as + "65532 sigma-par " + options +
          " a; echo $?\n"
          "sleep 0.1; [ ! -s ../stolen ] || echo stolen; cat a; rm -f ../stolen");
      EXPECT_EQ(run.out, "1\nsecret\n") << plant.name << ", " << options << "\n" << run.err;
    }
  }
  // Nor is a stranger's link in such a folder followed where it is named.
  const Outcome given = folder.Run(
      "rm -rf open; mkdir -m 1777 open; cd open; echo secret >../a; chown 65532:65534 ../a\n" + as +
      "65533 ln -s /dev/shm/sigma-stolen out\n" + as +
      "65532 sigma-par -f -o out ../a; echo $?; [ ! -e /dev/shm/sigma-stolen ] || echo stolen\n" +
      as + "65532 ln -s mine own; " + as +
      "65532 sigma-par -f -o own ../a; echo $?; sigmacat mine");
  EXPECT_EQ(given.out, "1\n0\nsecret\n") << given.err;
}

// Names of descriptors and devices mean what they name, and nothing of the system is replaced.
TEST(Safety, NamedTargetsAreWrittenAsTheyStand) {
  const Folder folder;
  folder.Write("a", "bytes");
  const Outcome run = folder.Run(
      "ls -l /dev/stdout /dev/stderr /dev/null /dev/full >before\n"
      "for o in /dev/stdout /dev/fd/1 /proc/self/fd/1 /dev/../dev/stdout; do\n"
      "sigma-par -f -o $o a | sigma-par -dc; sigma-par -o $o a >x; sigmacat x; done; echo\n"
      "sigma-par -f -o /dev/stderr a 2>x; sigmacat x; sigma-par -o /dev/fd/7 a 7>x; sigmacat x\n"
      "sigma-par -o /dev/fd/7 a; echo $?; ln -s /dev/stdout out; sigma-par -f -o out a | sigmacat\n"
      "sigma-par -f -o /dev/null a; echo $?; sigma-par -o /dev/full a; echo $?\n"
      "for o in /dev/null /dev/full /dev/stdout /dev/fd/1 out; do\n"
      "for f in '' -f; do sigma-par --rm $f -o $o a >x; echo $?; done; done; cat a; echo\n"
      "mkfifo p; cat p >x & sigma-par -o p a; wait; sigmacat x; [ -p p ] && echo\n"
      "echo old >file; ln -s file link; sigma-par -o link a; echo $?; sigma-par -f -o link a\n"
      "sigmacat file; [ -L link ] && echo; sigma-par --rm -f -o link a; echo $?; sigmacat file; "
      "ls\n"
      "ls -l /dev/stdout /dev/stderr /dev/null /dev/full | diff before - && echo");
  EXPECT_EQ(run.out,
            "bytesbytesbytesbytesbytesbytesbytesbytes\nbytesbytes1\nbytes0\n1\n"
            "1\n1\n1\n1\n1\n1\n1\n1\n1\n1\nbytes\nbytes\n1\nbytes\n0\nbytes"
            "before\nfile\nlink\nout\np\nx\n\n")
      << run.err;
}

TEST(Safety, ASourceThatChangesIsSaidSo) {
  const Folder folder;
  // The command has its first bytes and waits for the pipe to take its result.
  const std::string slowly = " | (sleep 0.6; cat >out); echo; cat status";
  for (const char* change :
       {"truncate -s 100000 a", "echo more >>a",
        "touch -r a t; printf X | dd of=a conv=notrunc status=none; touch -r t a"}) {
    folder.Write("a", MixedBytes(3'000'000));
    const Outcome run = folder.Run("(sleep 0.3; " + std::string(change) +
                                   ") & "
                                   "(sigma-par -1 -T1 -c a; echo $? >status)" +
                                   slowly);
    EXPECT_EQ(run.out, "\n2\n") << change;
    EXPECT_THAT(run.err, HasSubstr("a: changed while it was read")) << change;
  }
  // With --rm it stays, whatever was put back.
  folder.Write("a", MixedBytes(3'000'000));
  const Outcome run = folder.Run(
      "(sleep 0.05; touch -r a t; printf X | dd of=a conv=notrunc status=none; touch -r t a) &\n"
      "sigma-par -7 -T1 --rm a; echo $?; wait; head -c 1 a");
  EXPECT_TRUE(folder.Has("a") || run.out.starts_with("0\n")) << run.out;
  if (folder.Has("a")) {
    EXPECT_EQ(run.out, "2\nX") << run.err;
  }
}

// A sparse file gives the stream that a dense one gives, and its holes are not read.
TEST(Safety, HolesAreSkippedAndTheStreamIsTheSame) {
  const Folder folder;
  folder.Write("data", MixedBytes(1'000'000));
  const Outcome run = folder.Run(
      "truncate -s 100M sparse; for o in 0 7 50 99; do\n"
      "dd if=data of=sparse bs=1M seek=$o conv=notrunc status=none; done\n"
      "cp --sparse=never sparse dense\n"
      "for l in -1 -3 '-3 --strategy raw' '-1 -B 64K -T2' '-5 -M 40M' '-1 --verify'; do\n"
      "sigma-par $l -c sparse >s; sigma-par $l -c dense | cmp - s; sigma-par $l <sparse | cmp - s\n"
      "sigma-par -dc s | cmp - dense; done\n"
      "truncate -s 20G huge; timeout 300 sigma-par -1 huge && sigma-par -l --json huge.sigma | "
      "grep -o '\"original\":[0-9]*' | head -1");
  EXPECT_EQ(run.out, "\"original\":21474836480\n") << run.err;
}

TEST(Safety, ASignalDuringAFileLeavesTheSource) {
  const Folder folder;
  folder.Write("a", MixedBytes(30'000'000));
  const Outcome run = folder.Run(
      "cp a b; sigma-par -T1 --rm a & command=$!\n"
      "sleep 0.05; kill -TERM $command; wait $command; echo status $?");
  if (run.out == "status 143\n") {
    EXPECT_THAT(folder.Names(), ElementsAre("a", "b"));
    EXPECT_EQ(folder.Run("cmp a b").status, 0);
  } else {  // it was done before the signal
    EXPECT_EQ(folder.Run("sigmacat a.sigma | cmp - b").status, 0);
  }
}

TEST(Safety, IgnoredSignalsStayIgnored) {
  const Folder folder;
  const Outcome run = folder.Run(
      "mkfifo p; { echo x; sleep 0.6; echo y; } >p & (trap '' HUP; exec sigma-par -o out <p) & "
      "command=$!\nsleep 0.3; kill -HUP $command; wait $command; echo $?; sigma-par -dc out");
  EXPECT_EQ(run.out, "0\nx\ny\n") << run.err;
}

TEST(Safety, Usr1PrintsOneLine) {
  const Folder folder;
  const Outcome run = folder.Run(
      "mkfifo p; { echo x; sleep 0.6; } >p & sigma-par -o out <p & command=$!\n"
      "sleep 0.3; kill -USR1 $command; wait $command; echo $?");
  EXPECT_EQ(run.out, "0\n");
  EXPECT_THAT(run.err, HasSubstr("sigma-par: (stdin): "));
}

TEST(Safety, ResultsAreNotWorldReadableWhileWritten) {
  const Folder folder;
  const Outcome run = folder.Run(
      "mkfifo p; { head -c 3000000 /dev/urandom; exec sleep 20; } >p & feeder=$!\n"
      "umask 022; sigma-par -o out <p & command=$!\n"
      "sleep 0.5; find . -maxdepth 1 -type f -perm /077 | wc -l\n"
      "kill -TERM $command; wait $command; kill $feeder; wait");
  EXPECT_EQ(run.out, "0\n");
}

}  // namespace
}  // namespace sigma::tests
