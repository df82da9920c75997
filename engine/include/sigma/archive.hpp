// Archives: the members of a compressed tar, listed and extracted without restoring the rest.
//
//   const Result<Archive> archive = Archive::OpenFile("tree.tar.sigma");
//   archive->ForEach([](const Member& member) { …; return true; });
//   archive->Read(member, 0, bytes);
//
// Where the stream has an index of members (Options::index), listing reads that alone; otherwise the
// headers of the tar are read one after the other, which decodes the chunks they stand in.
#ifndef SIGMA_ARCHIVE_HPP_
#define SIGMA_ARCHIVE_HPP_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "sigma/files.hpp"
#include "sigma/reader.hpp"

namespace sigma {

// A member of a tar, as its header and the extensions before that (pax, GNU) say it. Offsets are
// those of restored bytes.
struct Member {
  std::string name;  // as it stands there, with no zero byte in it
  // tar's letter: '0' file, '1' hard link, '2' symbolic link, '3' and '4' character and block
  // device, '5' folder, '6' FIFO, 'S' sparse file; others are kept as they are.
  char kind = '0';
  std::uint64_t header = 0;  // offset of its first block, extensions included
  std::uint64_t data = 0;    // offset of its data
  std::uint64_t stored = 0;  // bytes of data in the archive
  std::uint64_t size = 0;    // bytes of the file; not `stored` where it is sparse
  std::uint32_t mode = 0;    // permission bits
  std::int64_t mtime = 0;    // seconds since 1970
  std::uint64_t owner_id = 0;
  std::uint64_t group_id = 0;
  std::string owner;  // names; may be empty
  std::string group;
  std::string link;  // of links: where they lead
  std::uint32_t device_major = 0;
  std::uint32_t device_minor = 0;

  [[nodiscard]] bool folder() const { return kind == '5' || kind == 'D'; }
  bool operator==(const Member&) const = default;
};

struct ExtractOptions {
  std::string folder = ".";  // where to; it exists
  // Replace what has a member's name, folders excepted.
  bool force = false;
  // Take absolute names, "..", links that lead out of the folder, links on the way, and devices.
  bool unsafe = false;
  Sparse sparse = Sparse::kAuto;
};

struct ExtractTotals {
  std::uint64_t members = 0;  // extracted
  std::uint64_t bytes = 0;    // of files
};

// One thread at a time; the reader decodes on several by itself. What it reads must not change.
class Archive {
 public:
  // Errors as Reader::OpenFile. kInvalidArgument: it restores to no tar.
  static Result<Archive> OpenFile(const std::string& path, const ReaderOptions& options = {});
  static Result<Archive> OpenMemory(ByteView stream, const ReaderOptions& options = {});
  Archive(Archive&&) noexcept;
  Archive& operator=(Archive&&) noexcept;
  ~Archive();

  // Whether the members are listed without decoding data.
  [[nodiscard]] bool indexed() const noexcept;

  // Calls `visit` with each member in the order of the archive until it returns false. Where the
  // tar is cut or damaged, the members before that come first, then the error.
  using Visit = std::function<bool(const Member&)>;
  Result<void> ForEach(const Visit& visit) const;

  // Reads the member's header in the data, which must say what `member` says. kCorrupt, with the
  // offset in the restored bytes in the text: the index lies.
  Result<void> Check(const Member& member) const;
  // Hands the bytes of a file over, piece by piece, after Check; holes as zeros. Nothing for what
  // has no data.
  using Take = std::function<Result<void>(ByteView)>;
  Result<void> Copy(const Member& member, const Take& take) const;

  // Extracts the members that `select` takes, in the order of the archive. Folders on the way are
  // made; nothing outside of options.folder is written, and no link followed, unless options.unsafe.
  // Names that come twice are replaced by the later one, as tar does. Modes are less the umask;
  // owners, setuid, setgid and sticky bits are not kept. A member that fails is told to `failed`,
  // nothing of it is left, and the others are extracted all the same; an error of the archive
  // itself is returned.
  using Select = std::function<bool(const Member&)>;
  using Failed = std::function<void(const Member&, const Error&)>;
  using Extracting = std::function<void(const Member&)>;
  Result<ExtractTotals> Extract(const Select& select, const ExtractOptions& options,
                                const Failed& failed, const Extracting& extracting = {}) const;

  [[nodiscard]] const Reader& reader() const noexcept;

 private:
  struct State;
  static Result<Archive> Begin(Result<Reader> reader, bool limited);
  explicit Archive(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sigma

#endif  // SIGMA_ARCHIVE_HPP_
