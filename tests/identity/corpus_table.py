#!/usr/bin/env python3
"""The SHA-256 of what sigma-par makes of every file of some folders.

    tests/identity/corpus_table.py SIGMA_PAR OUT DIR…

OUT gets a line for each stream: hash, size, level ("d": --decode-first), strategy, file. Whole files
go through every level with and without --decode-first; every strategy gets the first MiB of each at
the default level and at level 6, which parses in another way. Two tables made of the same files are
compared with diff: a change that leaves the bytes alone leaves the table alone.

Two processes of one thread each run at a time. The folders must not change meanwhile.
"""
import concurrent.futures
import hashlib
import pathlib
import re
import subprocess
import sys

FIRST = 1 << 20
STRATEGY_LEVELS = ("3", "6")
PROCESSES = 2


def names_after(command, label):
    text = subprocess.run([command, "-H"], check=True, capture_output=True, text=True).stdout
    found = re.search(rf"^{label}: (.*)$", text, re.MULTILINE)
    if not found:
        sys.exit(f'corpus_table: the help of {command} has no line "{label}: …"')
    return found.group(1).split()


def entry(command, path, level, decode_first, strategy):
    arguments = [command, "-c", "-T1", f"--level={level}", f"--strategy={strategy}"]
    if decode_first:
        arguments.append("--decode-first")
    if strategy == "auto":
        done = subprocess.run([*arguments, "--", path], capture_output=True)
    else:
        with open(path, "rb") as file:
            done = subprocess.run(arguments, input=file.read(FIRST), capture_output=True)
    if done.returncode != 0:
        sys.exit(f"corpus_table: {path}: {done.stderr.decode(errors='replace').strip()}")
    hashed = hashlib.sha256(done.stdout).hexdigest()
    return f"{hashed} {len(done.stdout)} {level}{'d' if decode_first else ''} {strategy}"


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    command, out, *folders = sys.argv[1:]
    levels = names_after(command, "Levels")
    strategies = names_after(command, "Strategies")
    rows = [(level, decode_first, "auto") for level in levels for decode_first in (False, True)]
    rows += [(level, False, name) for level in STRATEGY_LEVELS for name in strategies
             if name != "auto"]
    files = []
    for folder in map(pathlib.Path, folders):
        below = sorted(path for path in folder.rglob("*") if path.is_file())
        if not below:
            sys.exit(f"corpus_table: no file below {folder}")
        files += [(path, f"{folder.name}/{path.relative_to(folder)}") for path in below]
    with concurrent.futures.ThreadPoolExecutor(PROCESSES) as pool, open(out, "w") as table:
        for path, name in files:
            for line in pool.map(lambda row: entry(command, str(path), *row), rows):
                print(line, name, file=table)
            table.flush()


main()
