// The C API on files: each function calls the one of the C++ API of its name.
#include <optional>
#include <vector>

#include "engine/api/c_handle.h"
#include "sigma/append.hpp"
#include "sigma/estimate.hpp"
#include "sigma/files.hpp"
#include "sigma/recover.hpp"
#include "sigma/shards.hpp"
#include "sigma/sigma_files.h"
#include "sigma/verify.hpp"

namespace sigma {
namespace {

struct FileCalls {
  Options options;
  FileOptions files;
  RecoverOptions recovery;
  sigma_progress progress = nullptr;
  void* progress_state = nullptr;
  // Of the last call.
  Summary summary;
  std::uint64_t lost = 0;
  std::size_t damage = 0;
  std::vector<std::string> warnings;  // then the texts of damage

  [[nodiscard]] Observer observer() const {
    if (progress == nullptr) return {};
    return [call = progress, state = progress_state](const Progress& now) {
      return call(state, now.read, now.written, now.total) == 0;
    };
  }
  void Forget() {
    summary = {};
    lost = 0;
    damage = 0;
    warnings.clear();
  }
};

}  // namespace
}  // namespace sigma

struct sigma_files : sigma::CHandle<sigma::FileCalls> {};

using namespace sigma;

namespace {

// call(object), which gives a Summary.
template <typename Use>
sigma_status Run(sigma_files* files, std::initializer_list<const char*> paths, Use use) {
  if (files == nullptr) return SIGMA_INVALID_ARGUMENT;
  for (const char* path : paths) {
    if (path == nullptr) return files->Misused(kNullText);
  }
  return files->Call([&](FileCalls& object) {
    return AtEdge([&]() -> Result<void> {
      object.Forget();
      Result<Summary> done = use(object);
      if (!done) return done.failure();
      object.summary = std::move(*done);
      object.warnings = object.summary.warnings;
      // The result is there, and yet the call says that something is wrong.
      if (object.summary.trailing) return Unexpected{*object.summary.trailing};
      return {};
    });
  });
}

}  // namespace

sigma_status sigma_files_new(const sigma_options* options, sigma_files** files) {
  return sigma_files::New(files, [&]() -> Result<FileCalls> {
    FileCalls calls;
    if (options != nullptr) {
      calls.options = options->call;
      calls.files = options->files;
      calls.recovery = options->recovery;
    }
    return calls;
  });
}
void sigma_files_free(sigma_files* files) { delete files; }
size_t sigma_files_error(const sigma_files* files, char* text, size_t room) {
  return ErrorOf(files, text, room);
}

sigma_status sigma_files_on_progress(sigma_files* files, sigma_progress progress, void* state) {
  if (files == nullptr) return SIGMA_INVALID_ARGUMENT;
  return files->Call([&](FileCalls& object) -> Result<void> {
    object.progress = progress;
    object.progress_state = state;
    return {};
  });
}

sigma_status sigma_files_compress(sigma_files* files, const char* source, const char* target) {
  return Run(files, {source, target}, [&](FileCalls& object) {
    return CompressFile(source, target, object.options, object.files, object.observer());
  });
}
sigma_status sigma_files_decompress(sigma_files* files, const char* source, const char* target) {
  return Run(files, {source, target}, [&](FileCalls& object) {
    return DecompressFile(source, target, object.options, object.files, object.observer());
  });
}
sigma_status sigma_files_decompress_range(sigma_files* files, const char* source,
                                          const char* target, uint64_t offset, uint64_t length) {
  return Run(files, {source, target}, [&](FileCalls& object) {
    const ByteRange range{.offset = offset, .length = length};
    return DecompressRange(source, target, range, object.options, object.files);
  });
}
sigma_status sigma_files_test(sigma_files* files, const char* source) {
  return Run(files, {source}, [&](FileCalls& object) {
    return TestFile(source, object.options, object.files, object.observer());
  });
}
sigma_status sigma_files_verify(sigma_files* files, const char* compressed, const char* original) {
  return Run(files, {compressed, original}, [&](FileCalls& object) {
    return VerifyFile(compressed, original, object.options, object.files, object.observer());
  });
}
sigma_status sigma_files_append(sigma_files* files, const char* source, const char* target) {
  return Run(files, {source, target}, [&](FileCalls& object) {
    return AppendToFile(source, target, object.options, object.files, object.observer());
  });
}
sigma_status sigma_files_compress_shard(sigma_files* files, const char* source, const char* target,
                                        uint32_t part, uint32_t parts) {
  return Run(files, {source, target}, [&](FileCalls& object) {
    return CompressShard(source, target, {part, parts}, object.options, object.files,
                         object.observer());
  });
}
sigma_status sigma_files_merge(sigma_files* files, const char* const* parts, size_t count,
                               const char* target) {
  return Run(files, {target}, [&](FileCalls& object) -> Result<Summary> {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < count; ++i) {
      if (parts == nullptr || parts[i] == nullptr) {
        return Fail(ErrorCode::kInvalidArgument, kNullText);
      }
      names.emplace_back(parts[i]);
    }
    return MergeShards(names, target, object.options, object.files, object.observer());
  });
}

sigma_status sigma_files_recover(sigma_files* files, const char* source, const char* target,
                                 void (*visit)(void*, const sigma_lost_range*), void* state) {
  std::vector<std::string> damage;
  std::uint64_t lost_bytes = 0;
  const sigma_status status =
      Run(files, {source, target}, [&](FileCalls& object) -> Result<Summary> {
        Result<Recovery> done = RecoverFile(source, target, object.options, object.files,
                                            object.recovery, object.observer());
        if (!done) return done.failure();
        damage = std::move(done->damage);
        lost_bytes = done->lost_bytes;
        for (const LostRange& lost : done->lost) {
          const sigma_lost_range range{lost.stream,         lost.chunk,  lost.chunks,
                                       lost.offset,         lost.length, lost.length_inferred,
                                       lost.offset_inferred};
          if (visit != nullptr) visit(state, &range);
        }
        return std::move(done->summary);
      });
  if (status != SIGMA_OK) return status;
  return files->Call([&](FileCalls& object) {
    return AtEdge([&]() -> Result<void> {
      object.lost = lost_bytes;
      object.damage = damage.size();
      object.warnings.insert(object.warnings.end(), damage.begin(), damage.end());
      return {};
    });
  });
}

uint64_t sigma_files_count(const sigma_files* files, int count) {
  if (files == nullptr || !files->object()) return 0;
  const FileCalls& object = *files->object();
  switch (count) {
    case SIGMA_COUNT_ORIGINAL:
      return object.summary.original;
    case SIGMA_COUNT_COMPRESSED:
      return object.summary.compressed;
    case SIGMA_COUNT_CHUNKS:
      return object.summary.chunks;
    case SIGMA_COUNT_STREAMS:
      return object.summary.streams;
    case SIGMA_COUNT_WARNINGS:
      return object.warnings.size() - object.damage;
    case SIGMA_COUNT_LOST:
      return object.lost;
    case SIGMA_COUNT_DAMAGE:
      return object.damage;
  }
  return 0;
}

size_t sigma_files_warning(const sigma_files* files, size_t index, char* text, size_t room) {
  static const std::string none;
  const bool there =
      files != nullptr && files->object() && index < files->object()->warnings.size();
  return CopyText(there ? files->object()->warnings[index] : none, text, room);
}

sigma_status sigma_files_estimate(sigma_files* files, const char* path, int first, int last,
                                  void (*visit)(void*, const sigma_level_estimate*), void* state) {
  if (files == nullptr) return SIGMA_INVALID_ARGUMENT;
  if (path == nullptr || visit == nullptr) return files->Misused(kNullText);
  return files->Call([&](FileCalls& object) {
    return AtEdge([&]() -> Result<void> {
      const auto rows = EstimateFile(path, object.options, first, last);
      if (!rows) return rows.failure();
      for (const LevelEstimate& row : *rows) {
        const sigma_level_estimate estimate{
            row.level,           row.chunk_size,       row.threads,
            row.exact(),         row.original,         row.compressed,
            row.sampled,         row.compress_seconds, row.decompress_seconds,
            row.compress_memory, row.decompress_memory};
        visit(state, &estimate);
      }
      return {};
    });
  });
}

sigma_status sigma_files_choose_level(sigma_files* files, const char* path, double ratio,
                                      double mega_bytes, int* level, int* reached) {
  if (files == nullptr) return SIGMA_INVALID_ARGUMENT;
  if (path == nullptr || level == nullptr || reached == nullptr) return files->Misused(kNullText);
  return files->Call([&](FileCalls& object) {
    return AtEdge([&]() -> Result<void> {
      const auto choice = ChooseLevel(path, object.options, {ratio, mega_bytes});
      if (!choice) return choice.failure();
      *level = choice->estimate.level;
      *reached = choice->reached;
      return {};
    });
  });
}
