#include "cli/targets.h"

#include <filesystem>
#include <optional>
#include <string_view>

namespace sigma::cli {
namespace {

constexpr std::string_view kSuffix = ".sigma";
constexpr std::string_view kTarSuffix = ".tsigma";  // stands for .tar.sigma

// `name` without `suffix`, if something is left.
std::optional<std::string> Without(const std::string& name, std::string_view suffix) {
  if (name.size() <= suffix.size() || !name.ends_with(suffix)) return std::nullopt;
  return name.substr(0, name.size() - suffix.size());
}

std::string NameOf(const std::string& source) {
  return std::filesystem::path(source).filename().string();
}

Result<std::string> CompressedName(const Arguments& arguments, const std::string& name) {
  if (HasSuffix(arguments, name)) {
    return Fail(ErrorCode::kSkipped, "already has a suffix of compressed files, left alone");
  }
  std::string suffix = arguments.suffix;
  if (arguments.shard) {
    suffix = ".part" + std::to_string(arguments.shard->part) + "of" +
             std::to_string(arguments.shard->parts) + suffix;
  }
  if (arguments.suffix == kTarSuffix) {
    if (const auto stem = Without(name, ".tar")) return *stem + suffix;
  }
  return name + suffix;
}

Result<std::string> RestoredName(const Arguments& arguments, const std::string& name) {
  if (arguments.suffix != kTarSuffix) {
    if (const auto stem = Without(name, arguments.suffix)) return *stem;
  }
  if (const auto stem = Without(name, kTarSuffix)) return *stem + ".tar";
  if (const auto stem = Without(name, kSuffix)) return *stem;
  return Fail(ErrorCode::kSkipped,
              "unknown suffix, left alone; -c or -o FILE says where its bytes should go");
}

// The suffix stays the last part.
Result<std::string> RepairedName(const Arguments& arguments, const std::string& name) {
  for (const std::string_view suffix : {std::string_view(arguments.suffix), kTarSuffix, kSuffix}) {
    if (const auto stem = Without(name, suffix)) return *stem + ".repaired" + std::string(suffix);
  }
  return Fail(ErrorCode::kSkipped,
              "unknown suffix, left alone; -c or -o FILE says where its bytes should go");
}

}  // namespace

bool HasSuffix(const Arguments& arguments, const std::string& file) {
  const std::string name = NameOf(file);
  return Without(name, arguments.suffix) || Without(name, kSuffix) || Without(name, kTarSuffix);
}

std::string FolderOf(const std::string& path) { return path.substr(0, path.rfind('/') + 1); }

Result<std::string> TargetOf(const Arguments& arguments, const Input& input) {
  const std::string& source = input.file;
  if (!arguments.output.empty()) return arguments.output;
  if (arguments.to_stdout) return std::string{"-"};
  if (source == "-") {
    if (arguments.output_dir.empty()) return std::string{"-"};
    return Fail(ErrorCode::kInvalidArgument, "standard input has no name for --output-dir");
  }
  const std::string name = NameOf(source);
  auto target = arguments.mode == Mode::kCompress ? CompressedName(arguments, name)
                : arguments.recovery.repair       ? RepairedName(arguments, name)
                                                  : RestoredName(arguments, name);
  if (!target) return target;
  if (arguments.output_dir.empty()) return FolderOf(source) + *target;
  return arguments.output_dir + "/" + FolderOf(input.place) + *target;
}

}  // namespace sigma::cli
