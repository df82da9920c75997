#!/usr/bin/env python3
"""Files that repeat themselves from far away: sigma-par --far on beside zstd --long, both from file to file.

    copies.py [--sigma FILE] [--runs N] [--window LOG] FILE…

Processor time of one thread each way (user and system, the best of N runs, alternating), and the time that restoring
takes with two threads and with one of zstd. Quote the ratios, not the speeds.
"""
import argparse
import os
import resource
import subprocess
import tempfile
import time

SIGMA_LEVELS = (1, 2, 3, 4, 5, 6, 7)
ZSTD_LEVELS = (1, 3, 6, 9, 15, 19)
SLOW = 3.0  # seconds from which on one run has to do


def measure(command):
  before = resource.getrusage(resource.RUSAGE_CHILDREN)
  begin = time.perf_counter()
  subprocess.run(command, check=True)
  wall = time.perf_counter() - begin
  after = resource.getrusage(resource.RUSAGE_CHILDREN)
  return wall, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def best(commands, runs):
  """The least (wall, processor) seconds of each command, in turns."""
  found = [[] for _ in commands]
  for run in range(runs):
    for times, command in zip(found, commands):
      if run and min(cpu for _, cpu in times) > SLOW:
        continue
      times.append(measure(command))
  return [(min(wall for wall, _ in times), min(cpu for _, cpu in times)) for times in found]


def main():
  parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
  parser.add_argument('--sigma', default='build/release/cli/sigma-par')
  parser.add_argument('--runs', type=int, default=5)
  parser.add_argument('--window', type=int, default=27)
  parser.add_argument('files', nargs='+')
  arguments = parser.parse_args()
  long = f'--long={arguments.window}'
  for file in arguments.files:
    size = os.path.getsize(file)
    print(f'{file}, {size} bytes\n  {"":9} {"size":>11} {"%":>6} {"C MB/s":>8} {"D MB/s":>8} {"D, wall":>8}')
    with tempfile.TemporaryDirectory() as folder:
      back = folder + '/back'
      rows = []
      for level in SIGMA_LEVELS:
        packed = f'{folder}/s{level}'
        sigma = [arguments.sigma, '-q', '-f', '-k']
        rows.append((f'sigma -{level}', packed,
                     [*sigma, '-T1', f'-{level}', '--far', 'on', '-o', packed, file],
                     [*sigma, '-T1', '-d', '-o', back, packed], [*sigma, '-T2', '-d', '-o', back, packed]))
      for level in ZSTD_LEVELS:
        packed = f'{folder}/z{level}'
        zstd = ['zstd', '-q', '-f', long]
        restore = [*zstd, '-d', '-o', back, packed]
        rows.append((f'zstd -{level}', packed, [*zstd, f'-{level}', '-o', packed, file], restore, restore))
      packing = best([row[2] for row in rows], arguments.runs)
      one = best([row[3] for row in rows], arguments.runs)
      two = best([row[4] for row in rows], arguments.runs)
      for row, (_, compress), (_, restore), (wall, _) in zip(rows, packing, one, two):
        packed = os.path.getsize(row[1])
        print(f'  {row[0]:9} {packed:11} {100 * packed / size:6.2f} {size / compress / 1e6:8.1f} '
              f'{size / restore / 1e6:8.1f} {size / wall / 1e6:8.1f}')


if __name__ == '__main__':
  main()
