// sigma-pages FOLDER writes the manual page and the completions below FOLDER, which is cli/ of the
// source; sigma-pages --check FOLDER says which of them are not what it would write (a test).
#include <array>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>

#include "cli/pages/pages.h"

namespace {

struct Page {
  const char* name;
  std::string (*make)();
};

constexpr std::array<Page, 4> kPages = {
    {{"man/sigma-par.1", sigma::cli::ManPage},
     {"completions/sigma-par.bash", sigma::cli::BashCompletion},
     {"completions/sigma-par.zsh", sigma::cli::ZshCompletion},
     {"completions/sigma-par.fish", sigma::cli::FishCompletion}}};

bool Check(const std::string& file, const std::string& text) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream now;
  now << stream.rdbuf();
  if (now.str() == text) return true;
  std::fprintf(stderr, "%s is not what the table of options makes: run sigma-pages cli\n",
               file.c_str());
  return false;
}

bool Write(const std::string& file, const std::string& text) {
  std::ofstream stream(file, std::ios::binary);
  stream << text;
  if (stream.flush()) return true;
  std::fprintf(stderr, "cannot write %s\n", file.c_str());
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  const bool check = argc == 3 && std::string(argv[1]) == "--check";
  if (argc != 2 && !check) {
    std::fprintf(stderr, "usage: sigma-pages [--check] FOLDER\n");
    return 1;
  }
  bool fine = true;
  for (const Page& page : kPages) {
    const std::string file = std::string(argv[argc - 1]) + "/" + page.name;
    fine &= check ? Check(file, page.make()) : Write(file, page.make());
  }
  return fine ? 0 : 1;
}
