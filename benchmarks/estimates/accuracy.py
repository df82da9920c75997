#!/usr/bin/env python3
"""accuracy.py [--levels 1-7] [--sizes CACHE] SIGMA-PAR FILE…: how far --estimate is from the truth.

Compresses every file at every level, asks for the estimates, and prints for each level, and for all, the median
and the worst error of the size over the files (those whose size is exact count, too, and are also left out in
columns of their own), how many files are beyond 15 %, and the time of the estimates. Sizes of compressed files are
kept in CACHE (JSON), as making them takes long; delete it when the encoder changes.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import time


def real_size(command, level, file):
    with subprocess.Popen([command, f"-{level}", "-c", file], stdout=subprocess.PIPE) as process:
        size = 0
        while piece := process.stdout.read(1 << 20):
            size += len(piece)
    if process.returncode != 0:
        sys.exit(f"{command} -{level} -c {file} failed")
    return size


def estimates(command, first, last, file):
    begin = time.monotonic()
    out = subprocess.run([command, "--estimate", "--json", "-b", str(first), "-e", str(last), file],
                         check=True, capture_output=True).stdout
    return json.loads(out)["files"][0]["levels"], time.monotonic() - begin


def percent(values, pick):
    return f"{100 * pick(values):8.2f}" if values else f"{'-':>8}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--levels", default="1-7")
    parser.add_argument("--sizes", default="")
    parser.add_argument("-v", action="store_true", help="one line for each file and level beyond 5 %%")
    parser.add_argument("command")
    parser.add_argument("files", nargs="+")
    arguments = parser.parse_args()
    first, last = (int(level) for level in arguments.levels.split("-"))
    sizes = {}
    if arguments.sizes and os.path.exists(arguments.sizes):
        with open(arguments.sizes, encoding="utf-8") as cache:
            sizes = json.load(cache)

    errors = {level: [] for level in range(first, last + 1)}  # (error, exact)
    slowest = (0, "")
    for file in arguments.files:
        rows, seconds = estimates(arguments.command, first, last, file)
        slowest = max(slowest, (seconds, file))
        for row in rows:
            key = f"{row['level']} {os.path.realpath(file)}"
            if key not in sizes:
                sizes[key] = real_size(arguments.command, row["level"], file)
                if arguments.sizes:
                    with open(arguments.sizes, "w", encoding="utf-8") as cache:
                        json.dump(sizes, cache)
            error = row["compressed"] / sizes[key] - 1
            if row["exact"] and error != 0:
                sys.exit(f"{file}, level {row['level']}: {row['compressed']} is said to be exact, but is {sizes[key]}")
            errors[row["level"]].append((abs(error), row["exact"]))
            if arguments.v and abs(error) > 0.05:
                print(f"{file} level {row['level']}: {100 * error:+.1f} % of {sizes[key]}")

    print(f"{'level':>5} {'files':>6} {'exact':>6} {'median %':>8} {'worst %':>8} {'>15 %':>6}   not exact: median, worst %")
    everything = []
    for level, pairs in [*errors.items(), ("all", everything)]:
        everything += pairs if level != "all" else []
        values = [error for error, _ in pairs]
        inexact = [error for error, exact in pairs if not exact]
        print(f"{level:>5} {len(pairs):>6} {len(pairs) - len(inexact):>6} {percent(values, statistics.median)} "
              f"{percent(values, max)} {sum(v > 0.15 for v in values):>6}   {percent(inexact, statistics.median)} "
              f"{percent(inexact, max)}")
    print(f"slowest: {slowest[0]:.2f} s, {slowest[1]}")


if __name__ == "__main__":
    main()
