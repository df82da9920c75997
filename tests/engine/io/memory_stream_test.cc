#include "engine/io/memory_stream.h"

#include <gtest/gtest.h>

#include "tests/engine/io/temp_dir.h"

namespace sigma {
namespace {

using tests::View;

TEST(MemorySource, ReadsInOrderAndAnywhere) {
  MemorySource source(View("0123456789"));
  EXPECT_EQ(source.Size(), 10U);
  EXPECT_TRUE(source.Seekable());
  EXPECT_EQ(source.Memory().size(), 10U);
  Bytes four(4);
  EXPECT_EQ(*source.Read(four), 4U);
  EXPECT_EQ(four[0], '0');
  EXPECT_EQ(*source.ReadAt(8, four), 2U);
  EXPECT_EQ(four[1], '9');
  EXPECT_EQ(*source.ReadAt(10, four), 0U);
  EXPECT_EQ(*source.ReadAt(~std::uint64_t{0}, four), 0U);
  EXPECT_EQ(*source.Read(four), 4U);
  EXPECT_EQ(four[0], '4');
  EXPECT_EQ(*source.Read(four), 2U);
  EXPECT_EQ(*source.Read(four), 0U);
  MemorySource none(ByteView{});
  EXPECT_EQ(*none.Read(four), 0U);
}

TEST(BytesSink, Appends) {
  BytesSink sink;
  ASSERT_TRUE(sink.Write(View("ab")));
  ASSERT_TRUE(sink.Write({}));
  ASSERT_TRUE(sink.Write(View("c")));
  ASSERT_TRUE(sink.Finish());
  EXPECT_EQ(sink.Take(), (Bytes{'a', 'b', 'c'}));
}

TEST(MemorySink, StopsAtItsEnd) {
  Bytes target(4);
  MemorySink sink(target);
  ASSERT_TRUE(sink.Write(View("abc")));
  EXPECT_EQ(sink.size(), 3U);
  const auto result = sink.Write(View("de"));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kLimit);
}

TEST(MemorySink, PlacesCountAsWritten) {
  Bytes target(10);
  MemorySink sink(target);
  const MutableBytes first = sink.Place(0, 3);
  const MutableBytes second = sink.Place(3, 2);
  const MutableBytes third = sink.Place(7, 2);
  ASSERT_EQ(first.data(), target.data());
  ASSERT_EQ(second.data(), target.data() + 3);
  ASSERT_EQ(third.size(), 2U);
  EXPECT_EQ(sink.size(), 5U);
  ASSERT_TRUE(sink.Write(View("xy")));  // between the places
  EXPECT_EQ(sink.size(), 9U);
  ASSERT_TRUE(sink.Write(View("z")));
  EXPECT_EQ(target[5], 'x');
  EXPECT_EQ(target[9], 'z');
  EXPECT_TRUE(sink.Place(9, 2).empty());
  EXPECT_TRUE(sink.Place(~std::uint64_t{0}, 1).empty());
}

}  // namespace
}  // namespace sigma
