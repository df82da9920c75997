// SharedTarget: an OutputFile whose temporary file others open by its name.
#include <filesystem>

#include "engine/api/edge.h"
#include "engine/api/file_access.h"
#include "sigma/shared.hpp"

namespace sigma {

// The strings that a FileCall refers to live here.
struct SharedTarget::State {
  FileOptions files;
  InputFile source;
  OutputFile output;
  std::string path;
};

SharedTarget::SharedTarget(std::unique_ptr<State> state) : state_(std::move(state)) {}
SharedTarget::SharedTarget(SharedTarget&&) noexcept = default;
SharedTarget& SharedTarget::operator=(SharedTarget&&) noexcept = default;
SharedTarget::~SharedTarget() = default;

Result<SharedTarget> SharedTarget::Create(const std::string& source, const std::string& target,
                                          bool compresses, const FileOptions& files) {
  return AtEdge([&]() -> Result<SharedTarget> {
    if (files.remove_source || target == "-") {
      return Fail(ErrorCode::kInvalidArgument,
                  "a target of several processes is a file, and its source is not removed");
    }
    FileOptions own = files;
    // Other processes find it by its folder: no link is followed.
    own.target_name = TargetName::kDerived;
    if (own.sync == Sync::kAuto) own.sync = Sync::kAlways;
    const FileCall call{source, target, own, compresses, true};
    Result<InputFile> input = OpenSource(call);
    if (!input) return input.failure();
    Result<OutputFile> output = CreateTarget(call, *input);
    if (!output) return output.failure();
    const std::string temporary = output->temporary();
    return SharedTarget(std::make_unique<State>(
        State{own, std::move(*input), std::move(*output),
              (std::filesystem::path(target).parent_path() / temporary).string()}));
  });
}

const std::string& SharedTarget::path() const noexcept { return state_->path; }

Result<std::vector<std::string>> SharedTarget::Publish() {
  return AtEdge(
      [&] { return PublishNow(state_->output, state_->source.metadata(), state_->files); });
}

}  // namespace sigma
