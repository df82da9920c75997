#include "cli/check_arguments.h"

#include <string>

namespace sigma::cli {
namespace {

Unexpected Refuse(const std::string& text) { return Fail(ErrorCode::kInvalidArgument, text); }

}  // namespace

Result<void> CheckTogether(Arguments& out) {
  if (out.range) {
    if (!out.output_dir.empty()) {
      return Refuse("--range writes to standard output or to -o FILE, not into --output-dir");
    }
    if (out.output.empty()) out.to_stdout = true;
  }
  const bool writes =
      out.mode == Mode::kCompress || out.mode == Mode::kDecompress || out.mode == Mode::kMerge;
  if (writes && out.to_stdout + !out.output.empty() + !out.output_dir.empty() > 1) {
    return Refuse("only one of -c, -o and --output-dir can be given");
  }
  if (out.files.remove_source && (out.to_stdout || out.output == "-" || out.range)) {
    return Refuse("--rm needs a result in a file: it does not go with -c, -o - or --range");
  }
  if (out.files.remove_source && out.files.sync == Sync::kNever) {
    return Refuse(
        "--rm does not go with --sync never: a file only goes when its result is on the disk");
  }
  if (!out.recover && (out.recovery.repair || out.fills)) {
    return Refuse(std::string(out.fills ? "--fill" : "--repair") + " goes with --recover");
  }
  if (out.recover && (out.range || out.files.remove_source)) {
    return Refuse(std::string("--recover does not go with ") + (out.range ? "--range" : "--rm"));
  }
  if (out.mode == Mode::kDecompress && out.json && !out.recover) {
    return Refuse("--json goes with -d only together with --recover");
  }
  if (out.append && (out.to_stdout || out.output == "-")) {
    return Refuse("--append adds to a file: it does not go with -c or -o -");
  }
  if (out.append && (out.shard || out.files.remove_source)) {
    return Refuse(std::string("--append does not go with ") + (out.shard ? "--shard" : "--rm"));
  }
  if (out.append && out.files.sync == Sync::kNever) {
    return Refuse(
        "--append does not go with --sync never: until the new stream is on the disk, a journal "
        "must tell how the file was");
  }
  if (out.shard && out.files.remove_source) {
    return Refuse("--shard compresses a part of a file: it does not go with --rm");
  }
  if (out.shard && out.options.adapt) {
    return Refuse(
        "--shard gives the bytes of one run whatever its speed: it does not go with "
        "--adapt");
  }
  if (out.shard && out.options.rsyncable) {
    return Refuse("--shard cuts a file at fixed places: it does not go with --rsyncable");
  }
  if (out.shard && out.options.far) {
    return Refuse("--shard sees its part alone: it does not go with --far");
  }
  if (out.options.far && out.options.rsyncable) {
    return Refuse("--rsyncable and --far do not go together: one or the other");
  }
  if (out.shard && out.options.content_hash != ContentHash::kNone) {
    return Refuse(
        "--shard sees a part of the file, and a hash of the content is of the whole: it does not "
        "go "
        "with --content-hash");
  }
  if (out.mode == Mode::kMerge && out.output.empty() && !out.to_stdout) {
    return Refuse("--merge writes to -o FILE, or with -c to standard output");
  }
  if (out.mode == Mode::kExtract && out.to_stdout && out.folder_given) {
    return Refuse("-x writes either to standard output (-O) or into the folder of -C");
  }
  if ((out.mode == Mode::kExtract || out.members) && (!out.lists.empty() || out.recursive)) {
    return Refuse("-x and --members take one file, and after it patterns of members");
  }
  if (!out.excludes.empty() && !out.recursive) return Refuse("--exclude goes with -r");
  if (out.target && out.shard) {
    return Refuse("all parts of a file take one level: --shard goes with --level");
  }
  const bool estimates = out.mode == Mode::kEstimate;
  if (out.first_level == 0) out.first_level = estimates ? Levels().front() : out.options.level;
  if (out.last_level == 0) out.last_level = estimates ? Levels().back() : out.first_level;
  if (out.first_level > out.last_level) return Refuse("the level of -b is above that of -e");
  if (out.mode == Mode::kCompress || out.mode == Mode::kBench || out.mode == Mode::kAnalyze) {
    if (out.files.remove_source) out.options.verify = true;
    auto sound = Validate(out.options);
    if (!sound && sound.error().code == ErrorCode::kLimit) {
      return Refuse("-M: " + sound.error().text);
    }
    return sound;
  }
  return {};
}

}  // namespace sigma::cli
