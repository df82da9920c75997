#include "engine/api/file_access.h"

#include "engine/io/system.h"

namespace sigma {

Result<void> CheckCall(const FileCall& call) {
  const FileOptions& files = call.files;
  if (!files.remove_source) return {};
  if (files.sync == Sync::kNever) {
    return Fail(ErrorCode::kInvalidArgument,
                "a source is only removed once its result is synced: not with sync off");
  }
  if (files.pass_through) {
    return Fail(
        ErrorCode::kInvalidArgument,
        "a source is only removed for a restored result, not for one that is passed through");
  }
  if (call.target == "-") {
    return Fail(ErrorCode::kInvalidArgument,
                "a source is only removed for a published file: not for standard output");
  }
  return {};
}

Result<InputFile> OpenSource(const FileCall& call) {
  const bool named_after = call.target != "-" && call.files.target_name == TargetName::kDerived;
  const SourcePolicy policy = call.files.remove_source            ? SourcePolicy::kRemove
                              : named_after && call.source != "-" ? SourcePolicy::kFile
                                                                  : SourcePolicy::kRead;
  Result<InputFile> input = InputFile::Open(call.source, policy);
  if (input && !call.compress && !call.files.force && input->terminal()) {
    return Fail(ErrorCode::kInvalidArgument, "compressed bytes are not read from a terminal");
  }
  if (input && !call.compress) {
    input->LeaveOutUnfinished();
    if (input->unfinished() && call.files.remove_source) {
      return Fail(ErrorCode::kSkipped, std::string(kUnfinishedText) + ": not removed");
    }
  }
  return input;
}

Result<OutputFile> CreateTarget(const FileCall& call, const InputFile& source) {
  OutputFile::Choices choices;
  choices.force = call.files.force;
  choices.name = call.files.target_name;
  choices.own_file = call.files.remove_source || call.shared;
  choices.durable = call.files.remove_source || call.files.sync == Sync::kAlways;
  choices.metadata = source.metadata();
  choices.named_temporary = call.shared;
  choices.sparse = call.compress ? Sparse::kNever : call.files.sparse;
  Result<OutputFile> output = AtTarget(OutputFile::Create(call.target, choices));
  if (output && source.holds_data() && output->Is(source.state())) {
    return Fail(ErrorCode::kInvalidArgument, "input and output are the same file");
  }
  return output;
}

Result<std::vector<std::string>> PublishNow(OutputFile& output, const FileMetadata* metadata,
                                            const FileOptions& files) {
  Result<PublishedFile> published = AtTarget(output.Publish(metadata));
  if (!published) return published.failure();
  std::vector<std::string> warnings = published->warnings();
  if (files.sync == Sync::kAlways && published->own_file()) {
    for (const Result<bool>& synced : {published->Sync(), published->SyncFolder()}) {
      if (!synced) return AtTarget(synced).failure();
      if (!*synced) warnings.emplace_back("the file system does not sync the result");
    }
  }
  if (Result<void> closed = AtTarget(published->Close()); !closed) return closed.failure();
  return warnings;
}

Result<void> CheckCopies(const InputFile& source, const Summary& summary) {
  if (summary.far_copied == 0 || !source.Changed()) return {};
  return Fail(
      ErrorCode::kIo,
      "changed while it was read, so that far copies may be of bytes that are gone: nothing "
      "is written; compress it again, or with --far off");
}

void MakeRoom(const Options& options) {
  if (options.memory_limit != 0) GiveBackCodePages();
}

}  // namespace sigma
