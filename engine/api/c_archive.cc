// The C API on archives: each function calls the one of the C++ API of its name.
#include <optional>

#include "engine/api/c_handle.h"
#include "sigma/archive.hpp"
#include "sigma/sigma_files.h"

namespace sigma {
namespace {

struct OpenArchive {
  Archive archive;
  ExtractOptions extraction;
};

Result<OpenArchive> WithOptions(Result<Archive> archive, const sigma_options* options) {
  if (!archive) return archive.failure();
  OpenArchive open{std::move(*archive), {}};
  if (options != nullptr) {
    open.extraction.force = options->files.force;
    open.extraction.sparse = options->files.sparse;
    open.extraction.unsafe = options->unsafe;
  }
  return open;
}

sigma_member ForC(const Member& member) {
  return {member.name.c_str(), member.link.c_str(), member.owner.c_str(), member.group.c_str(),
          member.size,         member.data,         member.mtime,         member.owner_id,
          member.group_id,     member.mode,         member.kind};
}

}  // namespace
}  // namespace sigma

struct sigma_archive : sigma::CHandle<sigma::OpenArchive> {};

using namespace sigma;

sigma_status sigma_archive_open_file(const char* path, const sigma_options* options,
                                     sigma_archive** archive) {
  return sigma_archive::New(archive, [&]() -> Result<OpenArchive> {
    if (path == nullptr) return Fail(ErrorCode::kInvalidArgument, kNullText);
    return WithOptions(Archive::OpenFile(path, ReaderOptionsOf(options)), options);
  });
}
sigma_status sigma_archive_open_memory(const void* bytes, size_t size, const sigma_options* options,
                                       sigma_archive** archive) {
  return sigma_archive::New(archive, [&]() -> Result<OpenArchive> {
    if (Missing(bytes, size)) return Fail(ErrorCode::kInvalidArgument, kNullText);
    return WithOptions(Archive::OpenMemory(ViewOf(bytes, size), ReaderOptionsOf(options)), options);
  });
}
void sigma_archive_free(sigma_archive* archive) { delete archive; }
size_t sigma_archive_error(const sigma_archive* archive, char* text, size_t room) {
  return ErrorOf(archive, text, room);
}
int sigma_archive_indexed(const sigma_archive* archive) {
  return archive != nullptr && archive->object() && archive->object()->archive.indexed() ? 1 : 0;
}

sigma_status sigma_archive_for_each(sigma_archive* archive, sigma_member_visit visit, void* state) {
  if (archive == nullptr) return SIGMA_INVALID_ARGUMENT;
  if (visit == nullptr) return archive->Misused(kNullText);
  return archive->Call([&](OpenArchive& object) {
    return AtEdge([&] {
      return object.archive.ForEach([&](const Member& member) {
        const sigma_member shown = ForC(member);
        return visit(state, &shown) != 0;
      });
    });
  });
}

sigma_status sigma_archive_copy(sigma_archive* archive, const char* name,
                                int (*take)(void* state, const void* bytes, size_t size),
                                void* state) {
  if (archive == nullptr) return SIGMA_INVALID_ARGUMENT;
  if (name == nullptr || take == nullptr) return archive->Misused(kNullText);
  return archive->Call([&](OpenArchive& object) {
    return AtEdge([&]() -> Result<void> {
      std::optional<Member> found;
      const Result<void> listed = object.archive.ForEach([&](const Member& member) {
        if (member.name == name) found = member;
        return true;
      });
      if (!listed) return listed;
      if (!found) return Fail(ErrorCode::kNotFound, "the archive has no such member");
      return object.archive.Copy(*found, [&](ByteView bytes) -> Result<void> {
        if (take(state, bytes.data(), bytes.size()) == 0) return {};
        return Fail(ErrorCode::kCancelled, "cancelled");
      });
    });
  });
}

sigma_status sigma_archive_extract(sigma_archive* archive, const char* folder,
                                   sigma_member_visit select,
                                   void (*failed)(void*, const sigma_member*, int, const char*),
                                   void* state, uint64_t* extracted) {
  if (archive == nullptr) return SIGMA_INVALID_ARGUMENT;
  if (folder == nullptr || extracted == nullptr) return archive->Misused(kNullText);
  *extracted = 0;
  return archive->Call([&](OpenArchive& object) {
    return AtEdge([&]() -> Result<void> {
      ExtractOptions options = object.extraction;
      options.folder = folder;
      const auto done = object.archive.Extract(
          [&](const Member& member) {
            const sigma_member shown = ForC(member);
            return select == nullptr || select(state, &shown) != 0;
          },
          options,
          [&](const Member& member, const Error& error) {
            const sigma_member shown = ForC(member);
            if (failed != nullptr) failed(state, &shown, StatusOf(error.code), error.text.c_str());
          });
      if (!done) return done.failure();
      *extracted = done->members;
      return {};
    });
  });
}
