/* The C API of libsigma. C99; no exception comes out of it.
 *
 * Sizes are bytes. Every object is behind a handle that its _new or _open function makes and its
 * _free function destroys (NULL is allowed there). A handle is made even where making failed, unless
 * there is no memory for it: every call on it then gives that error, and its text can be asked for.
 * NULL as a handle is SIGMA_INVALID_ARGUMENT.
 *
 * The text of a handle's last error: sigma_…_error copies it, as much as there is room for and a
 * final NUL, and returns its length. Safe from any thread; empty if there was no error.
 */
#ifndef SIGMA_SIGMA_H_
#define SIGMA_SIGMA_H_

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define SIGMA_API __attribute__((visibility("default")))
#else
#define SIGMA_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* The numbers stay; later versions may add some. */
typedef enum sigma_status {
  SIGMA_OK = 0,
  SIGMA_INVALID_ARGUMENT = 1, /* an argument or the order of calls; nothing was done */
  SIGMA_NOT_SIGMA = 2,        /* the input does not begin with a stream */
  SIGMA_UNSUPPORTED = 3,      /* another version's */
  SIGMA_TRUNCATED = 4,        /* the input ends inside a stream */
  SIGMA_CORRUPT = 5,          /* damage, or other data after the last stream */
  SIGMA_LIMIT = 6,            /* the target is too small, or a bound would be exceeded */
  SIGMA_OUT_OF_MEMORY = 7,    /* or no thread is to be had */
  SIGMA_IO = 8,               /* the system, or a source of the caller's, refused */
  SIGMA_NOT_FOUND = 9,        /* no such file */
  SIGMA_EXISTS = 10,
  SIGMA_SKIPPED = 11, /* a directory */
  SIGMA_CANCELLED = 12
} sigma_status;

SIGMA_API const char* sigma_version(void);           /* "0.1.0" */
SIGMA_API const char* sigma_status_name(int status); /* "corrupt", …; never NULL */

/* ---- Options; NULL stands for the defaults wherever options are taken -------------------------- */

typedef struct sigma_options sigma_options;

typedef enum sigma_option {
  SIGMA_LEVEL = 1,        /* default 3 */
  SIGMA_THREADS = 2,      /* workers at most; 0, the default: all this process may use */
  SIGMA_MEMORY_LIMIT = 3, /* bytes; 0: none */
  SIGMA_CHUNK_SIZE = 4,   /* 64 KiB … 64 MiB in steps of 4 KiB; 0: the level's */
  SIGMA_DECODE_FIRST = 5, /* 1: larger results that restore faster */
  SIGMA_VERIFY = 6,       /* 1: restore each chunk and compare before it is given */
  SIGMA_OUTPUT_LIMIT = 7, /* restoring: bytes at most; 0: none */
  SIGMA_CACHE_BYTES = 8,  /* readers: decoded bytes kept; default 64 MiB */
  SIGMA_READ_AHEAD = 9,   /* readers: 0: no chunk is decoded before it is asked for; default 1 */
  SIGMA_INDEX = 10,       /* compressing: 0: a tar gets no index of its members; default 1 */
  SIGMA_RSYNCABLE = 11,   /* compressing: 1: chunks are cut where the content says so */
  /* Calls on files: */
  SIGMA_FORCE = 12,         /* 1: overwrite the target */
  SIGMA_REMOVE_SOURCE = 13, /* 1: once the result is on the disk and compared */
  SIGMA_SYNC = 14,          /* 0: only to remove the source; 1: always; 2: never */
  SIGMA_SPARSE = 15,        /* runs of zeros as holes: 0: in new files; 1: always; 2: never */
  SIGMA_TARGET_GIVEN = 16,  /* 1: the target may be a link, a FIFO or a device; default 0 */
  SIGMA_FILL = 17,          /* recovering: the byte in place of lost ones; default 0 */
  SIGMA_REPAIR = 18,        /* recovering: 1: write a sound compressed file instead */
  SIGMA_UNSAFE = 19,        /* extracting: 1: absolute names, "..", links out, and devices */
  /* Compressing: 1: each chunk by the level, from 1 to SIGMA_LEVEL, that keeps up with input and output */
  SIGMA_ADAPT = 20,
  /* Compressing a file: 1: what a chunk has in common with any earlier one is stored once; default 0 */
  SIGMA_FAR = 21,
  SIGMA_FAR_MEMORY = 22, /* bytes for finding it, at most; 0 = 64 MiB */
  /* Compressing: a hash of the whole content after the chunks, which restoring checks: 0, the default: none;
   * 1: XXH3-128; 2: SHA-256 */
  SIGMA_CONTENT_HASH = 23
} sigma_option;

/* NULL: no memory. */
SIGMA_API sigma_options* sigma_options_new(void);
SIGMA_API void sigma_options_free(sigma_options* options);
/* `option`: one of sigma_option. SIGMA_INVALID_ARGUMENT: no such option, or a value that it cannot
 * hold. What the values mean together is checked where the options are used. */
SIGMA_API sigma_status sigma_options_set(sigma_options* options, int option, uint64_t value);

/* One of the strategies' names, "auto" by default; what it is called is checked where it is used. */
SIGMA_API sigma_status sigma_options_set_strategy(sigma_options* options, const char* name);

/* ---- Memory to memory ---------------------------------------------------------------------------
 * A context keeps what its calls work with. A source of up to one chunk (SIGMA_CHUNK_SIZE) is done
 * by the calling thread alone, without any allocation once a source of that size has been met. One
 * thread at a time uses a context; several contexts may be used at once. */

typedef struct sigma_context sigma_context;

SIGMA_API sigma_status sigma_context_new(const sigma_options* options, sigma_context** context);
SIGMA_API void sigma_context_free(sigma_context* context);
SIGMA_API size_t sigma_context_error(const sigma_context* context, char* text, size_t room);

/* The most bytes that sigma_compress makes of `size` bytes. */
SIGMA_API uint64_t sigma_compress_bound(uint64_t size, const sigma_options* options);
/* *written: bytes used of `target`. SIGMA_LIMIT if it does not fit. A pointer may be NULL where its
 * size is 0. */
SIGMA_API sigma_status sigma_compress(sigma_context* context, const void* source, size_t size,
                                      void* target, size_t room, size_t* written);
SIGMA_API sigma_status sigma_decompress(sigma_context* context, const void* source, size_t size,
                                        void* target, size_t room, size_t* written);

/* ---- Streams ------------------------------------------------------------------------------------
 * Bytes are pushed in and pulled out, in bounded memory, with workers inside. One thread that does
 * both calls push and pull by turns: push waits only while nothing can be pulled, and pull only
 * while nothing can be pushed. With two threads, one calls write and the other read. At most one
 * thread at a time pushes and one pulls; cancel may be called from any. */

typedef struct sigma_stream sigma_stream;

SIGMA_API sigma_status sigma_encoder_new(const sigma_options* options, sigma_stream** stream);
SIGMA_API sigma_status sigma_decoder_new(const sigma_options* options, sigma_stream** stream);
/* Cancels what is not finished. */
SIGMA_API void sigma_stream_free(sigma_stream* stream);
SIGMA_API size_t sigma_stream_error(const sigma_stream* stream, char* text, size_t room);

/* *taken: bytes taken from the front of `source`: all, unless there is something to pull. */
SIGMA_API sigma_status sigma_stream_push(sigma_stream* stream, const void* source, size_t size,
                                         size_t* taken);
/* Takes all; waits for another thread to pull. */
SIGMA_API sigma_status sigma_stream_write(sigma_stream* stream, const void* source, size_t size);
/* *given: bytes put into `target`. 0: after finish the end; after flush, once, all that was pushed
 * before it has been pulled; otherwise push takes more now. `room` is not 0. */
SIGMA_API sigma_status sigma_stream_pull(sigma_stream* stream, void* target, size_t room,
                                         size_t* given);
/* Waits for at least one byte; 0 is the end. For another thread than the one that pushes. */
SIGMA_API sigma_status sigma_stream_read(sigma_stream* stream, void* target, size_t room,
                                         size_t* given);
/* All that was pushed so far can be pulled, and restored, before more is pushed. */
SIGMA_API sigma_status sigma_stream_flush(sigma_stream* stream);
/* The source has ended. */
SIGMA_API sigma_status sigma_stream_finish(sigma_stream* stream);
/* What waits returns SIGMA_CANCELLED, as every later call does. */
SIGMA_API void sigma_stream_cancel(sigma_stream* stream);

/* ---- Random access ------------------------------------------------------------------------------
 * Safe from any number of threads at once, but for free. Options: SIGMA_THREADS (chunks decoded at
 * once), SIGMA_CACHE_BYTES, SIGMA_READ_AHEAD. */

typedef struct sigma_reader sigma_reader;

/* A source of the caller's, copied by sigma_reader_open_source. */
typedef struct sigma_source {
  void* state;   /* given to the functions */
  uint64_t size; /* bytes */
  /* Fills `target` with the `size` bytes from `offset` on; all of them are there. Returns 0, or
   * anything else where it cannot (SIGMA_IO). From several threads at once. */
  int (*read)(void* state, uint64_t offset, void* target, size_t size);
  /* After the last read, also where opening fails; may be NULL. */
  void (*close)(void* state);
} sigma_source;

SIGMA_API sigma_status sigma_reader_open_file(const char* path, const sigma_options* options,
                                              sigma_reader** reader);
/* The descriptor stays the caller's, and open while the reader lives. */
SIGMA_API sigma_status sigma_reader_open_descriptor(int descriptor, const sigma_options* options,
                                                    sigma_reader** reader);
/* The bytes outlive the reader. */
SIGMA_API sigma_status sigma_reader_open_memory(const void* bytes, size_t size,
                                                const sigma_options* options,
                                                sigma_reader** reader);
SIGMA_API sigma_status sigma_reader_open_source(const sigma_source* source,
                                                const sigma_options* options,
                                                sigma_reader** reader);
SIGMA_API void sigma_reader_free(sigma_reader* reader);
SIGMA_API size_t sigma_reader_error(const sigma_reader* reader, char* text, size_t room);
/* Restored bytes of all; 0 for a reader that is not open. */
SIGMA_API uint64_t sigma_reader_size(const sigma_reader* reader);
/* *given: restored bytes from `offset` on in `target`, fewer than `room` only at the end. */
SIGMA_API sigma_status sigma_reader_read(sigma_reader* reader, uint64_t offset, void* target,
                                         size_t room, size_t* given);

/* ---- Files, estimates, archives: more of the same, in a header of its own ----------------------- */

#ifdef __cplusplus
} /* extern "C" */
#endif

#include <sigma/sigma_files.h>

#endif /* SIGMA_SIGMA_H_ */
