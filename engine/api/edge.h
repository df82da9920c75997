// The edge of the API: no exception crosses it.
#ifndef SIGMA_API_EDGE_H_
#define SIGMA_API_EDGE_H_

#include <exception>
#include <new>
#include <type_traits>

#include "sigma/result.hpp"

namespace sigma {

// The result of `call`, or an error for what it throws. The texts are short enough to need no
// memory of their own.
template <typename Call>
[[nodiscard]] std::invoke_result_t<Call> AtEdge(Call call) noexcept {
  try {
    return call();
  } catch (const std::bad_alloc&) {
    return Unexpected{Error{ErrorCode::kOutOfMemory, "out of memory", kNoPosition, kNoPosition}};
  } catch (...) {
    // std::length_error of a vector, or what a caller's observer throws outside of the flow.
    return Unexpected{Error{ErrorCode::kOutOfMemory, "size too large", kNoPosition, kNoPosition}};
  }
}

}  // namespace sigma

#endif  // SIGMA_API_EDGE_H_
