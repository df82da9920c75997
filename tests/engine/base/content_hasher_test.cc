// The hashes of whole contents: the vectors of FIPS 180-4 (the examples that NIST publishes with it)
// and of xxh128sum, in pieces of every size, by every way of computing them.
#include "engine/base/content_hasher.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sigma {
namespace {

struct Vector {
  std::string text;
  std::string hash;
};

ByteView View(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string Hex(const std::array<std::uint8_t, Sha256::kSize>& value) {
  Digest digest;
  digest.bytes = value;
  digest.size = Sha256::kSize;
  return digest.Text();
}

std::vector<Sha256::Compress> EveryWay() { return {Sha256::Portable, Sha256::Best()}; }

TEST(Sha256, TheVectorsOfTheStandard) {
  const Vector vectors[] = {
      {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
       "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
      {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmn"
       "opqrsmnopqrstnopqrstu",
       "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
      {std::string(1000000, 'a'),
       "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"}};
  for (const Sha256::Compress way : EveryWay()) {
    for (const Vector& vector : vectors) {
      Sha256 sha(way);
      sha.Add(View(vector.text));
      EXPECT_EQ(Hex(sha.Value()), vector.hash) << vector.text.size();
    }
  }
}

TEST(Sha256, PiecesOfEverySizeAndEveryLengthOfTheLastBlock) {
  std::string text;
  for (std::size_t size = 0; size < 200; ++size) {
    Sha256 reference(Sha256::Portable);
    reference.Add(View(text));
    for (const Sha256::Compress way : EveryWay()) {
      for (const std::size_t piece :
           {std::size_t{1}, std::size_t{3}, std::size_t{64}, text.size()}) {
        Sha256 sha(way);
        for (std::size_t at = 0; at < size; at += piece) sha.Add(View(text.substr(at, piece)));
        ASSERT_EQ(Hex(sha.Value()), Hex(reference.Value())) << size << " by " << piece;
      }
    }
    text += static_cast<char>(size * 37);
  }
}

// By xxh128sum (xxHash 0.8.1).
TEST(ContentHasher, IsWhatTheProgramsPrint) {
  const Vector vectors[] = {{"", "99aa06d3014798d86001c324468d497f"},
                            {"abc", "06b05ab6733a618578af5f94892f3950"}};
  for (const Vector& vector : vectors) {
    ContentHasher hasher(ContentHash::kXxh3);
    hasher.Add(View(vector.text));
    EXPECT_EQ(hasher.Value().Text(), vector.hash);
    EXPECT_EQ(hasher.Value().size, DigestSize(ContentHash::kXxh3));
  }
  ContentHasher sha(ContentHash::kSha256);
  sha.Add(View("abc"));
  EXPECT_EQ(sha.Value().Text(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(ContentHasher, ZerosAreThoseBytes) {
  for (const ContentHash kind : {ContentHash::kXxh3, ContentHash::kSha256}) {
    for (const std::size_t count : {0u, 1u, 4096u, 10000u}) {
      ContentHasher zeros(kind);
      ContentHasher bytes(kind);
      zeros.Add(View("x"));
      bytes.Add(View("x"));
      zeros.AddZeros(count);
      bytes.Add(Bytes(count));
      EXPECT_EQ(zeros.Value(), bytes.Value()) << NameOf(kind) << ", " << count;
    }
  }
}

}  // namespace
}  // namespace sigma
