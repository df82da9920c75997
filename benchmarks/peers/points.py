#!/usr/bin/env python3
"""Points led: for each file and each level of a peer, whether some level of Sigma is at least as
small and as fast both ways, all on one core and in one run.

    points.py [--sigma FILE] [--seconds S] [--peers zstd,lz4,…] [--levels 1-7] [--json FILE] FILE…

The peers are called in this process, in memory, through the libraries that Debian installs with
their commands; Sigma is measured by `sigma-par --bench`, in memory too, with and without
--decode-first. A time is the best of as many runs as fit into S seconds (at least one). A point
that leaves 97 % or more of a file does not count. Quote the shares, not the speeds.
"""
import argparse
import collections
import ctypes
import json
import os
import subprocess
import sys
import time

PEERS = {'zstd': (1, 3, 5, 9, 15, 19), 'lz4': (1, 9, 12), 'gzip': (1, 6, 9), 'xz': (1, 6, 9),
         'bzip2': (9,)}
MOST = 0.97  # a larger part left is no compression

Point = collections.namedtuple('Point', 'name size compress decompress')  # bytes, bytes a second


def library(name, **results):
  handle = ctypes.CDLL(name)
  for function, result in results.items():
    getattr(handle, function).restype = result
  return handle


class Peer:
  """Compresses `source` into `packed` and back into `restored`; each call returns a length."""

  def __init__(self, source):
    self.source = source
    self.restored = ctypes.create_string_buffer(len(source) + 1)

  def buffer(self, bound):
    self.packed = ctypes.create_string_buffer(bound)

  def expect(self, condition, call):
    if not condition:
      sys.exit(f'points.py: {type(self).__name__}: {call} failed')


class Zstd(Peer):
  def __init__(self, source):
    super().__init__(source)
    size_t = ctypes.c_size_t
    self.lib = library('libzstd.so.1', ZSTD_compressBound=size_t, ZSTD_compressCCtx=size_t,
                       ZSTD_decompressDCtx=size_t, ZSTD_createCCtx=ctypes.c_void_p,
                       ZSTD_createDCtx=ctypes.c_void_p, ZSTD_isError=ctypes.c_uint)
    self.buffer(self.lib.ZSTD_compressBound(size_t(len(source))))
    self.context = ctypes.c_void_p(self.lib.ZSTD_createCCtx())
    self.decoder = ctypes.c_void_p(self.lib.ZSTD_createDCtx())

  def compress(self, level):
    return self.lib.ZSTD_compressCCtx(
        self.context, self.packed, ctypes.c_size_t(len(self.packed)), self.source,
        ctypes.c_size_t(len(self.source)), level)

  def decompress(self, size):
    return self.lib.ZSTD_decompressDCtx(
        self.decoder, self.restored, ctypes.c_size_t(len(self.source)), self.packed,
        ctypes.c_size_t(size))


class Lz4(Peer):
  def __init__(self, source):
    super().__init__(source)
    self.lib = library('liblz4.so.1')
    self.buffer(self.lib.LZ4_compressBound(len(source)))

  def compress(self, level):
    if level < 3:
      return self.lib.LZ4_compress_default(self.source, self.packed, len(self.source),
                                           len(self.packed))
    return self.lib.LZ4_compress_HC(self.source, self.packed, len(self.source), len(self.packed),
                                    level)

  def decompress(self, size):
    return self.lib.LZ4_decompress_safe(self.packed, self.restored, size, len(self.source))


class Gzip(Peer):
  def __init__(self, source):
    super().__init__(source)
    self.lib = library('libz.so.1', compressBound=ctypes.c_ulong)
    self.buffer(self.lib.compressBound(ctypes.c_ulong(len(source))))

  def compress(self, level):
    size = ctypes.c_ulong(len(self.packed))
    self.expect(self.lib.compress2(self.packed, ctypes.byref(size), self.source,
                                   ctypes.c_ulong(len(self.source)), level) == 0, 'compress2')
    return size.value

  def decompress(self, size):
    length = ctypes.c_ulong(len(self.source))
    self.expect(self.lib.uncompress(self.restored, ctypes.byref(length), self.packed,
                                    ctypes.c_ulong(size)) == 0, 'uncompress')
    return length.value


class Xz(Peer):
  def __init__(self, source):
    super().__init__(source)
    self.lib = library('liblzma.so.5', lzma_stream_buffer_bound=ctypes.c_size_t)
    self.buffer(self.lib.lzma_stream_buffer_bound(ctypes.c_size_t(len(source))))

  def compress(self, level):
    size = ctypes.c_size_t(0)
    crc64 = 4
    self.expect(self.lib.lzma_easy_buffer_encode(
        ctypes.c_uint32(level), crc64, None, self.source, ctypes.c_size_t(len(self.source)),
        self.packed, ctypes.byref(size), ctypes.c_size_t(len(self.packed))) == 0, 'encode')
    return size.value

  def decompress(self, size):
    limit = ctypes.c_uint64(1 << 40)
    read, written = ctypes.c_size_t(0), ctypes.c_size_t(0)
    self.expect(self.lib.lzma_stream_buffer_decode(
        ctypes.byref(limit), ctypes.c_uint32(0), None, self.packed, ctypes.byref(read),
        ctypes.c_size_t(size), self.restored, ctypes.byref(written),
        ctypes.c_size_t(len(self.source))) == 0, 'decode')
    return written.value


class Bzip2(Peer):
  def __init__(self, source):
    super().__init__(source)
    self.lib = library('libbz2.so.1.0')
    self.buffer(len(source) + len(source) // 100 + 600)

  def compress(self, level):
    size = ctypes.c_uint(len(self.packed))
    self.expect(self.lib.BZ2_bzBuffToBuffCompress(self.packed, ctypes.byref(size), self.source,
                                                  len(self.source), level, 0, 0) == 0, 'compress')
    return size.value

  def decompress(self, size):
    length = ctypes.c_uint(len(self.source))
    self.expect(self.lib.BZ2_bzBuffToBuffDecompress(self.restored, ctypes.byref(length),
                                                    self.packed, size, 0, 0) == 0, 'decompress')
    return length.value


CLASSES = {'zstd': Zstd, 'lz4': Lz4, 'gzip': Gzip, 'xz': Xz, 'bzip2': Bzip2}


def best(seconds, run):
  """(result, the shortest time of a run)"""
  end = time.perf_counter() + seconds
  shortest = None
  while True:
    begin = time.perf_counter()
    result = run()
    now = time.perf_counter()
    shortest = now - begin if shortest is None else min(shortest, now - begin)
    if now >= end:
      return result, shortest


def peer_points(name, levels, source, seconds):
  peer = CLASSES[name](source)
  for level in levels:
    size, packing = best(seconds, lambda: peer.compress(level))
    length, unpacking = best(seconds, lambda: peer.decompress(size))
    if not 0 < size <= len(peer.packed) or length != len(source) or \
       peer.restored.raw[:length] != source:
      sys.exit(f'points.py: {name} -{level} did not restore the file')
    yield Point(f'{name} -{level}', size, length / packing, length / unpacking)


def sigma_points(sigma, path, levels, seconds):
  first, _, last = levels.partition('-')
  for more in ([], ['--decode-first']):
    run = subprocess.run([sigma, '--bench', f'-b{first}', f'-e{last or first}', '-T1', '--json',
                          '--seconds', str(seconds), *more, path], stdout=subprocess.PIPE,
                         check=True)
    for line in run.stdout.decode().splitlines():
      row = json.loads(line)
      if row['file'] != 'total':
        yield Point(f"-{row['level']}{' d' if more else ''}", row['compressed'],
                    row['compress_mb_s'] * 1e6, row['decompress_mb_s'] * 1e6)


def judge(point, ours):
  """(led, Sigma's best point, its worst axis, how far it is there as a share of the peer's)"""
  def axes(own):
    return (('size', point.size / own.size), ('C', own.compress / point.compress),
            ('D', own.decompress / point.decompress))
  nearest = max(ours, key=lambda own: min(share for _, share in axes(own)))
  axis, share = min(axes(nearest), key=lambda pair: pair[1])
  return share >= 1, nearest, axis, share


def main():
  parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
  parser.add_argument('--sigma', default='sigma-par')
  parser.add_argument('--seconds', type=float, default=0.5)
  parser.add_argument('--peers', default=','.join(PEERS))
  parser.add_argument('--levels', default='1-7')
  parser.add_argument('--json', help='all points go to this file, too')
  parser.add_argument('files', nargs='+', metavar='FILE')
  given = parser.parse_args()
  everything = {}
  count = collections.Counter()
  all_of = collections.Counter()
  for path in given.files:
    with open(path, 'rb') as file:
      source = file.read()
    peers = [point for name in given.peers.split(',')
             for point in peer_points(name, PEERS[name], source, given.seconds)]
    ours = list(sigma_points(given.sigma, path, given.levels, given.seconds))
    everything[path] = {'size': len(source), 'peers': peers, 'sigma': ours}
    counted = [point for point in peers if point.size < MOST * len(source)]
    judged = [(point, *judge(point, ours)) for point in counted]
    led = sum(row[1] for row in judged)
    print(f'{os.path.basename(path)}: {led} of {len(counted)}')
    for point, is_led, nearest, axis, share in judged:
      all_of[point.name] += 1
      count[point.name] += is_led
      if not is_led:
        print(f'  {point.name}: {nearest.name} has {share:.3f} of its {axis}')
    sys.stdout.flush()
  for name, number in all_of.items():
    print(f'{name}: {count[name]} of {number}')
  print(f'all: {sum(count.values())} of {sum(all_of.values())} points led')
  if given.json:
    with open(given.json, 'w') as out:
      json.dump(everything, out)


main()
