// File systems, and containers' filters, that refuse what they do not know: the result is written
// all the same, what could not be kept is a warning, and a source whose result could not be synced
// stays.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/command.h"

namespace sigma::tests {
namespace {

using testing::HasSubstr;

class Refused : public testing::Test {
 protected:
  void SetUp() override {
    if (folder_.Run("'" SIGMA_REFUSE "' fchown EPERM true").status != 0) {
      GTEST_SKIP() << "filters of system calls are not permitted here";
    }
    folder_.Write("original", MixedBytes(300'000));
    ASSERT_EQ(folder_
                  .Run("touch -d '2001-02-03' original; chmod 640 original\n"
                       "sigma-par -o good.sigma original")
                  .status,
              0);
  }

  // Compresses a and restores b.sigma with `options`, over old results if they have -f; the source
  // is to be there afterwards or not, the result right, and the exit status `status`.
  void Both(const std::string& calls, const std::string& error, const std::string& options,
            int status, bool source_stays, const std::string& says) {
    const std::string what = calls + " " + error + " " + options;
    const Outcome run = folder_.Run(
        "rm -rf w; mkdir w; cd w; cp -p ../original a; cp -p ../good.sigma b.sigma\n"
        "case '" +
        options +
        "' in *-f*) echo old >a.sigma; echo old >b;; esac\n"
        "'" SIGMA_REFUSE "' " +
        calls + " " + error + " sigma-par " + options +
        " a; echo $?\n"
        "'" SIGMA_REFUSE "' " +
        calls + " " + error + " sigma-par -d " + options +
        " b.sigma; echo $?\n"
        "sigma-par -dc a.sigma | cmp - ../original; cmp b ../original\n"
        "ls -A");
    const std::string stays = source_stays ? "a\na.sigma\nb\nb.sigma\n" : "a.sigma\nb\n";
    EXPECT_EQ(run.out, std::to_string(status) + "\n" + std::to_string(status) + "\n" + stays)
        << what << "\n"
        << run.err;
    if (says.empty()) {
      EXPECT_EQ(run.err, "") << what;
    } else {
      EXPECT_THAT(run.err, HasSubstr(says)) << what;
    }
  }

  Folder folder_;
};

constexpr std::initializer_list<const char*> kErrors = {"EPERM", "ENOSYS", "EINVAL", "ENOTSUP"};

TEST_F(Refused, WhatHasAnotherWay) {
  for (const char* calls :
       {"tmpfile", "linkat", "renameat2", "fallocate", "sync_file_range", "fadvise64", "ftruncate",
        "syncfs", "tmpfile,renameat2", "linkat,renameat2", "tmpfile,linkat,renameat2"}) {
    for (const char* error : kErrors) {
      Both(calls, error, "", 0, true, "");
      Both(calls, error, "-f", 0, true, "");
      Both(calls, error, "--rm", 0, false, "");
      Both(calls, error, "-f --rm", 0, false, "");
    }
  }
}

TEST_F(Refused, MetadataIsAWarning) {
  for (const char* call : {"fchmod", "utimensat"}) {
    for (const char* error : kErrors) {
      // Named temporaries have mode 0600 at first, so that there is a mode to set.
      const std::string calls = call == std::string("fchmod") ? "tmpfile,fchmod" : call;
      const std::string says = call == std::string("fchmod") ? "mode" : "times";
      Both(calls, error, "", 2, true, says);
      Both(calls, error, "-f --rm", 2, false, says);
    }
  }
}

TEST_F(Refused, TheOwnerToo) {
  if (folder_.Run("chown 1234:4321 original").status != 0) {
    GTEST_SKIP() << "only root gives files away";
  }
  ASSERT_EQ(folder_.Run("chown 1234:4321 good.sigma").status, 0);
  for (const char* error : kErrors) {
    Both("fchown", error, "", 2, true, "owner");
    EXPECT_EQ(folder_.Run("stat -c %a w/a.sigma").out, "600\n");  // the group got nothing of it
  }
}

TEST_F(Refused, WithoutSyncTheSourceStays) {
  for (const char* error : kErrors) {
    Both("fsync", error, "", 0, true, "");
    Both("fsync", error, "--rm", 2, true, "the file system does not sync");
  }
  // In a batch, where the file system may be synced as a whole; the folder is not, then.
  const Outcome run = folder_.Run(
      "rm -rf w; mkdir w; cd w; for i in 0 1 2 3 4 5 6 7 8 9; do echo $i >$i; done\n"
      "'" SIGMA_REFUSE
      "' fsync ENOSYS sigma-par -r --rm .; echo $?; ls | wc -l\n"
      "'" SIGMA_REFUSE "' syncfs,sync_file_range ENOSYS sigma-par -rf --rm .; echo $?; ls | wc -l");
  EXPECT_EQ(run.out, "2\n20\n0\n10\n") << run.err;
}

TEST_F(Refused, WithoutProc) {
  const std::string without = "unshare -m sh -c 'mount -t tmpfs none /proc && ";
  if (folder_.Run(without + "true'").status != 0) GTEST_SKIP() << "mounting is not permitted here";
  const Outcome run = folder_.Run(
      without +
      "umask 027; cp -p original a; cp -p good.sigma b.sigma\n"
      "sigma-par --rm a; echo $?; sigma-par -d --rm b.sigma; echo $?\n"
      "sigma-par -o c <original; echo $?; stat -c %a c; echo x | sigma-par -o /dev/stdout | "
      "sigma-par -d; ls -A'; sigma-par -dc a.sigma | cmp - original; cmp b original");
  EXPECT_EQ(run.out, "0\n0\n0\n640\nx\na.sigma\nb\nc\ngood.sigma\noriginal\n") << run.err;
}

TEST_F(Refused, TooLongNamesAndClosedFoldersAreNoticedBeforeTheWork) {
  const Outcome run = folder_.Run(
      "long=$(printf %0255d 1)\n"
      "cp original $long; timeout 20 sigma-par $long; echo $?\n"
      "mkdir closed; chmod 555 closed; cp original mine; chmod 644 mine; chmod 755 .\n"
      "if [ $(id -u) = 0 ]; then as='setpriv --reuid=1234 --regid=1234 --clear-groups'; fi\n"
      "$as sigma-par --output-dir closed mine; echo $?; ls -A closed");
  EXPECT_EQ(run.out, "1\n1\n");
  EXPECT_THAT(run.err, HasSubstr("File name too long"));
  EXPECT_THAT(run.err, HasSubstr("Permission denied"));
}

}  // namespace
}  // namespace sigma::tests
