#include "cli/mpi/shared_output.h"

#include <cstring>
#include <type_traits>

namespace sigma::cli::mpi {

Result<void> AgreeOnSource(const World& world, const SourceTraits& mine) {
  static_assert(std::is_trivially_copyable_v<SourceTraits>);
  std::string bytes(sizeof(SourceTraits), '\0');
  std::memcpy(bytes.data(), &mine, sizeof mine);
  const std::string first = world.Tell(bytes);
  SourceTraits there;
  std::memcpy(&there, first.data(), sizeof there);
  const auto differ = [&]() -> Result<void> {
    if (mine.size != there.size) {
      return Fail(ErrorCode::kInvalidArgument, "is not the same file on all ranks: it has " +
                                                   std::to_string(mine.size) + " bytes here, and " +
                                                   std::to_string(there.size) + " on rank 0");
    }
    if (mine.modified != there.modified ||
        mine.modified_nanoseconds != there.modified_nanoseconds) {
      return Fail(ErrorCode::kInvalidArgument,
                  "is not the same file on all ranks: it was modified at second " +
                      std::to_string(mine.modified) + " here, and at " +
                      std::to_string(there.modified) +
                      " on rank 0; copies of a file have to keep its time");
    }
    if (mine.sample != there.sample) {
      return Fail(ErrorCode::kInvalidArgument,
                  "is not the same file on all ranks: it has other content here than on rank 0");
    }
    return {};
  };
  return world.Agree(differ());
}

Result<SharedOutput> SharedOutput::Create(const Task& task, const std::string& source,
                                          const std::string& target, bool compresses) {
  SharedOutput output;
  Result<void> made;
  if (task.world.first()) {
    Result<SharedTarget> created = SharedTarget::Create(source, target, compresses, task.files);
    if (created) {
      output.target_.emplace(std::move(*created));
      output.path_ = output.target_->path();
    } else {
      made = created.failure();
    }
  }
  if (Result<void> agreed = task.world.Agree(made); !agreed) return agreed.failure();
  output.path_ = task.world.Tell(output.path_);
  Result<SharedFile> file = SharedFile::Open(output.path_);
  if (Result<void> agreed = task.world.Agree(file ? Result<void>() : file.failure()); !agreed) {
    return agreed.failure();
  }
  output.file_.emplace(std::move(*file));
  return output;
}

Result<std::vector<std::string>> SharedOutput::Publish(const World& world,
                                                       const Result<void>& mine) {
  Result<void> agreed = world.Agree(mine);
  Result<void> closed = file_->Close();
  if (agreed) agreed = world.Agree(closed);
  std::vector<std::string> warnings;
  if (agreed && target_) {
    Result<std::vector<std::string>> published = target_->Publish();
    if (published) {
      warnings = std::move(*published);
    } else {
      agreed = published.failure();
    }
  }
  target_.reset();
  agreed = world.Agree(agreed);
  if (!agreed) return agreed.failure();
  return warnings;
}

}  // namespace sigma::cli::mpi
