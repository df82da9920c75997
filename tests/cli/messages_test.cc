// The messages when something goes wrong: the file at fault is named, and the option that
// helps; the same thing is always said in the same words.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/command.h"

namespace sigma::tests {
namespace {

struct Said {
  const char* name;
  const char* script;  // in a folder with a, a.sigma and old (files), d (a folder)
  const char* err;     // the whole of standard error
};

constexpr const char* kBefore = "echo x >a; sigma-par a; echo x >old; mkdir d; echo x >d/b\n";

constexpr Said kSaid[] = {
    {"TargetExists", "sigma-par a", "sigma-par: a.sigma: already exists (-f overwrites it)\n"},
    {"TargetExistsRestoring", "sigma-par -d a.sigma",
     "sigma-par: a: already exists (-f overwrites it)\n"},
    {"NamedTargetExists", "sigma-par -o old a",
     "sigma-par: old: already exists (-f overwrites it)\n"},
    {"ReportExists", "sigma-par --analyze --report old a >out",
     "sigma-par: old: already exists (-f overwrites it)\n"},
    {"RangeTargetExists", "sigma-par -d --range 0:1 -o old a.sigma",
     "sigma-par: old: already exists (-f overwrites it)\n"},
    {"TargetIsFolder", "mkdir b.sigma; echo x >b; sigma-par -f b",
     "sigma-par: b.sigma: is a folder: nothing is written there\n"},
    {"NamedTargetIsFolder", "sigma-par -f -o d a",
     "sigma-par: d: is a folder: nothing is written there\n"},
    {"TargetIsLink", "ln -s old b.sigma; echo x >b; sigma-par -f b",
     "sigma-par: b.sigma: is a symbolic link: a name made from the source's only stands for a "
     "regular file\n"},
    {"TargetWithoutName", "sigma-par -o nosuch/ a",
     "sigma-par: nosuch/: has no file name at its end\n"},
    {"TargetFolderMissing", "sigma-par -o nosuch/b a",
     "sigma-par: nosuch/b: cannot open its folder: No such file or directory\n"},
    {"TargetInFile", "sigma-par -o a/b a",
     "sigma-par: a/b: cannot open its folder: Not a directory\n"},
    {"TargetNameTooLong",
     "n=$(printf %0255d 0); echo x >$n; sigma-par $n 2>&1 | sed 's/0000*/0/' >&2",
     "sigma-par: 0.sigma: cannot use this name: File name too long\n"},
    {"StandardOutputFull", "sigma-par -c a >/dev/full",
     "sigma-par: (stdout): cannot write: No space left on device\n"},
    {"StandardOutputFullRestoring", "sigma-par -dc a.sigma >/dev/full",
     "sigma-par: (stdout): cannot write: No space left on device\n"},
    {"StandardOutputFullForRange", "sigma-par -d --range 0: a.sigma >/dev/full",
     "sigma-par: (stdout): cannot write: No space left on device\n"},
    {"DeviceFull", "sigma-par -o /dev/full a",
     "sigma-par: /dev/full: cannot write: No space left on device\n"},
    {"FileTooLarge",
     "head -c 300000 /dev/urandom >b; ulimit -f 8; trap '' XFSZ; sigma-par b 2>e; cat e >&2",
     "sigma-par: b.sigma: cannot write: File too large\n"},
    {"DescriptorNotOpen", "sigma-par -o /dev/fd/7 a",
     "sigma-par: /dev/fd/7: descriptor 7 is not open for writing\n"},
    {"RemovedForDevice", "sigma-par --rm -o /dev/null a",
     "sigma-par: /dev/null: is no regular file: a source is only removed for a result in one\n"},
    {"SameFile", "sigma-par -f -o a a", "sigma-par: a: input and output are the same file\n"},
    {"SourceMissing", "sigma-par nosuch", "sigma-par: nosuch: no such file\n"},
    {"SourceMissingToRestore",
     "sigma-par -d nosuch; sigma-par -d nosuch.sigma; sigma-par old.sigma",
     "sigma-par: nosuch: no such file\nsigma-par: nosuch.sigma: no such file\n"
     "sigma-par: old.sigma: no such file\n"},
    {"FolderToRestore", "sigma-par -d d",
     "sigma-par: d: is a folder: skipped (-r takes the files in it)\n"},
    {"UnknownSuffix", "sigma-par -d old",
     "sigma-par: old: unknown suffix, left alone; -c or -o FILE says where its bytes should go\n"},
    {"KnownSuffix", "sigma-par a.sigma",
     "sigma-par: a.sigma: already has a suffix of compressed files, left alone\n"},
    {"EmptyName", "sigma-par ''", "sigma-par: '': no such file\n"},
    {"SourceMissingInTest", "sigma-par -t nosuch", "sigma-par: nosuch: no such file\n"},
    {"SourceMissingInList", "sigma-par -l nosuch", "sigma-par: nosuch: no such file\n"},
    {"SourceMissingInBench", "sigma-par --bench nosuch >out", "sigma-par: nosuch: no such file\n"},
    {"Folder", "sigma-par d", "sigma-par: d: is a folder: skipped (-r takes the files in it)\n"},
    {"FolderToTest", "sigma-par -t d",
     "sigma-par: d: is a folder: skipped (-r takes the files in it)\n"},
    {"FolderToList", "sigma-par -l d",
     "sigma-par: d: is a folder: skipped (-r takes the files in it)\n"},
    {"FolderByLink", "ln -s d l; sigma-par -r l", "sigma-par: l: is a folder: skipped\n"},
    {"FolderAsInput", "sigma-par -c <d >out", "sigma-par: (stdin): is a folder: skipped\n"},
    {"ControlsInNames", "f=$(printf 'a\\033b'); echo x >\"$f\"; >\"$f.sigma\"; sigma-par \"$f\"",
     "sigma-par: $'a\\033b.sigma': already exists (-f overwrites it)\n"},
    {"FifoWithoutTarget", "mkfifo p; sigma-par p",
     "sigma-par: p: is a FIFO, only read into a target that is named or standard output: "
     "skipped\n"},
};

class Messages : public testing::TestWithParam<Said> {};

TEST_P(Messages, NameTheFileAndTheOption) {
  const Folder folder;
  const Outcome run = folder.Run(std::string(kBefore) + GetParam().script);
  EXPECT_EQ(run.err, GetParam().err);
}

INSTANTIATE_TEST_SUITE_P(Rows, Messages, testing::ValuesIn(kSaid),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace sigma::tests
