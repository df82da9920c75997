// Context: calls from memory to memory one after the other, which keep what they work with. For
// programs that compress many blocks: pages of a database, records, messages.
#ifndef SIGMA_CONTEXT_HPP_
#define SIGMA_CONTEXT_HPP_

#include <cstddef>
#include <memory>

#include "sigma/options.hpp"

namespace sigma {

// A source of up to one chunk is done by the calling thread alone, and nothing is allocated once
// such a source, of this size or a larger one, has been met; larger ones by workers that are made
// with the first and kept. The results are those of Compress and Decompress, byte for byte.
//
// One thread at a time; several contexts may be used at once. A context that was moved from gives
// kInvalidArgument.
class Context {
 public:
  // kInvalidArgument, kLimit: as Validate.
  static Result<Context> Create(const Options& options = {});
  Context(Context&& other) noexcept;
  Context& operator=(Context&& other) noexcept;
  ~Context();

  // Bytes used of `target`; kLimit if it does not fit. CompressBound bytes always do.
  Result<std::size_t> Compress(ByteView source, MutableBytes target);
  Result<std::size_t> Decompress(ByteView source, MutableBytes target);

 private:
  struct State;
  explicit Context(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sigma

#endif  // SIGMA_CONTEXT_HPP_
