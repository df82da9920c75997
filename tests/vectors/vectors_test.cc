// The vectors (make.py): every valid one restores to what its list says, every invalid one is refused
// with its code, and by the check it is meant for. tests/decoder holds the Python decoder to the same.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "engine/base/hash.h"
#include "sigma/sigma.hpp"

namespace sigma {
namespace {

const std::filesystem::path kFolder = SIGMA_VECTORS_DIR;

struct Vector {
  std::string name;
  Bytes file;
  std::string expected;  // the rest of its line
};

std::vector<Vector> Load(const std::string& kind) {
  std::vector<Vector> vectors;
  std::ifstream list(kFolder / (kind + ".txt"));
  for (std::string line; std::getline(list, line);) {
    if (line.starts_with('#')) continue;
    const std::size_t space = line.find(' ');
    Vector vector{line.substr(0, space), {}, line.substr(space + 1)};
    std::ifstream file(kFolder / kind / (vector.name + ".sigma"), std::ios::binary);
    EXPECT_TRUE(file.is_open()) << vector.name;
    vector.file.assign(std::istreambuf_iterator<char>(file), {});
    vectors.push_back(std::move(vector));
  }
  return vectors;
}

std::size_t FilesOf(const std::string& kind) {
  return static_cast<std::size_t>(
      std::distance(std::filesystem::directory_iterator(kFolder / kind), {}));
}

TEST(Vectors, ValidOnesRestore) {
  const std::vector<Vector> vectors = Load("valid");
  ASSERT_GE(vectors.size(), 70U);
  EXPECT_EQ(vectors.size(), FilesOf("valid"));
  for (const Vector& vector : vectors) {
    SCOPED_TRACE(vector.name);
    const Result<Bytes> restored = Decompress(vector.file);
    ASSERT_TRUE(restored) << restored.error().text;
    std::ostringstream found;
    found << restored->size() << ' ' << std::hex << std::setw(16) << std::setfill('0')
          << Hash64(*restored);
    EXPECT_EQ(found.str(), vector.expected);
  }
}

TEST(Vectors, InvalidOnesAreRefusedWithTheirCode) {
  const std::map<std::string, ErrorCode> codes{{"not_sigma", ErrorCode::kNotSigma},
                                               {"unsupported", ErrorCode::kUnsupported},
                                               {"truncated", ErrorCode::kTruncated},
                                               {"corrupt", ErrorCode::kCorrupt}};
  const std::vector<Vector> vectors = Load("invalid");
  ASSERT_GE(vectors.size(), 200U);
  EXPECT_EQ(vectors.size(), FilesOf("invalid"));
  for (const Vector& vector : vectors) {
    SCOPED_TRACE(vector.name);
    const Result<Bytes> restored = Decompress(vector.file);
    ASSERT_FALSE(restored);
    EXPECT_EQ(restored.error().code, codes.at(vector.expected)) << restored.error().text;
    // The hash of restored bytes would hide that the payload was accepted.
    if (!vector.name.starts_with("file-")) {
      EXPECT_EQ(restored.error().text.find("hash"), std::string::npos) << restored.error().text;
    }
  }
}

}  // namespace
}  // namespace sigma
