/* The C API of libsigma for files; sigma.h includes it. Paths are as the system has them; "-" is standard
 * input or output. Strings and structures that a function of the caller's is given live until it
 * returns. Structures may get more members at their end.
 */
#ifndef SIGMA_SIGMA_FILES_H_
#define SIGMA_SIGMA_FILES_H_

#include <sigma/sigma.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Files --------------------------------------------------------------------------------------
 * A handle keeps the options, the last error and what the last call counted. A result is written to a
 * temporary file beside the target and renamed into place; on an error nothing is left. One thread at
 * a time uses a handle. */

typedef struct sigma_files sigma_files;

SIGMA_API sigma_status sigma_files_new(const sigma_options* options, sigma_files** files);
SIGMA_API void sigma_files_free(sigma_files* files);
SIGMA_API size_t sigma_files_error(const sigma_files* files, char* text, size_t room);

/* Called during calls, by one thread at a time: bytes taken from the source, bytes given to the
 * target, and bytes of the source, 0 if unknown. Anything but 0 cancels the call. NULL: none. */
typedef int (*sigma_progress)(void* state, uint64_t read, uint64_t written, uint64_t total);
SIGMA_API sigma_status sigma_files_on_progress(sigma_files* files, sigma_progress progress,
                                               void* state);

SIGMA_API sigma_status sigma_files_compress(sigma_files* files, const char* source,
                                            const char* target);
/* SIGMA_CORRUPT with SIGMA_COUNT_STREAMS above 0: the result is there, but other data follows. */
SIGMA_API sigma_status sigma_files_decompress(sigma_files* files, const char* source,
                                              const char* target);
/* The `length` restored bytes from `offset` on, or those there are. */
SIGMA_API sigma_status sigma_files_decompress_range(sigma_files* files, const char* source,
                                                    const char* target, uint64_t offset,
                                                    uint64_t length);
/* Checks every hash. */
SIGMA_API sigma_status sigma_files_test(sigma_files* files, const char* source);
/* SIGMA_CORRUPT: damaged, or it does not restore to `original`. */
SIGMA_API sigma_status sigma_files_verify(sigma_files* files, const char* compressed,
                                          const char* original);
/* Adds a stream to the file `target`, in place. */
SIGMA_API sigma_status sigma_files_append(sigma_files* files, const char* source,
                                          const char* target);
/* Part `part`, from 1, of `parts` (at most 4096). */
SIGMA_API sigma_status sigma_files_compress_shard(sigma_files* files, const char* source,
                                                  const char* target, uint32_t part,
                                                  uint32_t parts);
/* Joins the parts, in any order, into the bytes of sigma_files_compress. */
SIGMA_API sigma_status sigma_files_merge(sigma_files* files, const char* const* parts, size_t count,
                                         const char* target);

/* Restored bytes that are lost. */
typedef struct sigma_lost_range {
  uint64_t stream; /* which of the streams found */
  uint64_t chunk;  /* the first one's index in it */
  uint64_t chunks;
  uint64_t offset; /* in the restored file */
  uint64_t length;
  int length_inferred; /* from the chunk size */
  int offset_inferred; /* the length of something lost before it is */
} sigma_lost_range;
/* What is left of a damaged file. `visit`, which may be NULL, gets what is lost, in order.
 * SIGMA_COUNT_LOST and SIGMA_COUNT_DAMAGE tell whether anything is. */
SIGMA_API sigma_status sigma_files_recover(sigma_files* files, const char* source,
                                           const char* target,
                                           void (*visit)(void* state, const sigma_lost_range* lost),
                                           void* state);

/* What the last call counted. */
typedef enum sigma_count {
  SIGMA_COUNT_ORIGINAL = 1,   /* bytes */
  SIGMA_COUNT_COMPRESSED = 2, /* bytes */
  SIGMA_COUNT_CHUNKS = 3,
  SIGMA_COUNT_STREAMS = 4,
  SIGMA_COUNT_WARNINGS = 5, /* what went less than well although the result is there */
  SIGMA_COUNT_LOST = 6,     /* recovering: bytes */
  SIGMA_COUNT_DAMAGE = 7    /* recovering: other damage, which by itself loses nothing */
} sigma_count;
/* 0 for a number that is none of sigma_count. */
SIGMA_API uint64_t sigma_files_count(const sigma_files* files, int count);
/* The text of a warning, from 0, as sigma_files_error; those of damage follow the warnings. */
SIGMA_API size_t sigma_files_warning(const sigma_files* files, size_t index, char* text,
                                     size_t room);

/* ---- Estimates ----------------------------------------------------------------------------------*/

typedef struct sigma_level_estimate {
  int level;
  uint32_t chunk_size;
  uint32_t threads;        /* that would get chunks */
  int exact;               /* 1: `compressed` is the size, 0: an estimate */
  uint64_t original;       /* bytes */
  uint64_t compressed;     /* bytes */
  uint64_t sampled;        /* bytes of the source that were compressed at this level */
  double compress_seconds; /* without reading and writing */
  double decompress_seconds;
  uint64_t compress_memory; /* bytes of the process at most */
  uint64_t decompress_memory;
} sigma_level_estimate;
/* What levels `first` to `last` would make of a file, ascending, from a sample of at most 16 MiB. */
SIGMA_API sigma_status
sigma_files_estimate(sigma_files* files, const char* path, int first, int last,
                     void (*visit)(void* state, const sigma_level_estimate* row), void* state);
/* The lowest level of a ratio (original/compressed), or the highest of a speed (10^6 bytes of the
 * source a second); the other one is 0. *reached: 0 where no level has it, and *level is the one that
 * comes nearest. */
SIGMA_API sigma_status sigma_files_choose_level(sigma_files* files, const char* path, double ratio,
                                                double mega_bytes, int* level, int* reached);

/* ---- Archives -----------------------------------------------------------------------------------
 * The members of a compressed tar. One thread at a time. Options as of readers. */

typedef struct sigma_archive sigma_archive;

typedef struct sigma_member {
  const char* name;
  const char* link; /* where a link leads; "" for others */
  const char* owner;
  const char* group;
  uint64_t size; /* bytes */
  uint64_t data; /* offset of its data in the restored tar */
  int64_t mtime; /* seconds since 1970 */
  uint64_t owner_id;
  uint64_t group_id;
  uint32_t mode; /* permission bits */
  char kind;     /* tar's letter: '0' file, '5' folder, '2' symbolic link, … */
} sigma_member;
/* Anything but 0: go on in sigma_archive_for_each; take it in sigma_archive_extract. */
typedef int (*sigma_member_visit)(void* state, const sigma_member* member);

SIGMA_API sigma_status sigma_archive_open_file(const char* path, const sigma_options* options,
                                               sigma_archive** archive);
/* The bytes outlive the archive. */
SIGMA_API sigma_status sigma_archive_open_memory(const void* bytes, size_t size,
                                                 const sigma_options* options,
                                                 sigma_archive** archive);
SIGMA_API void sigma_archive_free(sigma_archive* archive);
SIGMA_API size_t sigma_archive_error(const sigma_archive* archive, char* text, size_t room);
/* 1: the members are listed without decoding data. */
SIGMA_API int sigma_archive_indexed(const sigma_archive* archive);
/* In the order of the archive. */
SIGMA_API sigma_status sigma_archive_for_each(sigma_archive* archive, sigma_member_visit visit,
                                              void* state);
/* Hands the bytes of the last member of that name over, piece by piece; anything but 0 from `take`
 * ends that (SIGMA_CANCELLED). SIGMA_NOT_FOUND: no such member. */
SIGMA_API sigma_status sigma_archive_copy(sigma_archive* archive, const char* name,
                                          int (*take)(void* state, const void* bytes, size_t size),
                                          void* state);
/* Extracts the members that `select` takes (NULL: all) into `folder`, which exists; as safely as tar
 * should. Members that fail are told to `failed`, which may be NULL, and the others are extracted all
 * the same; *extracted: how many. Options: SIGMA_FORCE, SIGMA_SPARSE, SIGMA_UNSAFE. */
SIGMA_API sigma_status sigma_archive_extract(sigma_archive* archive, const char* folder,
                                             sigma_member_visit select,
                                             void (*failed)(void* state, const sigma_member* member,
                                                            int status, const char* text),
                                             void* state, uint64_t* extracted);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* SIGMA_SIGMA_FILES_H_ */
