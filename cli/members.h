// The members of a compressed tar on the command line: FILE [GLOB]... of -x and of -l --members.
#ifndef SIGMA_CLI_MEMBERS_H_
#define SIGMA_CLI_MEMBERS_H_

#include <string>
#include <string_view>
#include <vector>

#include "cli/session.h"
#include "sigma/archive.hpp"

namespace sigma::cli {

// Which members are meant.
class MemberPatterns {
 public:
  explicit MemberPatterns(const std::vector<std::string>& names);  // the file, then the patterns
  // Whether a member is: any, where there is no pattern.
  [[nodiscard]] bool Match(const std::string& name);
  // The patterns that matched nothing, each an error.
  void ReportUnmatched(const std::string& file, Report& report) const;

 private:
  struct Pattern {
    std::string text;
    bool literal = false;  // without a wildcard
    bool matched = false;
  };
  std::vector<Pattern> patterns_;
};

// The file that the command line names first, standard input where it names none.
[[nodiscard]] std::string ArchiveName(const Arguments& arguments);
// Opens it, or reports why not.
[[nodiscard]] Result<Archive> OpenArchive(Session& session, const std::string& file);

}  // namespace sigma::cli

#endif  // SIGMA_CLI_MEMBERS_H_
