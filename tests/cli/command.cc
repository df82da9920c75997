#include "tests/cli/command.h"

#include <stdlib.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

namespace sigma::tests {
namespace {

namespace fs = std::filesystem;

std::string NewFolder() {
  std::string name = fs::temp_directory_path() / "sigma-test-XXXXXX";
  const char* made = mkdtemp(name.data());
  return made == nullptr ? std::string{} : name;
}

std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

void WriteAll(const std::string& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace

Folder::Folder() : path_(NewFolder()), capture_(NewFolder()) {}

Folder::~Folder() {
  std::error_code error;
  fs::remove_all(path_, error);
  fs::remove_all(capture_, error);
}

Outcome Folder::Run(const std::string& script) const {
  WriteAll(capture_ + "/script", "PATH='" SIGMA_PAR_FOLDER
                                 "':$PATH\nunset SIGMA_PAR_OPTIONS\ncd '" +
                                     path_ + "' || exit 99\n" + script + "\n");
  const std::string line =
      "sh " + capture_ + "/script >" + capture_ + "/out 2>" + capture_ + "/err </dev/null";
  const int status = std::system(line.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
          ReadAll(capture_ + "/out"), ReadAll(capture_ + "/err")};
}

void Folder::Write(const std::string& name, const std::string& bytes) const {
  WriteAll(path_ + "/" + name, bytes);
}

std::string Folder::Read(const std::string& name) const { return ReadAll(path_ + "/" + name); }

bool Folder::Has(const std::string& name) const {
  std::error_code error;
  return fs::exists(fs::symlink_status(path_ + "/" + name, error));
}

std::vector<std::string> Folder::Names() const {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(path_)) names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

std::string MixedBytes(std::size_t size, unsigned seed) {
  constexpr std::array<const char*, 8> kWords = {"chunk ",  "stream ", "the ",    "of ",
                                                 "order\n", "bytes ",  "window ", "and "};
  std::mt19937_64 random(seed);
  std::string bytes;
  bytes.reserve(size + 70000);
  while (bytes.size() < size) {
    const std::size_t run = 1000 + random() % 60000;
    const std::size_t end = bytes.size() + run;
    switch (random() % 4) {
      case 0:
        while (bytes.size() < end) bytes += kWords[random() % kWords.size()];
        break;
      case 1:
        bytes.append(run, '\0');
        break;
      case 2:
        for (std::uint64_t value = random() % 1000; bytes.size() < end; value += random() % 3) {
          bytes += std::to_string(value) + ";";
        }
        break;
      default:
        while (bytes.size() < end) bytes += static_cast<char>(random() & 0xFF);
    }
  }
  bytes.resize(size);
  return bytes;
}

}  // namespace sigma::tests
