/* The C API as a program in C99 meets it. Ends with 0, or says which line failed. */
#include <sigma/sigma.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                              \
  do {                                                                \
    if (!(condition)) {                                               \
      fprintf(stderr, "surface.c:%d: %s\n", __LINE__, #condition);    \
      exit(1);                                                        \
    }                                                                 \
  } while (0)

enum { kSize = 700000, kChunk = 65536 };

static unsigned char source[kSize], stream[2 * kSize], restored[kSize];
static size_t stream_size;

static sigma_options* small_chunks(void) {
  sigma_options* options = sigma_options_new();
  CHECK(options != NULL);
  CHECK(sigma_options_set(options, SIGMA_CHUNK_SIZE, kChunk) == SIGMA_OK);
  CHECK(sigma_options_set(options, SIGMA_THREADS, 2) == SIGMA_OK);
  CHECK(sigma_options_set(options, SIGMA_VERIFY, 2) == SIGMA_INVALID_ARGUMENT);
  CHECK(sigma_options_set(options, SIGMA_THREADS, UINT64_MAX) == SIGMA_INVALID_ARGUMENT);
  CHECK(sigma_options_set(options, 99, 1) == SIGMA_INVALID_ARGUMENT);
  CHECK(sigma_options_set(NULL, SIGMA_LEVEL, 1) == SIGMA_INVALID_ARGUMENT);
  return options;
}

static void memory_to_memory(const sigma_options* options) {
  sigma_context* context;
  size_t size = 1, got = 1;
  char text[40];
  CHECK(sigma_compress_bound(kSize, options) <= sizeof stream);
  CHECK(sigma_context_new(options, &context) == SIGMA_OK);
  CHECK(sigma_context_error(context, text, sizeof text) == 0 && text[0] == '\0');
  CHECK(sigma_compress(context, source, 16384, stream, sizeof stream, &size) == SIGMA_OK);
  CHECK(sigma_decompress(context, stream, size, restored, kSize, &got) == SIGMA_OK);
  CHECK(got == 16384 && memcmp(source, restored, got) == 0);
  CHECK(sigma_decompress(context, stream, size, restored, 100, &got) == SIGMA_LIMIT && got == 0);
  CHECK(sigma_context_error(context, text, sizeof text) > 10 && strlen(text) > 10);
  CHECK(sigma_context_error(context, text, 4) > 10 && strlen(text) == 3);
  CHECK(sigma_decompress(context, stream, size - 1, restored, kSize, &got) != SIGMA_OK);
  CHECK(sigma_compress(context, NULL, 0, stream, sizeof stream, &size) == SIGMA_OK);
  CHECK(sigma_decompress(context, stream, size, NULL, 0, &got) == SIGMA_OK && got == 0);
  CHECK(sigma_compress(context, NULL, 1, stream, 9, &size) == SIGMA_INVALID_ARGUMENT);
  CHECK(sigma_compress(context, source, 1, NULL, 9, &size) == SIGMA_INVALID_ARGUMENT);
  CHECK(sigma_compress(context, source, 1, stream, 9, NULL) == SIGMA_INVALID_ARGUMENT);
  CHECK(sigma_compress(NULL, source, 1, stream, 9, &size) == SIGMA_INVALID_ARGUMENT);
  CHECK(sigma_compress(context, source, kSize, stream, sizeof stream, &stream_size) == SIGMA_OK);
  CHECK(sigma_decompress(context, stream, stream_size, restored, kSize, &got) == SIGMA_OK);
  CHECK(got == kSize && memcmp(source, restored, kSize) == 0);
  sigma_context_free(context);
  sigma_context_free(NULL);
}

/* Pulls what there is to `to`, at most kSize bytes. */
static size_t pull(sigma_stream* from, unsigned char* to) {
  size_t size = 0, got;
  do {
    CHECK(sigma_stream_pull(from, to + size, 2 * kSize - size, &got) == SIGMA_OK);
    size += got;
  } while (got != 0);
  return size;
}

static void streams(const sigma_options* options) {
  static unsigned char packed[2 * kSize], unpacked[2 * kSize];
  sigma_stream *encoder, *decoder;
  size_t at = 0, size = 0, taken;
  CHECK(sigma_encoder_new(options, &encoder) == SIGMA_OK);
  CHECK(sigma_decoder_new(options, &decoder) == SIGMA_OK);
  while (at < kSize) {
    const size_t piece = kSize - at < 10007 ? kSize - at : 10007;
    CHECK(sigma_stream_push(encoder, source + at, piece, &taken) == SIGMA_OK);
    at += taken;
    size += pull(encoder, packed + size);
  }
  CHECK(sigma_stream_finish(encoder) == SIGMA_OK);
  size += pull(encoder, packed + size);
  /* The very bytes of one call. */
  CHECK(size == stream_size && memcmp(packed, stream, size) == 0);
  CHECK(sigma_stream_push(encoder, source, 1, &taken) == SIGMA_INVALID_ARGUMENT);
  CHECK(sigma_stream_flush(encoder) == SIGMA_INVALID_ARGUMENT);

  for (at = 0, size = 0; at < stream_size; at += taken) {
    CHECK(sigma_stream_push(decoder, packed + at, stream_size - at, &taken) == SIGMA_OK);
    size += pull(decoder, unpacked + size);
  }
  CHECK(sigma_stream_flush(decoder) == SIGMA_OK);
  size += pull(decoder, unpacked + size);
  CHECK(sigma_stream_finish(decoder) == SIGMA_OK);
  size += pull(decoder, unpacked + size);
  CHECK(size == kSize && memcmp(unpacked, source, kSize) == 0);
  CHECK(sigma_stream_pull(decoder, unpacked, 0, &taken) == SIGMA_INVALID_ARGUMENT);
  CHECK(sigma_stream_pull(decoder, NULL, 5, &taken) == SIGMA_INVALID_ARGUMENT);
  CHECK(sigma_stream_push(NULL, source, 1, &taken) == SIGMA_INVALID_ARGUMENT);
  CHECK(sigma_stream_write(NULL, source, 1) == SIGMA_INVALID_ARGUMENT);
  CHECK(sigma_stream_finish(NULL) == SIGMA_INVALID_ARGUMENT);
  sigma_stream_cancel(decoder);
  sigma_stream_cancel(NULL);
  CHECK(sigma_stream_read(decoder, unpacked, 1, &taken) == SIGMA_CANCELLED);
  sigma_stream_free(encoder);
  sigma_stream_free(decoder);
  sigma_stream_free(NULL);
}

static int away, closed;
static int read_stream(void* state, uint64_t offset, void* target, size_t size) {
  if (away) return 1;
  memcpy(target, (const unsigned char*)state + offset, size);
  return 0;
}
static void close_stream(void* state) { closed += state == stream; }

static void random_access(const sigma_options* options) {
  sigma_source own = {NULL, 0, read_stream, close_stream};
  sigma_reader *reader, *memory, *none;
  size_t got;
  char text[200];
  own.state = stream;
  own.size = stream_size;
  CHECK(sigma_reader_open_source(&own, options, &reader) == SIGMA_OK);
  CHECK(sigma_reader_open_memory(stream, stream_size, NULL, &memory) == SIGMA_OK);
  CHECK(sigma_reader_size(reader) == kSize && sigma_reader_size(memory) == kSize);
  CHECK(sigma_reader_read(reader, 123456, restored, 4096, &got) == SIGMA_OK && got == 4096);
  CHECK(memcmp(restored, source + 123456, 4096) == 0);
  CHECK(sigma_reader_read(memory, kSize - 10, restored, 4096, &got) == SIGMA_OK && got == 10);
  away = 1;
  CHECK(sigma_reader_read(reader, 600000, restored, 1, &got) == SIGMA_IO && got == 0);
  CHECK(sigma_reader_error(reader, text, sizeof text) > 0 && strstr(text, "source") != NULL);
  CHECK(sigma_reader_read(reader, 0, NULL, 1, &got) == SIGMA_INVALID_ARGUMENT);
  CHECK(sigma_reader_read(NULL, 0, restored, 1, &got) == SIGMA_INVALID_ARGUMENT);
  CHECK(closed == 0);
  sigma_reader_free(reader);
  CHECK(closed == 1);
  sigma_reader_free(memory);
  /* A handle that is none tells why. */
  CHECK(sigma_reader_open_file("/nonexistent", NULL, &none) == SIGMA_NOT_FOUND);
  CHECK(none != NULL && sigma_reader_size(none) == 0);
  CHECK(sigma_reader_read(none, 0, restored, 1, &got) == SIGMA_NOT_FOUND);
  CHECK(sigma_reader_error(none, text, sizeof text) > 0 && strstr(text, "file") != NULL);
  sigma_reader_free(none);
  CHECK(sigma_reader_open_file(NULL, NULL, &none) == SIGMA_INVALID_ARGUMENT);
  sigma_reader_free(none);
  CHECK(sigma_reader_open_descriptor(-1, NULL, &none) == SIGMA_INVALID_ARGUMENT);
  sigma_reader_free(none);
  CHECK(sigma_reader_open_file("x", NULL, NULL) == SIGMA_INVALID_ARGUMENT);
}

int main(void) {
  sigma_options* options = small_chunks();
  sigma_options* bad = sigma_options_new();
  sigma_context* context;
  size_t i, size;
  uint32_t state = 1;
  for (i = 0; i < kSize; ++i) {
    state = state * 1664525u + 1013904223u;
    const char letter = "a stream holds chunks, "[i % 23];
    source[i] = i % 1000 < 500 ? (unsigned char)letter : (unsigned char)(state >> 24);
  }
  CHECK(strchr(sigma_version(), '.') != NULL);
  CHECK(strcmp(sigma_status_name(SIGMA_CORRUPT), "corrupt") == 0);
  CHECK(strcmp(sigma_status_name(SIGMA_CANCELLED), "cancelled") == 0);
  CHECK(strcmp(sigma_status_name(1000), "unknown") == 0);
  CHECK(strcmp(sigma_status_name(-1), "unknown") == 0);
  CHECK(sigma_options_set(bad, SIGMA_LEVEL, 77) == SIGMA_OK);
  CHECK(sigma_context_new(bad, &context) == SIGMA_INVALID_ARGUMENT);
  CHECK(sigma_compress(context, source, 1, stream, 100, &size) == SIGMA_INVALID_ARGUMENT);
  sigma_context_free(context);
  CHECK(sigma_context_new(bad, NULL) == SIGMA_INVALID_ARGUMENT);
  memory_to_memory(options);
  streams(options);
  random_access(options);
  sigma_options_free(options);
  sigma_options_free(bad);
  sigma_options_free(NULL);
  return 0;
}
