// TargetPlace: where a target's name leads, and what is there. Found before any work, so that a
// name that cannot be used is refused then, and without opening what is found: a device or FIFO may
// be somebody's trap.
//
// A name derived from the source's leads to itself: links are not followed. A name that the caller
// gave may be a link, which is followed here, step by step (at most 40), or stand for a descriptor
// of this process. In a folder where everybody may write and only owners remove, links of strangers
// are not followed (as Linux does with fs.protected_symlinks, which cannot see our own steps).
#ifndef SIGMA_IO_TARGET_PLACE_H_
#define SIGMA_IO_TARGET_PLACE_H_

#include <string>

#include "engine/io/descriptor.h"
#include "engine/io/file_state.h"
#include "sigma/files.hpp"

namespace sigma {

enum class TargetKind : std::uint8_t {
  kNothing,     // a free name
  kRegular,     // a regular file
  kInPlace,     // a character device or FIFO
  kBlock,       // a block device
  kDescriptor,  // a descriptor of this process
};

struct TargetPlace {
  TargetKind kind = TargetKind::kNothing;
  int named_descriptor = -1;  // of kDescriptor
  Descriptor folder;          // and of all others: the folder, open (by O_PATH if it may be written
  std::string leaf;           // but not read), and the name in it
  FileState state;            // of what is there
};

// kExists: a directory, a socket, or what a derived name must not be. kInvalidArgument: no name.
// kIo: the folder cannot be opened, the name is too long, a link cannot be followed. The texts
// speak of the target.
Result<TargetPlace> FindTarget(const std::string& path, TargetName name);

// kExists, of a target that force overwrites.
[[nodiscard]] Unexpected AlreadyExists();

}  // namespace sigma

#endif  // SIGMA_IO_TARGET_PLACE_H_
