// TreeWriter: makes files, folders and links below one folder, by names that a stranger chose. No
// name leads out of it, whatever links are there: every folder on the way is opened beneath it
// without following links (openat2, or step by step with O_NOFOLLOW where that is refused), and
// what is made is made new. Regular files appear whole, or not at all (Unpublished).
//
// One thread at a time.
#ifndef SIGMA_IO_TREE_WRITER_H_
#define SIGMA_IO_TREE_WRITER_H_

#include <ctime>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "engine/io/descriptor.h"
#include "engine/io/descriptor_stream.h"
#include "sigma/result.hpp"

namespace sigma {

class TreeWriter {
 public:
  struct Rules {
    bool replace = false;  // what has the name, folders excepted
    // Absolute names, "..", links on the way and links that lead out of the folder, devices.
    bool unsafe = false;
  };
  // What a name is given; the mode's permission bits less the umask.
  struct Traits {
    std::uint32_t mode = 0;
    std::timespec modified{};
  };
  enum class Special : std::uint8_t { kFifo, kCharacterDevice, kBlockDevice };
  // A file in the making: bytes are appended, or put at places that Write has not reached.
  class File {
   public:
    virtual Result<void> Write(ByteView bytes) = 0;
    virtual Result<void> WriteAt(std::uint64_t offset, ByteView bytes) = 0;
    // What was not written before `size` is a hole.
    virtual Result<void> SetSize(std::uint64_t size) = 0;

   protected:
    ~File() = default;
  };

  // kNotFound, kIo: the folder, which may be reached through links.
  static Result<TreeWriter> Open(const std::string& folder, Rules rules);
  TreeWriter(TreeWriter&&) noexcept = default;

  // In all of them: kInvalidArgument, a name that leads out; kExists, one that is taken, by
  // anything that this writer has not made itself (which the later one replaces); kIo. Folders on
  // the way are made.
  Result<void> MakeFolder(std::string_view name, const Traits& traits);
  // `fill` makes the content; with `holes` blocks of zeros are not written.
  Result<void> MakeFile(std::string_view name, const Traits& traits, bool holes,
                        const std::function<Result<void>(File&)>& fill);
  Result<void> MakeLink(std::string_view name, const std::string& target, const Traits& traits);
  // A further name of what `existing`, a name below the folder, is.
  Result<void> MakeHardLink(std::string_view name, std::string_view existing);
  Result<void> MakeSpecial(std::string_view name, Special kind, std::uint32_t major,
                           std::uint32_t minor, const Traits& traits);
  // Gives the folders made their modes and times, which what is made in them would change. Tells of
  // those where it fails.
  void End(const std::function<void(const std::string&, const Error&)>& failed);

 private:
  struct Place {
    bool absolute = false;             // with rules_.unsafe
    std::vector<std::string> folders;  // from the root on
    std::string leaf;                  // empty: the root itself
    std::string path;                  // the folders and the leaf, for `made_`
  };
  struct Waiting {
    Place place;
    Traits traits;
  };

  TreeWriter(Descriptor root, Rules rules);
  [[nodiscard]] Result<Place> PlaceOf(std::string_view name) const;
  // The folder that a place is in, valid until the next call.
  Result<int> FolderOf(const Place& place, bool make);
  Result<Descriptor> Walk(const Place& place, bool make);
  // Nothing, or a thing that may be replaced and is none any more, has the name.
  Result<void> Clear(int folder, const Place& place, bool keep_regular);
  [[nodiscard]] bool LinkStays(const Place& place, std::string_view target) const;

  Descriptor root_;
  Rules rules_;
  std::uint32_t umask_ = 0;
  Descriptor folder_;        // the last one asked for
  std::string folder_path_;  // its path, with a slash at its end; "-" where there is none
  std::unordered_set<std::string> made_;
  std::vector<Waiting> waiting_;  // folders without their traits, in the order made
};

}  // namespace sigma

#endif  // SIGMA_IO_TREE_WRITER_H_
