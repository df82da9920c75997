// The first hour of a user of gzip, xz or zstd, each row run with those of the three that
// agree about it and with sigma-par: the same exit statuses, names and bytes must come out.
//
// A row's script runs in an empty folder once per command, with $Z the command and $S its suffix.
// Its output is compared, after the suffix is taken for .SUF. gzip and xz remove their sources
// by default, zstd and sigma-par do not: rows say -k.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <sstream>

#include "tests/cli/command.h"

namespace sigma::tests {
namespace {

struct Tool {
  const char* name;
  const char* suffix;
};

constexpr std::array<Tool, 3> kPeers = {{{"gzip", ".gz"}, {"xz", ".xz"}, {"zstd", ".zst"}}};

struct Row {
  const char* name;
  const char* peers;  // those that agree
  const char* script;
};

// `st COMMAND` runs it without a word and prints its exit status; `ls1` prints the names.
constexpr const char* kPrelude = R"(
st() { "$@" >/dev/null 2>&1; echo "status $?"; }
fails() { "$@" >/dev/null 2>&1 && echo succeeded || echo failed; }
ls1() { ls -A "$@" | sed "s/\\$S/.SUF/" | tr '\n' ' '; echo; }
says() { "$@" 2>&1 >/dev/null </dev/null | grep -q . && echo a message || echo no message; }
)";

constexpr Row kRows[] = {
    {"Compress", "gzip xz zstd", "echo x >a; st $Z -k a; ls1"},
    {"Decompress", "gzip xz zstd", "echo x >a; $Z -kq a; rm a; st $Z -dk a$S; cat a; ls1"},
    {"LongOptions", "gzip xz zstd",
     "echo x >a; st $Z --keep a; rm a; st $Z --decompress --keep a$S; cat a"},
    {"StdinToStdout", "gzip xz zstd", "echo x | $Z | $Z -d; echo x | $Z -c | $Z -dc"},
    {"StdinRedirected", "gzip xz zstd", "echo x >a; $Z <a >b; $Z -d <b"},
    {"DashIsStdin", "gzip xz zstd", "echo x | $Z -c - | $Z -dc -"},
    {"DashAlone", "gzip xz zstd", "echo x | $Z - | $Z -d -"},
    {"ToStdoutKeeps", "gzip xz zstd", "echo x >a; $Z -c a >b; $Z -dc <b; ls1"},
    {"StdoutLong", "gzip xz zstd", "echo x >a; $Z --stdout a | $Z -d --stdout"},
    {"ToStdoutLong", "gzip xz", "echo x >a; $Z --to-stdout a | $Z -d --to-stdout"},
    {"Uncompress", "gzip xz zstd", "echo x >a; $Z -kq a; rm a; st $Z --uncompress -k a$S; cat a"},
    {"Abbreviation", "gzip xz", "echo x >a; $Z --kee a; rm a; st $Z --decom --kee a$S; cat a"},
    {"AbbreviatedStdout", "gzip xz", "echo x >a; $Z --std a | $Z --decompr --stdo"},
    {"CatOfSeveral", "gzip xz zstd", "echo 1 >a; echo 2 >b; $Z -c a b | $Z -dc"},
    {"Concatenated", "gzip xz zstd",
     "echo 1 | $Z >c$S; echo 2 | $Z >>c$S; $Z -dc c$S; st $Z -t c$S"},
    {"SeveralFiles", "gzip xz zstd",
     "echo 1 >a; echo 2 >b; st $Z -k a b; ls1; rm a b; $Z -dkq a$S b$S; cat a b"},
    {"OneMissing", "gzip xz zstd", "echo 1 >a; echo 3 >c; st $Z -k a b c; ls1"},
    {"AllMissing", "gzip xz zstd", "st $Z -k b; says $Z b"},
    {"MissingToTest", "gzip xz zstd", "st $Z -t b$S"},
    {"MissingToRestore", "gzip xz zstd", "st $Z -d b$S"},
    {"MissingWithoutSuffix", "gzip xz", "st $Z -d b; st $Z b$S"},
    {"FolderToRestore", "gzip xz", "mkdir d; st $Z -d d"},
    {"MissingToList", "gzip xz zstd", "st $Z -l b$S"},
    {"EmptyFile", "gzip xz zstd", ": >a; st $Z -k a; $Z -dc a$S | wc -c; st $Z -t a$S"},
    {"EmptyStdin", "gzip xz zstd", "$Z </dev/null | $Z -dc | wc -c"},
    {"RestoreOfNothing", "gzip zstd", ": | fails $Z -dc"},
    {"TestIntact", "gzip xz", "echo x | $Z >a$S; st $Z -t a$S; says $Z -t a$S; ls1"},
    {"TestLong", "gzip xz zstd", "echo x | $Z >a$S; st $Z --test a$S"},
    {"TestStdin", "gzip xz zstd", "echo x | $Z | st $Z -t"},
    {"TestSeveral", "gzip xz zstd", "echo x | $Z >a$S; echo y | $Z >b$S; st $Z -t a$S b$S"},
    {"TestKeep", "gzip xz zstd", "echo x | $Z >a$S; st $Z -tk a$S"},
    {"TestVerbose", "gzip xz zstd", "echo x | $Z >a$S; st $Z -tv a$S; says $Z -tv a$S"},
    {"TestOneDamaged", "gzip xz zstd",
     "seq 9999 | $Z >a$S; cp a$S b$S; printf XYZ | dd of=a$S bs=1 seek=4000 conv=notrunc "
     "2>/dev/null; st $Z -t a$S b$S"},
    {"TestTruncated", "gzip xz zstd",
     "seq 9999 | $Z | head -c 2000 >a$S; st $Z -t a$S; says $Z -t a$S"},
    {"RestoreTruncated", "gzip xz zstd", "seq 9999 | $Z | head -c 2000 >a$S; st $Z -dk a$S; ls1"},
    {"RestoreDamaged", "gzip xz",
     "seq 9999 | $Z >a$S; printf XYZ | dd of=a$S bs=1 seek=4000 conv=notrunc 2>/dev/null; st $Z "
     "-dk a$S; ls1"},
    {"NotCompressed", "gzip xz zstd", "echo plain text >a$S; st $Z -d a$S; ls1; says $Z -d a$S"},
    {"NotCompressedTest", "gzip xz zstd", "echo plain text >a$S; st $Z -t a$S"},
    {"NotCompressedStdin", "gzip xz zstd", "echo plain text | fails $Z -d"},
    {"UnknownSuffix", "gzip xz zstd", "echo x | $Z >a; fails $Z -dk a; ls1"},
    {"UnknownSuffixToStdout", "gzip xz zstd", "echo x | $Z >a; $Z -dc a"},
    {"UnknownSuffixFromStdin", "gzip xz zstd", "echo x | $Z >a; $Z -d <a"},
    {"AlreadyCompressed", "gzip xz", "echo x >a; $Z -k a; $Z -k a$S 2>/dev/null; ls1"},
    {"CompressedAgainByStdin", "gzip xz zstd", "echo x | $Z | $Z | $Z -d | $Z -d"},
    {"CompressedAgainToStdout", "gzip zstd", "echo x >a; $Z -kq a; $Z -c <a$S | $Z -d | $Z -d"},
    {"ExistingTarget", "gzip xz zstd", "echo new >a; echo old >a$S; fails $Z -k a; cat a$S"},
    {"ExistingTargetRestoring", "gzip xz zstd",
     "echo new >a; $Z -kq a; echo old >a; fails $Z -dk a$S; cat a"},
    {"ForceOverwrites", "gzip xz zstd", "echo new >a; echo old >a$S; st $Z -kf a; $Z -dc a$S"},
    {"ForceOverwritesRestoring", "gzip xz zstd",
     "echo new >a; $Z -kq a; echo old >a; st $Z -dkf a$S; cat a"},
    {"Cluster", "gzip xz zstd", "echo x >a; st $Z -kf9 a; st $Z -dkfq a$S; cat a"},
    {"ClusterWithC", "gzip xz zstd", "echo x >a; $Z -kq a; $Z -dkc a$S"},
    {"ClusterOfLevelAndVerbose", "gzip xz zstd", "echo x >a; st $Z -9vk a; $Z -dc a$S"},
    {"LevelOne", "gzip xz zstd", "seq 999 >a; st $Z -1k a; $Z -dc a$S | cmp - a"},
    {"LevelNine", "gzip xz zstd", "seq 999 >a; st $Z -9k a; $Z -dc a$S | cmp - a"},
    {"EveryDigit", "gzip xz zstd",
     "seq 999 >a; for l in 1 2 3 4 5 6 7 8 9; do $Z -$l -c a | $Z -d | cmp - a && echo $l; done"},
    {"TheLastLevelWins", "gzip xz zstd",
     "seq 99999 >a; $Z -9 -1 -c a >b; $Z -1 -c a | cmp - b; echo $?"},
    {"Best", "gzip xz", "seq 99 >a; st $Z --best -k a; $Z -dc a$S | cmp - a"},
    {"Fast", "gzip xz zstd", "seq 99 >a; st $Z --fast -k a; $Z -dc a$S | cmp - a"},
    {"BestIsNotLarger", "xz",
     "seq 99999 >a; test $($Z -9c a | wc -c) -le $($Z --fast -c a | wc -c); echo $?"},
    {"LevelWhileRestoring", "gzip xz zstd", "echo x | $Z >a$S; $Z -dc -9 a$S"},
    {"OptionAfterName", "gzip xz zstd", "echo x >a; st $Z a -k; ls1"},
    {"OptionBetweenNames", "gzip xz zstd", "echo x >a; echo y >b; st $Z a -k b; ls1"},
    {"DashDash", "gzip xz zstd", "echo x >-k; st $Z -k -- -k; ls1; $Z -dc -- -k$S"},
    {"DashNameByPath", "gzip xz zstd", "echo x >-9; st $Z -k ./-9; ls1"},
    {"DoubleDashNumber", "gzip xz", "echo x >a; fails $Z -k --9x a; ls1"},
    {"UnknownLong", "gzip xz zstd",
     "echo x >a; fails $Z --nosuchoption a; ls1; says $Z --nosuchoption a"},
    {"UnknownShort", "gzip xz zstd", "echo x >a; fails $Z -Y a; ls1; says $Z -Y a"},
    {"SpacesInNames", "gzip xz zstd",
     "echo x >'a b  c'; st $Z -k 'a b  c'; ls1; $Z -dc 'a b  c'$S"},
    {"StarInNames", "gzip xz zstd", "echo x >'a*[b]'; st $Z -k 'a*[b]'; ls1"},
    {"Utf8InNames", "gzip xz zstd", "echo x >grün; st $Z -k grün; ls1"},
    {"NewlineInNames", "gzip xz zstd",
     "f=$(printf 'a\\nb'); echo x >\"$f\"; st $Z -k \"$f\"; $Z -dc \"$f$S\""},
    {"LatinInNames", "gzip xz zstd",
     "f=$(printf 'a\\344b'); echo x >\"$f\"; st $Z -k \"$f\"; $Z -dc \"$f$S\""},
    {"NamesWithDots", "gzip xz zstd",
     "echo x >.hidden; echo y >a.b.c; st $Z -k .hidden a.b.c; ls1"},
    {"NamesInFolders", "gzip xz zstd",
     "mkdir d; echo x >d/a; st $Z -k d/a; ls1 d; rm d/a; $Z -dkq d/a$S; cat d/a"},
    {"TrailingSlash", "gzip xz zstd", "mkdir d; fails $Z -k d/; ls1"},
    {"FolderWithoutR", "gzip xz", "mkdir d; echo x >d/a; fails $Z -k d; ls1 d"},
    {"FolderToTest", "gzip xz", "mkdir d; fails $Z -t d"},
    {"FolderBesideFile", "gzip xz", "mkdir d; echo x >a; fails $Z -k d a; ls1"},
    {"Recursive", "gzip zstd", "mkdir -p d/e; echo 1 >d/a; echo 2 >d/e/b; st $Z -rkq d; ls1 d d/e"},
    {"RecursiveTest", "gzip zstd",
     "mkdir -p d/e; echo 1 | $Z >d/a$S; echo 2 | $Z >d/e/b$S; st $Z -rt d"},
    {"RecursiveRestore", "gzip",
     "mkdir -p d/e; echo 1 | $Z >d/a$S; echo 2 | $Z >d/e/b$S; st $Z -drk d; cat d/a d/e/b"},
    {"RecursiveEmptyFolder", "gzip zstd", "mkdir d; st $Z -rkq d; ls1 d"},
    {"QuietHidesWarnings", "gzip xz", "echo x >a; $Z -k a; says $Z -kq a$S"},
    {"QuietMissing", "xz", "says $Z -q nosuch; says $Z -qq nosuch; st $Z -qq nosuch"},
    {"VerboseSaysSomething", "gzip xz zstd", "echo x >a; says $Z -kv a"},
    {"SilentOtherwise", "gzip xz", "echo x >a; says $Z -k a; says $Z -dkf a$S"},
    {"OtherSuffix", "gzip xz",
     "echo x >a; st $Z -k -S .foo a; ls1; rm a; st $Z -dk -S .foo a.foo; cat a"},
    {"OtherSuffixAttached", "gzip xz", "echo x >a; st $Z -kS.foo a; ls1"},
    {"OtherSuffixLong", "gzip xz", "echo x >a; st $Z -k --suffix=.foo a; ls1"},
    {"EmptySuffix", "xz", "echo x >a; fails $Z -k -S '' a; ls1"},
    {"Threads", "xz zstd", "seq 999 >a; $Z -T2 -c a | $Z -dc | cmp - a; echo $?"},
    {"ThreadsSeparate", "xz", "seq 999 >a; $Z -T 2 -c a | $Z -dc -T 1 | cmp - a; echo $?"},
    {"ThreadsLong", "xz zstd", "seq 999 >a; $Z --threads=2 -c a | $Z -dc | cmp - a; echo $?"},
    {"ThreadsZero", "xz zstd", "seq 999 >a; $Z -T0 -c a | $Z -dc | cmp - a; echo $?"},
    {"ThreadsNoNumber", "xz zstd", "echo x >a; fails $Z -k -Tx a; ls1"},
    {"MemoryShare", "xz", "seq 999 >a; $Z -M50% -c a | $Z -dc | cmp - a; echo $?"},
    {"OutputFile", "zstd", "echo x >a; st $Z -q a -o b; ls1; $Z -dc b; st $Z -dq b -o c; cat c"},
    {"OutputOfSeveral", "zstd", "echo x >a; echo y >b; fails $Z -q a b -o c </dev/null; ls1"},
    {"OutputExists", "zstd", "echo x >a; echo old >b; fails $Z -q a -o b </dev/null; cat b"},
    {"OutputFromStdin", "zstd", "echo x | $Z -q -o b; $Z -dc b"},
    {"Remove", "zstd", "echo x >a; st $Z -q --rm a; ls1; st $Z -dq --rm a$S; ls1; cat a"},
    {"ModeKept", "gzip xz zstd",
     "echo x >a; chmod 640 a; $Z -kq a; stat -c %a a$S; rm a; $Z -dkq a$S; stat -c %a a"},
    {"TimeKept", "gzip xz zstd",
     "echo x >a; touch -d '2001-02-03 04:05:06' a; $Z -kq a; stat -c %Y a$S; rm a; $Z -dkq a$S; "
     "stat -c %Y a"},
    {"ReadOnlySource", "gzip xz zstd", "echo x >a; chmod 400 a; st $Z -kq a; stat -c %a a$S"},
    {"FullDevice", "gzip xz", "seq 9999 >a; $Z -c a >/dev/full 2>/dev/null; echo $?"},
    {"FullDeviceRestoring", "gzip xz",
     "seq 9999 | $Z >a$S; $Z -dc a$S >/dev/full 2>/dev/null; echo $?"},
    {"FullDeviceListing", "gzip xz",
     "seq 9999 | $Z >a$S; $Z -l a$S >/dev/full 2>/dev/null; echo $?"},
    {"NullDevice", "gzip xz zstd", "seq 9999 | $Z >a$S; $Z -dc a$S >/dev/null; echo $?"},
    {"BrokenPipe", "gzip xz",
     "head -c 3000000 /dev/urandom >a; { $Z -c a 2>err; echo $? >status; } | head -c 1 >/dev/null; "
     "cat status; cat err"},
    {"BrokenPipeRestoring", "gzip xz",
     "head -c 3000000 /dev/urandom | $Z -1 >a$S; { $Z -dc a$S 2>err; echo $? >status; } | head -c "
     "1 >/dev/null; cat status; cat err"},
    {"ClosedStdout", "gzip xz", "echo x >a; fails sh -c '$0 -c a >&-' $Z"},
    {"ClosedStdin", "gzip xz zstd", "fails sh -c '$0 -c <&-' $Z"},
    {"ClosedStdinNotNeeded", "gzip xz zstd",
     "echo x >a; sh -c '$0 -kq a <&-' $Z; echo $?; $Z -dc a$S"},
    {"ClosedStderr", "gzip xz zstd", "echo x >a; sh -c '$0 -kq a 2>&-' $Z; echo $?; $Z -dc a$S"},
    {"ClosedStderrMessage", "gzip xz zstd", "sh -c '$0 -k nosuch 2>&-' $Z; echo $?; ls1"},
    {"Tar", "gzip xz zstd",
     "mkdir d; echo x >d/a; tar -I $Z -cf t.tar$S d; rm -r d; tar -I $Z -xf t.tar$S; cat d/a"},
    {"TarWithLevel", "gzip xz zstd",
     "mkdir d; echo x >d/a; tar -I \"$Z -9\" -cf t d; rm -r d; tar -I \"$Z -9\" -xf t; cat d/a"},
    {"TarList", "gzip xz zstd", "mkdir d; echo x >d/a; tar -I $Z -cf t d; tar -I $Z -tf t"},
    {"TarThroughPipes", "gzip xz zstd",
     "mkdir d; echo x >d/a; tar -cf - d | $Z | $Z -d | tar -tf -"},
    {"Padding", "gzip xz",
     "{ echo x | $Z; head -c 1024 /dev/zero; } >a$S; $Z -dc a$S; st $Z -t a$S"},
    {"PaddingOfOneByte", "gzip",
     "{ echo x | $Z; head -c 1 /dev/zero; } >a$S; $Z -dc a$S; st $Z -t a$S"},
    {"PassThrough", "gzip xz zstd", "echo plain >a; $Z -dcf a; $Z -dcf <a"},
    {"PassThroughOfNothing", "xz", ": >a; $Z -dcf a; echo $?"},
    {"PassThroughBeside", "gzip xz zstd", "echo plain >a; echo x | $Z >b$S; $Z -dcf a b$S"},
    {"LinkWithC", "gzip zstd", "echo x >a; ln -s a l; $Z -cf l | $Z -dc"},
    {"LinkForced", "gzip xz zstd", "echo x >a; ln -s a l; st $Z -kf l; ls1; $Z -dc l$S"},
    {"LinkKept", "xz", "echo x >a; ln -s a l; fails $Z -k l; ls1"},
    {"HardLinkKept", "xz zstd", "echo x >a; ln a b; st $Z -kq a; ls1"},
    {"FifoRefused", "gzip xz", "mkfifo p; fails $Z -k p; ls1"},
    {"ProcessSubstitution", "gzip zstd", "echo x >a; bash -c '$0 -cf <(cat a) | $0 -dc' $Z"},
    {"DevStdin", "gzip zstd", "echo x | $Z -cf /dev/stdin | $Z -dc"},
    {"List", "gzip xz zstd", "echo x | $Z >a$S; st $Z -l a$S; $Z -l a$S | grep -c a"},
    {"ListNotCompressed", "gzip xz zstd", "echo plain >a$S; st $Z -l a$S"},
    {"ListSeveral", "gzip xz zstd", "echo x | $Z >a$S; cp a$S b$S; st $Z -l a$S b$S"},
    {"ListOneMissing", "gzip xz zstd", "echo x | $Z >a$S; st $Z -l a$S b$S"},
    {"ListVerbose", "gzip xz zstd", "echo x | $Z >a$S; st $Z -lv a$S"},
    {"ListEmpty", "gzip xz zstd", ": >a$S; fails $Z -l a$S"},
    {"TestEmpty", "gzip zstd", ": >a$S; fails $Z -t a$S"},
    {"Help", "gzip xz zstd",
     "$Z --help >out; echo $?; grep -ci -m1 usage out; $Z -h | grep -ci -m1 usage"},
    {"HelpFirst", "gzip xz", "echo x >a; st $Z --help a; ls1"},
    {"Version", "gzip xz zstd", "$Z --version >out; echo $?; test -s out; echo $?; st $Z -V"},
    {"HelpOnFull", "gzip xz", "$Z --help >/dev/full 2>/dev/null; echo $?"},
    {"CompressLong", "xz zstd", "echo x >a; st $Z --compress -kq a; ls1"},
    {"ModesLastWins", "xz zstd", "echo x >a; st $Z -d -z -kq a; ls1"},
    {"NoName", "gzip", "echo x >a; $Z -nc a | $Z -dc; st $Z --no-name -kf a"},
    {"Nohup", "gzip xz zstd",
     "seq 99 >a; nohup $Z -kq a >/dev/null 2>&1; echo $?; $Z -dc a$S | cmp - a"},
    {"LocaleC", "gzip xz zstd", "echo x >grün; LC_ALL=C $Z -kq grün; echo $?; ls1"},
    {"UnreadableFolder", "gzip xz zstd", "fails $Z -k /nosuch/a"},
    {"FileAsFolder", "gzip xz zstd", "echo x >a; fails $Z -k a/b"},
    {"LongNames", "xz zstd",
     "n=$(head -c 255 /dev/zero | tr '\\0' n); echo x >$n; fails $Z -kq $n; ls | wc -l"},
    {"SameTwice", "gzip xz zstd", "echo x >a; fails $Z -kq a a; $Z -dc a$S; ls1"},
    {"LargeFile", "gzip xz zstd",
     "head -c 5000000 /dev/urandom >a; $Z -1 -c a | $Z -dc | cmp - a; echo $?"},
    {"ZerosStayZeros", "gzip xz zstd",
     "head -c 5000000 /dev/zero >a; $Z -kq a; $Z -dc a$S | cmp - a; rm a; $Z -dkq a$S; wc -c <a"},
    {"AppendedRedirect", "gzip xz zstd", "echo x | $Z >>a$S; echo y | $Z >>a$S; $Z -dc a$S"},
    {"RestoreToAppended", "gzip xz zstd", "echo 1 >out; echo 2 | $Z | $Z -dc >>out; cat out"},
    {"FileList", "zstd",
     "echo 1 >a; echo 2 >b; printf 'a\\nb\\n' >list; case $Z in zstd) o=--filelist;; *) "
     "o=--files-from;; esac; st $Z -kq $o list; ls1"},
    {"FileListXz", "xz",
     "echo 1 >a; echo 2 >b; printf 'a\\nb\\n' >list; case $Z in xz) o=--files=list;; *) "
     "o=--files-from=list;; esac; st $Z -kq $o; ls1"},
    {"OutputFolder", "zstd",
     "mkdir d out; echo 1 >d/a; case $Z in zstd) o=--output-dir-flat;; *) o=--output-dir;; esac; "
     "st $Z -q $o out d/a; ls1 out"},
    {"OutputFolderMirrored", "zstd",
     "mkdir -p d/e out; echo 1 >d/a; echo 2 >d/e/b; case $Z in zstd) o=--output-dir-mirror;; *) "
     "o=--output-dir;; esac; st $Z -rq $o out d; ls1 out/d out/d/e; $Z -dc out/d/e/b$S"},
};

// Outcome::status of what a shell says when a command is not there.
constexpr int kNotFound = 127;

std::string RunWith(const Tool& tool, const Row& row) {
  const Folder folder;
  std::string script = std::string("Z='") + tool.name + "' S=" + tool.suffix + "\n";
  if (folder.Run(std::string("command -v ") + tool.name).status != 0) return {};
  const Outcome run = folder.Run(script + "export Z S\n" + kPrelude + row.script);
  EXPECT_NE(run.status, kNotFound) << row.script << run.err;
  return run.out;
}

class Everyday : public testing::TestWithParam<Row> {};

TEST_P(Everyday, IsAsElsewhere) {
  const Row& row = GetParam();
  const std::string ours = RunWith({"sigma-par", ".sigma"}, row);
  std::istringstream names(row.peers);
  int compared = 0;
  for (std::string name; names >> name;) {
    for (const Tool& peer : kPeers) {
      if (name != peer.name) continue;
      const std::string theirs = RunWith(peer, row);
      if (theirs.empty()) continue;  // not installed: packages.sh would
      ++compared;
      EXPECT_EQ(ours, theirs) << peer.name << ": " << row.script;
    }
  }
  if (compared == 0) GTEST_SKIP() << "none of " << row.peers << " is here";
}

INSTANTIATE_TEST_SUITE_P(Rows, Everyday, testing::ValuesIn(kRows),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace sigma::tests
