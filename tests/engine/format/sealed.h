// For forging headers whose hash is right: what an attacker, unlike damage, would do.
#ifndef SIGMA_TESTS_ENGINE_FORMAT_SEALED_H_
#define SIGMA_TESTS_ENGINE_FORMAT_SEALED_H_

#include "engine/base/endian.h"
#include "engine/base/hash.h"
#include "engine/base/varint.h"
#include "engine/format/stream_format.h"

namespace sigma::tests {

// Makes the last four bytes the header hash of those before.
inline void Reseal(Bytes& header) {
  StoreLE(&header[header.size() - 4], Hash32(ByteView(header).first(header.size() - 4)));
}

// Makes the footer hash of a long footer right.
inline void ResealFooter(Bytes& footer) {
  StoreLE(&footer[footer.size() - 12], Hash64(ByteView(footer).first(footer.size() - 12)));
}

}  // namespace sigma::tests

#endif  // SIGMA_TESTS_ENGINE_FORMAT_SEALED_H_
