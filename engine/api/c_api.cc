// The C API: each function calls the one of the C++ API of its name. Nothing is decided here.
#include <iterator>
#include <limits>
#include <memory>

#include "engine/api/c_handle.h"
#include "sigma/context.hpp"
#include "sigma/memory.hpp"
#include "sigma/sigma.h"
#include "sigma/stream.hpp"

struct sigma_context : sigma::CHandle<sigma::Context> {};
struct sigma_stream : sigma::CHandle<sigma::Stream> {};
struct sigma_reader : sigma::CHandle<sigma::Reader> {};

namespace sigma {
namespace {

template <typename Number>
sigma_status Assign(Number& to, std::uint64_t value) {
  if (value > std::numeric_limits<Number>::max()) return SIGMA_INVALID_ARGUMENT;
  to = static_cast<Number>(value);
  return SIGMA_OK;
}

sigma_status Assign(bool& to, std::uint64_t value) {
  if (value > 1) return SIGMA_INVALID_ARGUMENT;
  to = value == 1;
  return SIGMA_OK;
}

// The values of an enumeration from 0 to `last`.
template <typename Choice>
sigma_status Choose(Choice& to, std::uint64_t value, Choice last) {
  if (value > static_cast<std::uint64_t>(last)) return SIGMA_INVALID_ARGUMENT;
  to = static_cast<Choice>(value);
  return SIGMA_OK;
}

// A source of C's as Reader wants it.
class CSource final : public Reader::Source {
 public:
  explicit CSource(const sigma_source& source) : source_(source) {}
  ~CSource() override {
    if (source_.close != nullptr) source_.close(source_.state);
  }
  CSource(const CSource&) = delete;
  CSource& operator=(const CSource&) = delete;
  [[nodiscard]] std::uint64_t Size() const override { return source_.size; }
  Result<std::size_t> Read(std::uint64_t offset, MutableBytes target) override {
    if (offset >= source_.size) return std::size_t{0};
    const auto size =
        static_cast<std::size_t>(std::min<std::uint64_t>(target.size(), source_.size - offset));
    if (source_.read(source_.state, offset, target.data(), size) == 0) return size;
    return Fail(ErrorCode::kIo, "the source cannot be read", offset);
  }

 private:
  const sigma_source source_;
};

// A call of a stream that gives bytes away or takes them.
template <typename Pointer, typename Use>
sigma_status Transfer(sigma_stream* stream, Pointer* bytes, std::size_t size, std::size_t* count,
                      Use use) {
  if (stream == nullptr) return SIGMA_INVALID_ARGUMENT;
  if (Missing(bytes, size)) return stream->Misused(kNullText);
  return stream->Count(count, [&](Stream& object) { return use(object, ViewOf(bytes, size)); });
}

}  // namespace
}  // namespace sigma

using namespace sigma;

const char* sigma_version(void) { return Version().data(); }

const char* sigma_status_name(int status) {
  constexpr const char* kNames[] = {"ok",        "invalid argument", "not sigma", "unsupported",
                                    "truncated", "corrupt",          "limit",     "out of memory",
                                    "io",        "not found",        "exists",    "skipped",
                                    "cancelled"};
  const auto at = static_cast<std::size_t>(status);
  return at < std::size(kNames) ? kNames[at] : "unknown";
}

sigma_options* sigma_options_new(void) { return new (std::nothrow) sigma_options; }
void sigma_options_free(sigma_options* options) { delete options; }

sigma_status sigma_options_set(sigma_options* options, int option, uint64_t value) {
  if (options == nullptr) return SIGMA_INVALID_ARGUMENT;
  Options& call = options->call;
  switch (option) {
    case SIGMA_LEVEL:
      return Assign(call.level, value);
    case SIGMA_THREADS:
      return Assign(call.threads, value);
    case SIGMA_MEMORY_LIMIT:
      return Assign(call.memory_limit, value);
    case SIGMA_CHUNK_SIZE:
      return Assign(call.chunk_size, value);
    case SIGMA_DECODE_FIRST:
      return Assign(call.decode_first, value);
    case SIGMA_VERIFY:
      return Assign(call.verify, value);
    case SIGMA_OUTPUT_LIMIT:
      return Assign(call.output_limit, value);
    case SIGMA_INDEX:
      return Assign(call.index, value);
    case SIGMA_CACHE_BYTES:
      return Assign(options->reader.cache_bytes, value);
    case SIGMA_READ_AHEAD:
      return Assign(options->reader.read_ahead, value);
    case SIGMA_RSYNCABLE:
      return Assign(call.rsyncable, value);
    case SIGMA_ADAPT:
      return Assign(call.adapt, value);
    case SIGMA_FAR:
      return Assign(call.far, value);
    case SIGMA_FAR_MEMORY:
      return Assign(call.far_memory, value);
    case SIGMA_CONTENT_HASH:
      return Choose(call.content_hash, value, ContentHash::kSha256);
    case SIGMA_FORCE:
      return Assign(options->files.force, value);
    case SIGMA_REMOVE_SOURCE:
      return Assign(options->files.remove_source, value);
    case SIGMA_SYNC:
      return Choose(options->files.sync, value, Sync::kNever);
    case SIGMA_SPARSE:
      return Choose(options->files.sparse, value, Sparse::kNever);
    case SIGMA_TARGET_GIVEN:
      return Choose(options->files.target_name, value, TargetName::kGiven);
    case SIGMA_FILL:
      return Assign(options->recovery.fill, value);
    case SIGMA_REPAIR:
      return Assign(options->recovery.repair, value);
    case SIGMA_UNSAFE:
      return Assign(options->unsafe, value);
  }
  return SIGMA_INVALID_ARGUMENT;
}

sigma_status sigma_options_set_strategy(sigma_options* options, const char* name) {
  if (options == nullptr || name == nullptr) return SIGMA_INVALID_ARGUMENT;
  try {
    options->call.strategy = name;
  } catch (...) {
    return SIGMA_OUT_OF_MEMORY;
  }
  return SIGMA_OK;
}

uint64_t sigma_compress_bound(uint64_t size, const sigma_options* options) {
  return CompressBound(size, CallOptions(options));
}

sigma_status sigma_context_new(const sigma_options* options, sigma_context** context) {
  return sigma_context::New(context, [&] { return Context::Create(CallOptions(options)); });
}
void sigma_context_free(sigma_context* context) { delete context; }
size_t sigma_context_error(const sigma_context* context, char* text, size_t room) {
  return ErrorOf(context, text, room);
}

sigma_status sigma_compress(sigma_context* context, const void* source, size_t size, void* target,
                            size_t room, size_t* written) {
  if (context == nullptr) return SIGMA_INVALID_ARGUMENT;
  if (Missing(source, size) || Missing(target, room)) return context->Misused(kNullText);
  return context->Count(written, [&](Context& object) {
    return object.Compress(ViewOf(source, size), ViewOf(target, room));
  });
}

sigma_status sigma_decompress(sigma_context* context, const void* source, size_t size, void* target,
                              size_t room, size_t* written) {
  if (context == nullptr) return SIGMA_INVALID_ARGUMENT;
  if (Missing(source, size) || Missing(target, room)) return context->Misused(kNullText);
  return context->Count(written, [&](Context& object) {
    return object.Decompress(ViewOf(source, size), ViewOf(target, room));
  });
}

sigma_status sigma_encoder_new(const sigma_options* options, sigma_stream** stream) {
  return sigma_stream::New(stream, [&]() -> Result<Stream> {
    Result<Encoder> encoder = Encoder::Create(CallOptions(options));
    if (!encoder) return encoder.failure();
    return Stream(std::move(*encoder));
  });
}
sigma_status sigma_decoder_new(const sigma_options* options, sigma_stream** stream) {
  return sigma_stream::New(stream, [&]() -> Result<Stream> {
    Result<Decoder> decoder = Decoder::Create(CallOptions(options));
    if (!decoder) return decoder.failure();
    return Stream(std::move(*decoder));
  });
}
void sigma_stream_free(sigma_stream* stream) { delete stream; }
size_t sigma_stream_error(const sigma_stream* stream, char* text, size_t room) {
  return ErrorOf(stream, text, room);
}

sigma_status sigma_stream_push(sigma_stream* stream, const void* source, size_t size,
                               size_t* taken) {
  return Transfer(stream, source, size, taken,
                  [](Stream& object, ByteView bytes) { return object.Push(bytes); });
}
sigma_status sigma_stream_write(sigma_stream* stream, const void* source, size_t size) {
  if (stream == nullptr) return SIGMA_INVALID_ARGUMENT;
  if (Missing(source, size)) return stream->Misused(kNullText);
  return stream->Call([&](Stream& object) { return object.Write(ViewOf(source, size)); });
}
sigma_status sigma_stream_pull(sigma_stream* stream, void* target, size_t room, size_t* given) {
  return Transfer(stream, target, room, given,
                  [](Stream& object, MutableBytes bytes) { return object.Pull(bytes); });
}
sigma_status sigma_stream_read(sigma_stream* stream, void* target, size_t room, size_t* given) {
  return Transfer(stream, target, room, given,
                  [](Stream& object, MutableBytes bytes) { return object.Read(bytes); });
}
sigma_status sigma_stream_flush(sigma_stream* stream) {
  if (stream == nullptr) return SIGMA_INVALID_ARGUMENT;
  return stream->Call([](Stream& object) { return object.Flush(); });
}
sigma_status sigma_stream_finish(sigma_stream* stream) {
  if (stream == nullptr) return SIGMA_INVALID_ARGUMENT;
  return stream->Call([](Stream& object) { return object.Finish(); });
}
void sigma_stream_cancel(sigma_stream* stream) {
  if (stream != nullptr && stream->object()) stream->object()->Cancel();
}

sigma_status sigma_reader_open_file(const char* path, const sigma_options* options,
                                    sigma_reader** reader) {
  return sigma_reader::New(reader, [&]() -> Result<Reader> {
    if (path == nullptr) return Fail(ErrorCode::kInvalidArgument, kNullText);
    return Reader::OpenFile(path, ReaderOptionsOf(options));
  });
}
sigma_status sigma_reader_open_descriptor(int descriptor, const sigma_options* options,
                                          sigma_reader** reader) {
  return sigma_reader::New(
      reader, [&] { return Reader::OpenDescriptor(descriptor, ReaderOptionsOf(options)); });
}
sigma_status sigma_reader_open_memory(const void* bytes, size_t size, const sigma_options* options,
                                      sigma_reader** reader) {
  return sigma_reader::New(reader, [&]() -> Result<Reader> {
    if (Missing(bytes, size)) return Fail(ErrorCode::kInvalidArgument, kNullText);
    return Reader::OpenMemory(ViewOf(bytes, size), ReaderOptionsOf(options));
  });
}
sigma_status sigma_reader_open_source(const sigma_source* source, const sigma_options* options,
                                      sigma_reader** reader) {
  return sigma_reader::New(reader, [&]() -> Result<Reader> {
    if (source == nullptr || source->read == nullptr) {
      return Fail(ErrorCode::kInvalidArgument, kNullText);
    }
    return Reader::OpenSource(std::make_unique<CSource>(*source), ReaderOptionsOf(options));
  });
}
void sigma_reader_free(sigma_reader* reader) { delete reader; }
size_t sigma_reader_error(const sigma_reader* reader, char* text, size_t room) {
  return ErrorOf(reader, text, room);
}
uint64_t sigma_reader_size(const sigma_reader* reader) {
  return reader == nullptr || !reader->object() ? 0 : reader->object()->size();
}
sigma_status sigma_reader_read(sigma_reader* reader, uint64_t offset, void* target, size_t room,
                               size_t* given) {
  if (reader == nullptr) return SIGMA_INVALID_ARGUMENT;
  if (Missing(target, room)) return reader->Misused(kNullText);
  return reader->Count(given,
                       [&](Reader& object) { return object.Read(offset, ViewOf(target, room)); });
}
