// Runs shell scripts in a temporary folder with sigma-par, unsigma and sigmacat on the PATH.
#ifndef SIGMA_TESTS_CLI_COMMAND_H_
#define SIGMA_TESTS_CLI_COMMAND_H_

#include <cstddef>
#include <string>
#include <vector>

namespace sigma::tests {

struct Outcome {
  int status = -1;  // exit status; 128 + n if the shell reports death by signal n
  std::string out;
  std::string err;
};

// A temporary folder, removed with everything in it.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  // Runs `script` in this folder by sh, standard input empty unless the script redirects it.
  Outcome Run(const std::string& script) const;
  void Write(const std::string& name, const std::string& bytes) const;
  [[nodiscard]] std::string Read(const std::string& name) const;
  [[nodiscard]] bool Has(const std::string& name) const;
  // All names in the folder, hidden ones too, sorted.
  [[nodiscard]] std::vector<std::string> Names() const;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
  std::string capture_;  // where the output of a run is caught, outside path_
};

// `size` bytes of text, zeros, numbers and noise in turn; the same for the same size and seed.
std::string MixedBytes(std::size_t size, unsigned seed = 1);

}  // namespace sigma::tests

#endif  // SIGMA_TESTS_CLI_COMMAND_H_
