// Files and pipes: short reads and writes, non-blocking ends, full devices, holes.
#include "engine/io/descriptor_stream.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <random>
#include <thread>

#include "tests/engine/io/temp_dir.h"

namespace sigma {
namespace {

using tests::Get;
using tests::Put;
using tests::TempDir;
using tests::View;

std::string Noise(std::size_t size) {
  std::mt19937 random(1);
  std::string text(size, '\0');
  for (char& c : text) c = static_cast<char>(random());
  return text;
}

struct Pipe {
  explicit Pipe(int flags = 0) {
    std::array<int, 2> ends{};
    EXPECT_EQ(pipe2(ends.data(), O_CLOEXEC | flags), 0);
    out = Descriptor(ends[0]);
    in = Descriptor(ends[1]);
  }
  Descriptor out, in;
};

TEST(DescriptorSource, PipeGivesFullBuffersFromDribbles) {
  const std::string text = Noise(100000);
  Pipe pipe;
  std::thread writer([&] {
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t size = std::min<std::size_t>(text.size() - at, 1 + at % 977);
      ASSERT_TRUE(WriteAll(pipe.in.get(), View(text).subspan(at, size)));
      at += size;
    }
    ASSERT_TRUE(pipe.in.Close());
  });
  DescriptorSource source(std::move(pipe.out));
  EXPECT_FALSE(source.Size());
  EXPECT_FALSE(source.Seekable());
  Bytes bytes(60000);
  std::string read;
  for (const std::size_t expected : std::initializer_list<std::size_t>{60000, 40000, 0}) {
    const auto size = source.Read(bytes);
    ASSERT_TRUE(size);
    EXPECT_EQ(*size, expected);
    read.append(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(*size));
  }
  writer.join();
  EXPECT_EQ(read, text);
  EXPECT_FALSE(source.ReadAt(0, bytes));
}

TEST(DescriptorStream, NonBlockingPipeIsWaitedFor) {
  const std::string text = Noise(1000000);
  Pipe pipe(O_NONBLOCK);
  DescriptorSource source(std::move(pipe.out));
  Bytes bytes(text.size());
  std::size_t size = 0;
  std::thread reader([&] {
    const auto got = source.Read(bytes);
    ASSERT_TRUE(got);
    size = *got;
  });
  DescriptorSink sink(std::move(pipe.in), Sparse::kAlways);
  EXPECT_FALSE(sink.sparse());
  EXPECT_TRUE(sink.Write(View(text)));
  EXPECT_TRUE(sink.Finish());
  EXPECT_TRUE(sink.descriptor().Close());
  reader.join();
  EXPECT_EQ(size, text.size());
  EXPECT_EQ(std::string(bytes.begin(), bytes.end()), text);
}

TEST(DescriptorSource, FileFromItsPosition) {
  const TempDir dir;
  Put(dir / "f", "0123456789");
  Descriptor file(open((dir / "f").c_str(), O_RDONLY | O_CLOEXEC));
  ASSERT_EQ(lseek(file.get(), 4, SEEK_SET), 4);
  DescriptorSource source(std::move(file));
  EXPECT_EQ(source.Size(), 6U);
  Bytes three(3);
  EXPECT_EQ(*source.ReadAt(1, three), 3U);
  EXPECT_EQ(three[0], '5');
  EXPECT_EQ(*source.ReadAt(4, three), 2U);
  EXPECT_EQ(*source.ReadAt(6, three), 0U);
  EXPECT_EQ(*source.ReadAt(~std::uint64_t{0}, three), 0U);
  EXPECT_EQ(*source.Read(three), 3U);
  EXPECT_EQ(three[0], '4');
}

TEST(DescriptorSource, FilesThatHideTheirSize) {
  DescriptorSource source(Descriptor(open("/proc/self/status", O_RDONLY | O_CLOEXEC)));
  EXPECT_FALSE(source.Size());
  EXPECT_FALSE(source.Seekable());
  Bytes bytes(1 << 16);
  EXPECT_GT(*source.Read(bytes), 100U);
}

TEST(DescriptorSource, ErrorsAreValues) {
  const TempDir dir;
  DescriptorSource source(Descriptor(open(dir.path().c_str(), O_RDONLY | O_CLOEXEC)));
  Bytes bytes(10);
  const auto result = source.Read(bytes);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kIo);
  EXPECT_NE(result.error().text.find("directory"), std::string::npos);
}

// Data and holes in turns, in pieces of every kind.
TEST(DescriptorSource, HolesAreFilledInWithoutReading) {
  const TempDir dir;
  const std::string data = Noise(10000);
  std::string whole;
  {
    const Descriptor file(open((dir / "f").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600));
    for (const std::size_t hole :
         std::initializer_list<std::size_t>{100000, 1u << 20, 4096, 50001}) {
      ASSERT_TRUE(WriteAllAt(file.get(), whole.size(), View(data)));
      whole += data + std::string(hole, '\0');
    }
    ASSERT_EQ(ftruncate(file.get(), static_cast<off_t>(whole.size())), 0);
  }
  for (const std::size_t begin : std::initializer_list<std::size_t>{0, 5000, 60000}) {
    for (const std::size_t step : std::initializer_list<std::size_t>{1000, 65536, 1u << 22}) {
      Descriptor file(open((dir / "f").c_str(), O_RDONLY | O_CLOEXEC));
      ASSERT_EQ(lseek(file.get(), static_cast<off_t>(begin), SEEK_SET), static_cast<off_t>(begin));
      DescriptorSource source(Descriptor(file.get(), false));
      EXPECT_EQ(source.Size(), whole.size() - begin);
      std::string read;
      std::uint64_t skipped = 0;
      Bytes bytes(step);
      for (;;) {
        if (const std::uint64_t zeros = source.ZerosAhead(); zeros >= step) {
          ASSERT_TRUE(source.Skip(step));
          read.append(step, '\0');
          skipped += step;
          continue;
        }
        const auto got = source.Read(bytes);
        ASSERT_TRUE(got);
        read.append(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(*got));
        if (*got < step) break;
      }
      EXPECT_TRUE(read == whole.substr(begin)) << begin << ", " << step;
      if (step < 100000) {
        EXPECT_GT(skipped, 900000U);
      }
      // Whoever shares the descriptor goes on where this ended.
      EXPECT_EQ(lseek(file.get(), 0, SEEK_CUR), static_cast<off_t>(whole.size()));
    }
  }
}

TEST(DescriptorSource, AHoleEndsWithTheFile) {
  const TempDir dir;
  Put(dir / "f", "data");
  ASSERT_EQ(truncate((dir / "f").c_str(), 1 << 20), 0);
  DescriptorSource source(Descriptor(open((dir / "f").c_str(), O_RDONLY | O_CLOEXEC)));
  Bytes bytes(8192);
  EXPECT_EQ(*source.Read(bytes), 8192U);
  ASSERT_EQ(truncate((dir / "f").c_str(), 10000), 0);
  EXPECT_LE(source.ZerosAhead(), (1u << 20) - 8192U);  // what was seen before may be given still
  ASSERT_EQ(truncate((dir / "f").c_str(), 0), 0);
  DescriptorSource empty(Descriptor(open((dir / "f").c_str(), O_RDONLY | O_CLOEXEC)));
  EXPECT_EQ(*empty.Read(bytes), 0U);
}

TEST(DescriptorSink, FullDeviceIsAnError) {
  for (const Sparse sparse : {Sparse::kNever, Sparse::kAlways}) {
    DescriptorSink sink(Descriptor(open("/dev/full", O_WRONLY | O_CLOEXEC)), sparse);
    const auto result = sink.Write(View("some bytes"));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::kIo);
    EXPECT_NE(result.error().text.find("No space"), std::string::npos);
  }
}

Descriptor NewFile(const std::string& path, int flags = 0) {
  return Descriptor(open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC | flags, 0600));
}

std::uint64_t Allocated(const std::string& path) {
  struct stat status {};
  EXPECT_EQ(stat(path.c_str(), &status), 0);
  return static_cast<std::uint64_t>(status.st_blocks) * 512;
}

// Zeros and noise in turns, cut at places that are no block boundaries.
TEST(DescriptorSink, HolesRestoreTheSameBytes) {
  const TempDir dir;
  std::string text;
  for (const std::size_t zeros :
       std::initializer_list<std::size_t>{100000, 4095, 4096, 8193, 1, 300000}) {
    text += Noise(5000 + zeros % 77);
    text += std::string(zeros, '\0');
  }
  for (const std::size_t step : {text.size(), std::size_t{4096}, std::size_t{65536},
                                 std::size_t{1000}, std::size_t{10007}}) {
    for (const bool tail : {false, true}) {
      const std::string whole = tail ? text + "end" : text;
      const std::string path = dir / ("f" + std::to_string(step) + (tail ? "t" : ""));
      DescriptorSink sink(NewFile(path), Sparse::kAuto);
      EXPECT_TRUE(sink.sparse());
      for (std::size_t at = 0; at < whole.size(); at += step) {
        ASSERT_TRUE(sink.Write(View(whole).subspan(at, std::min(step, whole.size() - at))));
      }
      ASSERT_TRUE(sink.Finish());
      EXPECT_EQ(Get(path), whole) << step;
      if (step >= 4096) {
        EXPECT_LT(Allocated(path), whole.size() - 200000) << step;
      }
    }
  }
}

TEST(DescriptorSink, PiecesFromSeveralThreadsInAnyOrder) {
  const TempDir dir;
  const std::string whole =
      Noise(300001) + std::string(500000, '\0') + Noise(200000) + std::string(400123, '\0');
  for (const Sparse sparse : {Sparse::kAuto, Sparse::kNever}) {
    for (const std::size_t step : {5000u, 4096u, 65536u, 300000u}) {
      const std::string path = dir / std::to_string(step);
      DescriptorSink sink(NewFile(path), Sparse::kNever);
      EXPECT_TRUE(std::holds_alternative<InOrder>(sink.delivery()));
      sink.OwnFile(sparse == Sparse::kAuto, true);
      ASSERT_TRUE(std::holds_alternative<Pieces*>(sink.delivery()));
      const std::size_t pieces = (whole.size() + step - 1) / step;
      const auto write_every_third = [&](std::size_t from) {
        for (std::size_t i = from; i < pieces; i += 3) {
          const std::size_t at = (pieces - 1 - i) * step;
          const auto piece = View(whole).subspan(at, std::min(step, whole.size() - at));
          ASSERT_TRUE(sink.WriteAt(at, piece));
        }
      };
      std::vector<std::thread> threads;
      for (std::size_t k = 0; k < 3; ++k) threads.emplace_back(write_every_third, k);
      for (std::thread& thread : threads) thread.join();
      sink.WrittenTo(whole.size());
      ASSERT_TRUE(sink.Finish());
      EXPECT_EQ(Get(path), whole) << step;
      if (sparse == Sparse::kAuto && step >= 65536) {
        EXPECT_LT(Allocated(path), whole.size() - 400000) << step;
      }
    }
  }
}

TEST(DescriptorSink, SmallPiecesAreHeldTogether) {
  const TempDir dir;
  std::string whole;
  DescriptorSink sink(NewFile(dir / "f"), Sparse::kNever);
  sink.OwnFile(false, false);
  for (const std::size_t size : std::initializer_list<std::size_t>{10, 2000, 20, 40000, 7, 16377}) {
    const std::string piece = Noise(size);
    ASSERT_TRUE(sink.Write(View(piece)));
    whole += piece;
    EXPECT_LE(Get(dir / "f").size(), whole.size());
    if (whole.size() == 2030) {
      EXPECT_EQ(Get(dir / "f"), "");
    }
  }
  ASSERT_TRUE(sink.Finish());
  EXPECT_EQ(Get(dir / "f"), whole);
}

TEST(DescriptorSink, NeverMeansNoHoles) {
  const TempDir dir;
  const std::string zeros(1 << 20, '\0');
  DescriptorSink sink(NewFile(dir / "f"), Sparse::kNever);
  ASSERT_TRUE(sink.Write(View(zeros)));
  ASSERT_TRUE(sink.Finish());
  EXPECT_EQ(Get(dir / "f"), zeros);
  EXPECT_GE(Allocated(dir / "f"), zeros.size());
}

TEST(DescriptorSink, NoHolesOverOldBytesNorWhenAppending) {
  const TempDir dir;
  const std::string zeros(16384, '\0');
  Put(dir / "old", std::string(20000, 'x'));
  DescriptorSink over(NewFile(dir / "old"), Sparse::kAlways);
  EXPECT_FALSE(over.sparse());
  ASSERT_TRUE(over.Write(View(zeros)));
  ASSERT_TRUE(over.Finish());
  EXPECT_EQ(Get(dir / "old"), zeros + std::string(20000 - 16384, 'x'));

  Put(dir / "log", "line");
  DescriptorSink append(NewFile(dir / "log", O_APPEND), Sparse::kAlways);
  EXPECT_FALSE(append.sparse());
  ASSERT_TRUE(append.Write(View(zeros)));
  ASSERT_TRUE(append.Finish());
  EXPECT_EQ(Get(dir / "log"), "line" + zeros);
}

TEST(DescriptorSink, TwoSinksOneAfterTheOther) {
  const TempDir dir;
  const std::string zeros(40960, '\0');
  const Descriptor file = NewFile(dir / "f");
  for (int i = 0; i < 2; ++i) {
    DescriptorSink sink(Descriptor(file.get(), false), Sparse::kAuto);
    EXPECT_TRUE(sink.sparse());
    ASSERT_TRUE(sink.Write(View(zeros)));
    ASSERT_TRUE(sink.Finish());
  }
  EXPECT_EQ(Get(dir / "f"), zeros + zeros);
}

TEST(Descriptor, ReportsTheCloseAndMoves) {
  Descriptor wrong(987654);
  EXPECT_FALSE(wrong.Close());
  Descriptor one(open("/dev/null", O_RDONLY | O_CLOEXEC));
  const int fd = one.get();
  Descriptor two(std::move(one));
  EXPECT_EQ(two.get(), fd);
  two = Descriptor(open("/dev/null", O_RDONLY | O_CLOEXEC));
  EXPECT_EQ(fcntl(fd, F_GETFD), -1);
  EXPECT_TRUE(two.Close());
  EXPECT_TRUE(two.Close());
}

}  // namespace
}  // namespace sigma
