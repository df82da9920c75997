// Small archives, and what their members and their extraction come to.
#ifndef SIGMA_TESTS_API_ARCHIVES_H_
#define SIGMA_TESTS_API_ARCHIVES_H_

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "sigma/archive.hpp"
#include "sigma/sigma.hpp"
#include "tests/data.h"
#include "tests/engine/api/small_options.h"
#include "tests/engine/archive/tar_maker.h"

namespace sigma::tests {

inline std::string Noise(std::size_t size, std::uint64_t seed) {
  Random random(seed);
  std::string text(size, '\0');
  for (char& byte : text) byte = static_cast<char>(random());
  return text;
}

// Several chunks; the content of f<i> is Noise(i · 997, i).
inline TarMaker Tree(int count = 60) {
  TarMaker tar;
  tar.Add({.name = "d/", .type = '5', .mode = 0755});
  for (int i = 0; i < count; ++i) {
    const auto number = static_cast<std::uint64_t>(i);
    tar.Add({.name = "d/f" + std::to_string(i), .data = Noise(number * 997, number)});
  }
  return tar.End();
}

inline Bytes Packed(const TarMaker& tar, bool index = true) {
  Options options = Small();
  options.index = index;
  return *Compress(tar.view(), options);
}

inline std::vector<Member> Members(const Archive& archive) {
  std::vector<Member> members;
  const auto done = archive.ForEach([&](const Member& each) {
    members.push_back(each);
    return true;
  });
  EXPECT_TRUE(done) << done.error().text;
  return members;
}

// What an extraction of everything came to: errors by name, and the error of all.
struct Outcome {
  std::map<std::string, std::string> failed;
  std::string error;
  ExtractTotals totals;
};

inline Outcome Unpack(
    const Bytes& stream, ExtractOptions options,
    const std::function<bool(const Member&)>& select = [](const Member&) { return true; }) {
  Outcome outcome;
  const Result<Archive> archive = Archive::OpenMemory(stream);
  if (!archive) return {{}, archive.error().text, {}};
  const auto done = archive->Extract(
      select, options,
      [&](const Member& member, const Error& error) { outcome.failed[member.name] = error.text; });
  if (done) outcome.totals = *done;
  if (!done) outcome.error = done.error().text;
  return outcome;
}

}  // namespace sigma::tests

#endif  // SIGMA_TESTS_API_ARCHIVES_H_
