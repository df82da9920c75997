/* files.c FOLDER: the C API on files, estimates and archives as a program in C99 meets it; FOLDER is empty
 * and its own. Ends with 0, or says which line failed. */
#include <sigma/sigma.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                            \
  do {                                                              \
    if (!(condition)) {                                             \
      fprintf(stderr, "files.c:%d: %s\n", __LINE__, #condition);    \
      exit(1);                                                      \
    }                                                               \
  } while (0)

enum { kSize = 400000, kChunk = 65536 };

static unsigned char source[kSize], other[2 * kSize];
static char paths[12][300];

/* The path of a name in the folder. */
static const char* in(const char* folder, const char* name) {
  static int next = 0;
  char* path = paths[next++ % 12];
  snprintf(path, sizeof paths[0], "%s/%s", folder, name);
  return path;
}

static void write_file(const char* path, const void* bytes, size_t size) {
  FILE* file = fopen(path, "wb");
  CHECK(file != NULL && fwrite(bytes, 1, size, file) == size && fclose(file) == 0);
}
static size_t read_file(const char* path) {
  FILE* file = fopen(path, "rb");
  CHECK(file != NULL);
  const size_t size = fread(other, 1, sizeof other, file);
  fclose(file);
  return size;
}

static sigma_options* options_of(int option, uint64_t value) {
  sigma_options* options = sigma_options_new();
  CHECK(options != NULL);
  CHECK(sigma_options_set(options, SIGMA_CHUNK_SIZE, kChunk) == SIGMA_OK);
  CHECK(sigma_options_set(options, SIGMA_FORCE, 1) == SIGMA_OK);
  CHECK(sigma_options_set(options, option, value) == SIGMA_OK);
  return options;
}

static int count_calls(void* state, uint64_t read, uint64_t written, uint64_t total) {
  (void)written;
  CHECK(read <= total || total == 0);
  ++*(int*)state;
  return 0;
}
static int cancel(void* state, uint64_t read, uint64_t written, uint64_t total) {
  (void)state, (void)read, (void)written, (void)total;
  return 1;
}

static void convert(const char* folder) {
  sigma_options* options = options_of(SIGMA_LEVEL, 1);
  sigma_files* files;
  int calls = 0;
  char text[100];
  const char* a = in(folder, "a");
  const char* packed = in(folder, "a.sigma");
  const char* back = in(folder, "back");
  CHECK(sigma_options_set_strategy(options, "auto") == SIGMA_OK);
  CHECK(sigma_files_new(options, &files) == SIGMA_OK);
  CHECK(sigma_files_on_progress(files, count_calls, &calls) == SIGMA_OK);
  CHECK(sigma_files_compress(files, a, packed) == SIGMA_OK && calls > 0);
  CHECK(sigma_files_count(files, SIGMA_COUNT_ORIGINAL) == kSize);
  CHECK(sigma_files_count(files, SIGMA_COUNT_CHUNKS) == (kSize + kChunk - 1) / kChunk);
  CHECK(sigma_files_count(files, SIGMA_COUNT_COMPRESSED) == read_file(packed));
  CHECK(sigma_files_count(files, SIGMA_COUNT_WARNINGS) == 0);
  CHECK(sigma_files_count(files, 99) == 0);
  CHECK(sigma_files_warning(files, 0, text, sizeof text) == 0 && text[0] == '\0');
  CHECK(sigma_files_test(files, packed) == SIGMA_OK);
  CHECK(sigma_files_decompress(files, packed, back) == SIGMA_OK);
  CHECK(read_file(back) == kSize && memcmp(other, source, kSize) == 0);
  CHECK(sigma_files_verify(files, packed, back) == SIGMA_OK);
  CHECK(sigma_files_decompress_range(files, packed, back, 70000, 1000) == SIGMA_OK);
  CHECK(read_file(back) == 1000 && memcmp(other, source + 70000, 1000) == 0);
  CHECK(sigma_files_verify(files, packed, back) == SIGMA_CORRUPT);
  CHECK(sigma_files_error(files, text, sizeof text) > 10);
  CHECK(sigma_files_append(files, back, packed) == SIGMA_OK);
  CHECK(sigma_files_decompress(files, packed, back) == SIGMA_OK);
  CHECK(sigma_files_count(files, SIGMA_COUNT_STREAMS) == 2);
  CHECK(read_file(back) == kSize + 1000 && memcmp(other + kSize, source + 70000, 1000) == 0);
  CHECK(sigma_files_on_progress(files, cancel, NULL) == SIGMA_OK);
  CHECK(sigma_files_compress(files, a, packed) == SIGMA_CANCELLED);
  CHECK(sigma_files_compress(files, NULL, packed) == SIGMA_INVALID_ARGUMENT);
  CHECK(sigma_files_compress(NULL, a, packed) == SIGMA_INVALID_ARGUMENT);
  CHECK(sigma_files_on_progress(files, NULL, NULL) == SIGMA_OK);
  CHECK(sigma_files_test(files, in(folder, "none")) == SIGMA_NOT_FOUND);
  sigma_files_free(files);
  sigma_files_free(NULL);
  CHECK(sigma_options_set_strategy(options, "none such") == SIGMA_OK);
  CHECK(sigma_files_new(options, &files) == SIGMA_OK);
  CHECK(sigma_files_compress(files, a, packed) == SIGMA_INVALID_ARGUMENT);
  sigma_files_free(files);
  CHECK(sigma_options_set(options, SIGMA_SYNC, 3) == SIGMA_INVALID_ARGUMENT);
  CHECK(sigma_options_set(options, SIGMA_FILL, 256) == SIGMA_INVALID_ARGUMENT);
  CHECK(sigma_options_set_strategy(NULL, "auto") == SIGMA_INVALID_ARGUMENT);
  sigma_options_free(options);
}

static void shards(const char* folder) {
  sigma_options* options = options_of(SIGMA_LEVEL, 1);
  sigma_files* files;
  const char* parts[3];
  size_t size, i;
  const char* a = in(folder, "a");
  const char* whole = in(folder, "whole.sigma");
  const char* joined = in(folder, "joined.sigma");
  CHECK(sigma_files_new(options, &files) == SIGMA_OK);
  for (i = 0; i < 3; ++i) {
    const char* names[] = {"part3", "part1", "part2"};
    const uint32_t numbers[] = {3, 1, 2};
    parts[i] = in(folder, names[i]);
    CHECK(sigma_files_compress_shard(files, a, parts[i], numbers[i], 3) == SIGMA_OK);
  }
  CHECK(sigma_files_compress_shard(files, a, joined, 4, 3) == SIGMA_INVALID_ARGUMENT);
  CHECK(sigma_files_compress(files, a, whole) == SIGMA_OK);
  CHECK(sigma_files_merge(files, parts, 2, joined) == SIGMA_INVALID_ARGUMENT);
  CHECK(sigma_files_merge(files, NULL, 2, joined) == SIGMA_INVALID_ARGUMENT);
  CHECK(sigma_files_merge(files, parts, 3, joined) == SIGMA_OK);
  size = read_file(whole);
  memmove(other + kSize, other, size);
  CHECK(size < kSize && read_file(joined) == size && memcmp(other, other + kSize, size) == 0);
  sigma_files_free(files);
  sigma_options_free(options);
}

static void see_lost(void* state, const sigma_lost_range* lost) {
  CHECK(lost->offset == kChunk && lost->length == kChunk && lost->chunk == 1);
  CHECK(!lost->length_inferred && !lost->offset_inferred);
  ++*(int*)state;
}

static void recover(const char* folder) {
  sigma_options* options = options_of(SIGMA_FILL, 7);
  sigma_files* files;
  int seen = 0;
  size_t size, i;
  char text[100];
  const char* whole = in(folder, "raw.sigma");
  const char* back = in(folder, "back");
  CHECK(sigma_options_set_strategy(options, "raw") == SIGMA_OK);
  CHECK(sigma_files_new(options, &files) == SIGMA_OK);
  CHECK(sigma_files_compress(files, in(folder, "a"), whole) == SIGMA_OK);
  CHECK(sigma_files_recover(files, whole, back, see_lost, &seen) == SIGMA_OK && seen == 0);
  CHECK(sigma_files_count(files, SIGMA_COUNT_LOST) == 0);
  size = read_file(whole);
  other[kChunk + kChunk / 2] ^= 1; /* in the second chunk, which is stored as it is */
  write_file(whole, other, size);
  CHECK(sigma_files_test(files, whole) == SIGMA_CORRUPT);
  CHECK(sigma_files_recover(files, whole, back, see_lost, &seen) == SIGMA_OK && seen == 1);
  CHECK(sigma_files_count(files, SIGMA_COUNT_LOST) == kChunk);
  CHECK(read_file(back) == kSize && memcmp(other, source, kChunk) == 0);
  for (i = kChunk; i < 2 * kChunk; ++i) CHECK(other[i] == 7);
  CHECK(memcmp(other + 2 * kChunk, source + 2 * kChunk, kSize - 2 * kChunk) == 0);
  size = read_file(whole);
  write_file(whole, other, size - 5); /* without all of its footer */
  CHECK(sigma_files_recover(files, whole, back, NULL, NULL) == SIGMA_OK);
  CHECK(sigma_files_count(files, SIGMA_COUNT_DAMAGE) > 0);
  i = (size_t)sigma_files_count(files, SIGMA_COUNT_WARNINGS);
  CHECK(sigma_files_warning(files, i, text, sizeof text) > 10);
  sigma_files_free(files);
  sigma_options_free(options);
}

static void see_level(void* state, const sigma_level_estimate* row) {
  CHECK(row->exact && row->sampled == kSize && row->original == kSize);
  CHECK(row->compressed < kSize && row->compress_memory > kChunk && row->compress_seconds > 0);
  *(int*)state = *(int*)state * 10 + row->level;
}

static void estimate(const char* folder) {
  sigma_files* files;
  int levels = 0, level = 0, reached = 7;
  const char* a = in(folder, "a");
  CHECK(sigma_files_new(NULL, &files) == SIGMA_OK);
  CHECK(sigma_files_estimate(files, a, 2, 4, see_level, &levels) == SIGMA_OK && levels == 234);
  CHECK(sigma_files_estimate(files, a, 2, 4, NULL, &levels) == SIGMA_INVALID_ARGUMENT);
  CHECK(sigma_files_choose_level(files, a, 1.01, 0, &level, &reached) == SIGMA_OK);
  CHECK(level == 1 && reached == 1);
  CHECK(sigma_files_choose_level(files, a, 0, 1e9, &level, &reached) == SIGMA_OK);
  CHECK(level == 1 && reached == 0);
  CHECK(sigma_files_choose_level(files, a, 0, 0, &level, &reached) == SIGMA_INVALID_ARGUMENT);
  sigma_files_free(files);
}

/* A tar of one file, as ustar has it. */
static size_t make_tar(unsigned char* tar, const char* name, size_t size) {
  unsigned sum = 0;
  size_t i;
  memset(tar, 0, 1024 + (size + 511) / 512 * 512 + 512);
  strcpy((char*)tar, name);
  sprintf((char*)tar + 100, "%07o", 0644u);
  sprintf((char*)tar + 124, "%011o", (unsigned)size);
  sprintf((char*)tar + 136, "%011o", 1000u);
  memset(tar + 148, ' ', 8);
  tar[156] = '0';
  memcpy(tar + 257, "ustar\00000", 8);
  for (i = 0; i < 512; ++i) sum += tar[i];
  sprintf((char*)tar + 148, "%06o", sum);
  memcpy(tar + 512, source, size);
  return 512 + (size + 511) / 512 * 512 + 1024;
}

static int see_member(void* state, const sigma_member* member) {
  CHECK(strcmp(member->name, "member") == 0 && member->link[0] == '\0' && member->kind == '0');
  CHECK(member->size == 100000 && member->mtime == 1000 && member->mode == 0644);
  ++*(int*)state;
  return 1;
}
static int see_bytes(void* state, const void* bytes, size_t size) {
  size_t* at = state;
  CHECK(memcmp(source + *at, bytes, size) == 0);
  *at += size;
  return 0;
}
static int stop(void* state, const void* bytes, size_t size) {
  (void)state, (void)bytes, (void)size;
  return 1;
}
static void see_failed(void* state, const sigma_member* member, int status, const char* text) {
  CHECK(status == SIGMA_EXISTS && strcmp(member->name, "member") == 0 && text[0] != '\0');
  ++*(int*)state;
}

static void archives(const char* folder) {
  sigma_archive* archive;
  sigma_files* files;
  int seen = 0;
  size_t at = 0;
  uint64_t extracted = 9;
  static unsigned char tar[kSize];
  const char* packed = in(folder, "t.tar.sigma");
  write_file(in(folder, "t.tar"), tar, make_tar(tar, "member", 100000));
  CHECK(sigma_files_new(NULL, &files) == SIGMA_OK);
  CHECK(sigma_files_compress(files, in(folder, "t.tar"), packed) == SIGMA_OK);
  CHECK(sigma_archive_open_file(packed, NULL, &archive) == SIGMA_OK);
  CHECK(sigma_archive_for_each(archive, see_member, &seen) == SIGMA_OK && seen == 1);
  CHECK(sigma_archive_copy(archive, "member", see_bytes, &at) == SIGMA_OK && at == 100000);
  CHECK(sigma_archive_copy(archive, "member", stop, NULL) == SIGMA_CANCELLED);
  CHECK(sigma_archive_copy(archive, "none", see_bytes, &at) == SIGMA_NOT_FOUND);
  CHECK(sigma_archive_extract(archive, folder, NULL, NULL, NULL, &extracted) == SIGMA_OK);
  CHECK(extracted == 1 && read_file(in(folder, "member")) == 100000);
  CHECK(memcmp(other, source, 100000) == 0);
  seen = 0;
  CHECK(sigma_archive_extract(archive, folder, NULL, see_failed, &seen, &extracted) == SIGMA_OK);
  CHECK(extracted == 0 && seen == 1);
  CHECK(sigma_archive_indexed(archive) == 0); /* one chunk */
  sigma_archive_free(archive);
  at = read_file(packed);
  CHECK(sigma_archive_open_memory(other, at, NULL, &archive) == SIGMA_OK);
  sigma_archive_free(archive);
  CHECK(sigma_files_compress(files, in(folder, "a"), in(folder, "no.sigma")) == SIGMA_OK);
  CHECK(sigma_archive_open_file(in(folder, "no.sigma"), NULL, &archive) == SIGMA_INVALID_ARGUMENT);
  CHECK(sigma_archive_for_each(archive, see_member, &seen) == SIGMA_INVALID_ARGUMENT);
  sigma_archive_free(archive);
  sigma_archive_free(NULL);
  sigma_files_free(files);
}

int main(int argc, char** argv) {
  uint32_t state = 1;
  size_t i;
  CHECK(argc == 2);
  for (i = 0; i < kSize; ++i) {
    state = state * 1664525u + 1013904223u;
    const char letter = "a stream holds chunks, "[i % 23];
    source[i] = i % 1000 < 500 ? (unsigned char)letter : (unsigned char)(state >> 24);
  }
  write_file(in(argv[1], "a"), source, kSize);
  convert(argv[1]);
  shards(argv[1]);
  recover(argv[1]);
  estimate(argv[1]);
  archives(argv[1]);
  return 0;
}
