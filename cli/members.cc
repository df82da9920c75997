// -l --members: what a compressed tar holds, as tar -tv shows it or as JSON.
#include "cli/members.h"

#include <fnmatch.h>

#include <array>
#include <cstdio>
#include <ctime>
#include <filesystem>

#include "cli/json.h"
#include "cli/modes.h"
#include "cli/names.h"

namespace sigma::cli {
namespace {

// A name or pattern without "./" before and slashes after it.
std::string_view Plain(std::string_view text) {
  while (text.starts_with("./") && text.size() > 2) text.remove_prefix(2);
  while (text.size() > 1 && text.ends_with('/')) text.remove_suffix(1);
  return text;
}

// Whether it is the name, or that of a folder in which it lies.
bool IsOrHolds(std::string_view folder, std::string_view name) {
  return name.starts_with(folder) && (name.size() == folder.size() || name[folder.size()] == '/');
}

std::string ModeText(const Member& member) {
  constexpr std::string_view kLetters = "hlcbdp";
  std::string text = "-rwxrwxrwx";
  if (member.kind >= '1' && member.kind <= '6') {
    text[0] = kLetters[static_cast<std::size_t>(member.kind - '1')];
  } else if (member.kind == 'D' || member.kind == 'V' || member.kind == 'M') {
    text[0] = member.kind == 'D' ? 'd' : member.kind;
  }
  for (std::size_t i = 0; i < 9; ++i) {
    if ((member.mode >> (8 - i) & 1) == 0) text[i + 1] = '-';
  }
  const auto special = [&](std::uint32_t bit, std::size_t place, char with, char without) {
    if ((member.mode & bit) != 0) text[place] = text[place] == '-' ? without : with;
  };
  special(04000, 3, 's', 'S');
  special(02000, 6, 's', 'S');
  special(01000, 9, 't', 'T');
  return text;
}

// "2026-11-30 12:00", local time. The last one is kept: neighbours have the same.
std::string TimeText(std::int64_t seconds) {
  static std::int64_t last = -1;
  static std::string text;
  if (seconds == last && !text.empty()) return text;
  const auto time = static_cast<std::time_t>(seconds);
  std::tm parts{};
  std::array<char, 64> buffer;
  const bool known = localtime_r(&time, &parts) != nullptr &&
                     std::strftime(buffer.data(), buffer.size(), "%Y-%m-%d %H:%M", &parts) != 0;
  text = known ? buffer.data() : std::to_string(seconds);
  last = seconds;
  return text;
}

const char* KindName(char kind) {
  switch (kind) {
    case '0':
      return "file";
    case '1':
      return "hard_link";
    case '2':
      return "link";
    case '3':
      return "character_device";
    case '4':
      return "block_device";
    case '5':
    case 'D':
      return "folder";
    case '6':
      return "fifo";
    case 'S':
      return "sparse";
    default:
      return "other";
  }
}

bool Links(const Member& member) { return member.kind == '1' || member.kind == '2'; }
bool IsDevice(const Member& member) { return member.kind == '3' || member.kind == '4'; }

// As GNU tar has it: what is wider than the lines before moves the columns.
void PrintMember(const Member& member, std::size_t& width) {
  const auto name = [](const std::string& text, std::uint64_t number) {
    return text.empty() ? std::to_string(number) : Printable(text);
  };
  std::string owner = name(member.owner, member.owner_id);
  (owner += '/') += name(member.group, member.group_id);
  const std::string size = IsDevice(member) ? std::to_string(member.device_major) + "," +
                                                  std::to_string(member.device_minor)
                                            : std::to_string(member.size);
  width = std::max(width, owner.size() + 1 + size.size());
  std::string line = ModeText(member);
  (line += ' ') += owner;
  line.append(width - owner.size() - size.size(), ' ');
  ((line += size) += ' ') += TimeText(member.mtime);
  (line += ' ') += ShownName(member.name);
  if (Links(member)) (line += member.kind == '1' ? " link to " : " -> ") += ShownName(member.link);
  line += '\n';
  std::fwrite(line.data(), 1, line.size(), stdout);
}

Json MemberObject(const Member& member) {
  Json object = Json::object();
  PutName(object, "name", member.name);
  object["kind"] = KindName(member.kind);
  object["size"] = member.size;
  object["mode"] = member.mode;
  object["mtime"] = member.mtime;
  object["owner_id"] = member.owner_id;
  object["group_id"] = member.group_id;
  PutName(object, "owner", member.owner);
  PutName(object, "group", member.group);
  if (Links(member)) PutName(object, "link", member.link);
  if (IsDevice(member)) {
    object["device"] = {member.device_major, member.device_minor};
  }
  object["header"] = member.header;
  object["data"] = member.data;
  object["stored"] = member.stored;
  return object;
}

}  // namespace

MemberPatterns::MemberPatterns(const std::vector<std::string>& names) {
  for (std::size_t i = 1; i < names.size(); ++i) {
    const std::string_view text = Plain(names[i]);
    const bool literal = text.find_first_of("*?[\\") == text.npos;
    patterns_.push_back({std::string(text), literal, false});
  }
}

bool MemberPatterns::Match(const std::string& name) {
  if (patterns_.empty()) return true;
  const std::string_view plain = Plain(name);
  bool any = false;
  for (Pattern& pattern : patterns_) {
    const bool match = pattern.literal ? IsOrHolds(pattern.text, plain)
                                       : fnmatch(pattern.text.c_str(), std::string(plain).c_str(),
                                                 FNM_LEADING_DIR) == 0;
    if (match) pattern.matched = any = true;
  }
  return any;
}

void MemberPatterns::ReportUnmatched(const std::string& file, Report& report) const {
  for (const Pattern& pattern : patterns_) {
    if (pattern.matched) continue;
    report.Failure(file,
                   {ErrorCode::kNotFound, "no member matches '" + Printable(pattern.text) + "'"});
  }
}

std::string ArchiveName(const Arguments& arguments) {
  return arguments.names.empty() ? "-" : arguments.names.front();
}

Result<Archive> OpenArchive(Session& session, const std::string& file) {
  const Options& options = session.arguments.options;
  Result<Archive> archive =
      Archive::OpenFile(file, {.threads = options.threads, .memory_limit = options.memory_limit});
  if (archive) return archive;
  std::error_code unknown;
  const auto kind = std::filesystem::status(file == "-" ? "/dev/stdin" : file, unknown).type();
  if (kind == std::filesystem::file_type::fifo || kind == std::filesystem::file_type::socket) {
    archive.error().text =
        "members are found in files, not in pipes; sigma-par -dc | tar -x does that";
  }
  session.report.Failure(file, archive.error());
  return archive;
}

void RunMembers(Session& session) {
  const Arguments& arguments = session.arguments;
  const std::string file = ArchiveName(arguments);
  MemberPatterns patterns(arguments.names);
  const Result<Archive> archive = OpenArchive(session, file);
  if (!archive) {
    if (arguments.json)
      std::printf("%s\n", Text(FailedObject("name", file, archive.error())).c_str());
    return;
  }
  std::size_t width = 19;  // GNU tar's
  bool first = true;
  if (arguments.json) {
    Json head = Json::object();
    PutName(head, "name", file);
    head["indexed"] = archive->indexed();
    std::string text = Text(head);
    text.back() = ',';
    std::printf("%s\"members\":[", text.c_str());
  }
  const Result<void> listed = archive->ForEach([&](const Member& member) {
    if (!patterns.Match(member.name)) return true;
    if (arguments.json) {
      std::printf("%s\n%s", first ? "" : ",", Text(MemberObject(member)).c_str());
      first = false;
    } else {
      PrintMember(member, width);
    }
    return true;
  });
  if (!listed) session.report.Failure(file, listed.error());
  if (arguments.json) {
    std::string end = "]";
    if (!listed) (end += ",\"error\":") += Text(ErrorObject(listed.error()));
    std::printf("%s}\n", end.c_str());
  }
  if (listed) patterns.ReportUnmatched(file, session.report);
}

}  // namespace sigma::cli
