// -l --members and -x on archives that tar makes, beside tar itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/cli/command.h"

namespace sigma::tests {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// A tree of everything that a plain user can make, and its tar in the format of the name.
constexpr const char* kTree =
    "export TZ=UTC LC_ALL=C.UTF-8; umask 022; mkdir -p t/sub/deep t/empty t/ro && "
    "seq 1 40000 >t/numbers && head -c 700000 /dev/zero >t/zeros && "
    "i=0; while [ $i -lt 200 ]; do echo $i >t/sub/f$i; i=$((i+1)); done; "
    "ln -s ../numbers t/sub/link; ln t/numbers t/sub/deep/hard; mkfifo t/pipe; "
    "n=$(printf '%060d' 7); mkdir t/sub/$n; echo long >t/sub/$n/$n; echo u >'t/sub/z\xC3\xBC'; "
    "chmod 751 t/numbers; "
    "truncate -s 3M t/sparse; printf abc | dd of=t/sparse bs=1 seek=1000000 conv=notrunc "
    "2>/dev/null; "
    "echo x >t/ro/x; chmod 555 t/ro; touch -d '2020-02-03 04:05' t/numbers t/sub t/ro; ";

class Archives : public testing::TestWithParam<const char*> {
 protected:
  Archives() {
    const std::string format = GetParam();
    const Outcome made = folder_.Run(kTree + ("tar -cf t.tar --format=" + format) +
                                     (format == "ustar" ? "" : " --sparse") +
                                     " t && sigma-par -B64K t.tar && tar -tvf t.tar >list");
    EXPECT_EQ(made.status, 0) << made.err;
  }
  ~Archives() override { (void)folder_.Run("chmod -R u+w ."); }
  Outcome Run(const std::string& script) const {
    return folder_.Run("export TZ=UTC LC_ALL=C.UTF-8; umask 022; " + script);
  }
  Folder folder_;
};

TEST_P(Archives, AreListedAsTarListsThem) {
  const Outcome listed = Run("sigma-par -l --members t.tar.sigma >mine && diff list mine");
  EXPECT_EQ(listed.status, 0) << listed.out << listed.err;
  const Outcome some = Run("sigma-par -l --members t.tar.sigma 't/sub/f1*' t/empty | wc -l");
  EXPECT_EQ(some.out, "112\n");
  const Outcome none = Run("sigma-par -l --members t.tar.sigma nothing/such");
  EXPECT_EQ(none.status, 1);
  EXPECT_THAT(none.err, HasSubstr("t.tar.sigma: no member matches 'nothing/such'"));
}

TEST_P(Archives, ListWithoutAnIndexIsTheSame) {
  const Outcome listed =
      Run("sigma-par -l --members t.tar.sigma >with; sigma-par -f --no-index -B64K t.tar && "
          "sigma-par -l --members t.tar.sigma >without && cmp with without && "
          "sigma-par -l --members --json t.tar.sigma | head -c 60");
  EXPECT_EQ(listed.status, 0) << listed.err;
  EXPECT_THAT(listed.out, HasSubstr("\"indexed\":false"));
}

TEST_P(Archives, AreExtractedAsTarExtractsThem) {
  for (const char* const index : {"", "--no-index"}) {
    const Outcome both =
        Run(std::string("chmod -R u+w a b 2>/dev/null; rm -rf a b; mkdir a b; ") +
            "sigma-par -fB64K " + index + " t.tar; tar -C a -xf t.tar && " +
            "sigma-par -x t.tar.sigma -C b && "
            "(cd a; find . -printf '%p %M %s %T@ %n %l\\n' | sort) >la; "
            "(cd b; find . -printf '%p %M %s %T@ %n %l\\n' | sort) >lb; "
            "sed -i '/^[.] /d; s/\\([0-9]\\)[.]0*\\( [0-9]* .*\\)$/\\1\\2/' la lb; "
            "diff la lb && diff -r --no-dereference -x pipe a b && "
            "[ $(stat -c %b b/t/sparse) -lt 1000 ]");
    EXPECT_EQ(both.status, 0) << both.out << both.err;
  }
}

TEST_P(Archives, OneMember) {
  const Outcome one = Run("sigma-par -xO t.tar.sigma t/sub/f7 t/sub/f8");
  EXPECT_EQ(one.out, "7\n8\n");
  EXPECT_EQ(one.status, 0) << one.err;
  const Outcome into =
      Run("mkdir d; sigma-par -x t.tar.sigma -C d t/sub/deep t/numbers && "
          "cmp d/t/numbers t/numbers && find d -type f | wc -l");
  EXPECT_EQ(into.out, "2\n") << into.err;
  EXPECT_EQ(Run("sigma-par -xO t.tar.sigma t/sparse | cmp - t/sparse").status, 0);
}

INSTANTIATE_TEST_SUITE_P(Formats, Archives, testing::Values("gnu", "posix", "ustar"),
                         [](const auto& each) { return std::string(each.param); });

TEST(Archive, ThePipeAndTheFileAreTheSame) {
  const Folder folder;
  const Outcome made = folder.Run(
      "mkdir t; for i in 1 2 3 4 5 6 7 8; do seq $i 20000 >t/$i; done; tar -cf t.tar t; "
      "sigma-par -B64K t.tar; cat t.tar | sigma-par -B64K -T2 >p; cmp p t.tar.sigma; "
      "sigma-par -B64K -M 20M -o m t.tar; cmp p m; cp t.tar c.tar; "
      "sigma-par --rm -B64K c.tar -o r; cmp p r; [ -e c.tar ] && echo kept; "
      "for i in 1 2 3; do sigma-par -B64K --shard $i/3 t.tar -o part$i; done; "
      "sigma-par --merge part2 part1 part3 -o merged; cmp p merged; "
      "sigma-par -t p; tail -c +101 t.tar | head -c 50 >x; sigma-par -dc --range 100:50 p | cmp - "
      "x");
  EXPECT_EQ(made.status, 0);
  EXPECT_EQ(made.out + made.err, "");
  EXPECT_THAT(folder.Run("sigma-par -B64K -vfk t.tar").err, HasSubstr("index of 9 members"));
}

TEST(Archive, OfAPipeItIsSaidHow) {
  const Folder folder;
  (void)folder.Run("mkdir t; echo a >t/a; tar -cf t.tar t; sigma-par t.tar");
  const Outcome piped = folder.Run("cat t.tar.sigma | sigma-par -x");
  EXPECT_EQ(piped.status, 1);
  EXPECT_THAT(piped.err, HasSubstr("sigma-par -dc | tar -x does that"));
  EXPECT_EQ(folder.Run("sigma-par -xO <t.tar.sigma").out, "a\n");
  const Outcome no_tar = folder.Run("echo hello >h; sigma-par h; sigma-par -x h.sigma");
  EXPECT_EQ(no_tar.status, 1);
  EXPECT_THAT(no_tar.err, HasSubstr("h.sigma: restores to no tar archive"));
}

TEST(Archive, WhatIsThereIsKept) {
  const Folder folder;
  (void)folder.Run("mkdir t; echo a >t/a; tar -cf t.tar t; sigma-par t.tar; echo mine >t/a");
  const Outcome kept = folder.Run("sigma-par -x t.tar.sigma");
  EXPECT_EQ(kept.status, 1);
  EXPECT_THAT(kept.err, HasSubstr("t.tar.sigma: t/a: already exists"));
  EXPECT_THAT(kept.err, HasSubstr("-f overwrites it"));
  EXPECT_EQ(folder.Read("t/a"), "mine\n");
  EXPECT_EQ(folder.Run("sigma-par -xf t.tar.sigma").status, 0);
  EXPECT_EQ(folder.Read("t/a"), "a\n");
  const Outcome nowhere = folder.Run("sigma-par -x t.tar.sigma -C nowhere");
  EXPECT_EQ(nowhere.status, 1);
  EXPECT_THAT(nowhere.err, HasSubstr("nowhere: no such folder"));
}

TEST(Archive, TheJsonOfMembers) {
  const Folder folder;
  (void)folder.Run("mkdir t; echo a >t/a; ln -s a t/l; tar -cf t.tar t; sigma-par t.tar");
  const Outcome listed = folder.Run("sigma-par -l --members --json t.tar.sigma");
  const auto object = nlohmann::json::parse(listed.out);
  EXPECT_EQ(object["name"], "t.tar.sigma");
  EXPECT_EQ(object["members"].size(), 3u);
  for (const auto& member : object["members"]) {
    if (member["name"] == "t/a") {
      EXPECT_EQ(member["kind"], "file");
      EXPECT_EQ(member["size"], 2);
    }
    if (member["name"] == "t/l") {
      EXPECT_EQ(member["link"], "a");
    }
  }
  const Outcome missing = folder.Run("sigma-par -l --members --json no.sigma");
  EXPECT_EQ(nlohmann::json::parse(missing.out)["error"]["code"], "not_found");
}

// Ten megabytes with a hundred bytes before them: nearly all compressed bytes are the same.
TEST(Rsyncable, AChangeAtTheFrontChangesLittle) {
  const Folder folder;
  folder.Write("a", MixedBytes(10'000'000, 5));
  const Outcome made = folder.Run(
      "(head -c 100 /dev/urandom; cat a) >b; for f in a b; do sigma-par --rsyncable -B64K $f; "
      "sigma-par -dc $f.sigma | cmp - $f; cat $f | sigma-par --rsyncable -T1 -B64K | cmp - "
      "$f.sigma; "
      "sigma-par -lv --json $f.sigma >$f.json; done");
  EXPECT_EQ(made.status, 0) << made.err;
  EXPECT_EQ(made.out + made.err, "");
  std::map<std::string, std::size_t> before;
  const auto table = [&](const char* file) {
    return nlohmann::json::parse(folder.Read(file))["files"][0]["chunk_table"];
  };
  for (const auto& chunk : table("a.json")) before[chunk["hash"]] = chunk["stored"];
  std::size_t all = 0;
  std::size_t same = 0;
  for (const auto& chunk : table("b.json")) {
    const std::size_t stored = chunk["stored"];
    all += stored;
    EXPECT_LE(chunk["original"], 64 << 10);
    if (before.contains(chunk["hash"])) same += stored;
  }
  EXPECT_GE(same, all / 100 * 98) << all;
}

}  // namespace
}  // namespace sigma::tests
