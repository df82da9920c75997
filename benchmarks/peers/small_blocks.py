#!/usr/bin/env python3
"""Blocks on their own, as a database engine compresses them: ratio and speed both ways of a context of
libsigma beside libzstd's and liblz4's contexts, by the CPU time of one thread.

    small_blocks.py LIBRARY FILE…     LIBRARY: libsigma.so, or build/release/tests/api/libsigma_shared.so

Prints a line for each way and size of block: ratio, MB/s compressing, MB/s restoring (MB is 10^6 bytes);
and what a process's first call and a context's first call cost. Calls go through ctypes, for all of them alike.
"""
import ctypes
import sys
import time

SIZE, HANDLE, BYTES = ctypes.c_size_t, ctypes.c_void_p, ctypes.c_char_p
MOST = 16 << 20  # of each file
SECONDS = 0.5


class Sigma:
    def __init__(self, path, level):
        self.lib = ctypes.CDLL(path)
        self.lib.sigma_options_new.restype = HANDLE
        for name in ("sigma_compress", "sigma_decompress"):
            getattr(self.lib, name).argtypes = [HANDLE, BYTES, SIZE, BYTES, SIZE, ctypes.POINTER(SIZE)]
        options = HANDLE(self.lib.sigma_options_new())
        self.lib.sigma_options_set(options, 1, ctypes.c_uint64(level))
        self.lib.sigma_options_set(options, 2, ctypes.c_uint64(1))
        self.context = HANDLE()
        assert self.lib.sigma_context_new(options, ctypes.byref(self.context)) == 0
        self.count = SIZE()

    def compress(self, block, room):
        assert self.lib.sigma_compress(self.context, block, len(block), room, len(room), ctypes.byref(self.count)) == 0
        return self.count.value

    def restore(self, packed, room):
        assert self.lib.sigma_decompress(self.context, packed, len(packed), room, len(room),
                                         ctypes.byref(self.count)) == 0
        return self.count.value


class Zstd:
    def __init__(self, level):
        self.lib, self.level = ctypes.CDLL("libzstd.so.1"), level
        for name in ("ZSTD_createCCtx", "ZSTD_createDCtx"):
            getattr(self.lib, name).restype = HANDLE
        self.lib.ZSTD_compressCCtx.argtypes = [HANDLE, BYTES, SIZE, BYTES, SIZE, ctypes.c_int]
        self.lib.ZSTD_decompressDCtx.argtypes = [HANDLE, BYTES, SIZE, BYTES, SIZE]
        self.lib.ZSTD_compressCCtx.restype = self.lib.ZSTD_decompressDCtx.restype = SIZE
        self.coder, self.decoder = self.lib.ZSTD_createCCtx(), self.lib.ZSTD_createDCtx()

    def compress(self, block, room):
        return self.lib.ZSTD_compressCCtx(self.coder, room, len(room), block, len(block), self.level)

    def restore(self, packed, room):
        return self.lib.ZSTD_decompressDCtx(self.decoder, room, len(room), packed, len(packed))


class Lz4:
    def __init__(self):
        self.lib = ctypes.CDLL("liblz4.so.1")
        self.lib.LZ4_compress_default.argtypes = [BYTES, BYTES, ctypes.c_int, ctypes.c_int]
        self.lib.LZ4_decompress_safe.argtypes = [BYTES, BYTES, ctypes.c_int, ctypes.c_int]

    def compress(self, block, room):
        return self.lib.LZ4_compress_default(block, room, len(block), len(room))

    def restore(self, packed, room):
        return self.lib.LZ4_decompress_safe(packed, room, len(packed), len(room))


def speed(calls, size):
    """MB/s of the best of the rounds that fit."""
    best, begin = None, time.process_time()
    while best is None or time.process_time() - begin < SECONDS:
        at = time.process_time()
        for call in calls:
            call()
        took = time.process_time() - at
        best = took if best is None else min(best, took)
    return size / best / 1e6


def measure(name, way, blocks, size):
    room = ctypes.create_string_buffer(2 * len(blocks[0]) + 1000)
    packed = []
    for block in blocks:
        used = way.compress(block, room)
        packed.append(room.raw[:used])
        assert way.restore(packed[-1], room) == len(block) and room.raw[:len(block)] == block
    there = speed([lambda block=block: way.compress(block, room) for block in blocks], size)
    back = speed([lambda one=one: way.restore(one, room) for one in packed], size)
    ratio = size / sum(map(len, packed))
    print(f"{name:10} {len(blocks[0]) >> 10:5} KiB  {ratio:6.3f}  {there:8.1f}  {back:8.1f}", flush=True)


def first_calls(library, block):
    room = ctypes.create_string_buffer(2 * len(block) + 1000)
    for what in ("process's", "context's"):
        way = Sigma(library, 1)
        at = time.perf_counter()
        way.compress(block, room)
        first = time.perf_counter() - at
        at = time.perf_counter()
        way.compress(block, room)
        second = time.perf_counter() - at
        print(f"a {what} first call: {first * 1e6:.0f} us, the next one {second * 1e6:.0f} us "
              f"({len(block) >> 10} KiB, level 1)")


def main(library, paths):
    text = b"".join(open(path, "rb").read(MOST) for path in paths)
    first_calls(library, text[:16384])
    for size in (16 << 10, 64 << 10, 1 << 20):
        blocks = [text[at:at + size] for at in range(0, len(text) - size + 1, size)]
        whole = size * len(blocks)
        for level in (1, 2, 3):
            measure(f"sigma -{level}", Sigma(library, level), blocks, whole)
        measure("lz4 -1", Lz4(), blocks, whole)
        for level in (1, 3):
            measure(f"zstd -{level}", Zstd(level), blocks, whole)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2:])
