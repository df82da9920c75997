"""Runs the command sigma-par on many inputs at once: it is the other decoder, seen from outside only.

Results go to standard output, one after the other, because a written file is synced.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .container import Stream, read_stream
from .errors import TRUNCATED
from .reader import Reader

BATCH = 400
FAILED = re.compile(r"sigma-par: (.*?): (.*)")


@dataclass
class Answer:
    """The command's answer to a file: its output, or why it refused it."""

    data: bytes
    error: str = ""


class Command:
    def __init__(self, path: str, folder: Path) -> None:
        self.path = path
        self.folder = folder

    def write(self, inputs: Sequence[bytes]) -> list[str]:
        """Writes inputs to files and returns their names."""
        names = []
        for index, data in enumerate(inputs):
            name = self.folder / f"{index}.sigma"
            name.write_bytes(data)
            names.append(str(name))
        return names

    def compress(self, inputs: Sequence[bytes], options: Sequence[str]) -> list[tuple[bytes, Stream]]:
        """The streams of the inputs, as bytes and as read by the Python decoder."""
        names = self.write(inputs)
        result = []
        for start in range(0, len(names), BATCH):
            batch = names[start:start + BATCH]
            # A file that ends in .sigma would be left alone as compressed already, but for -f.
            run = subprocess.run([self.path, "-qfcT1", *options, *batch], capture_output=True, check=False)
            if run.returncode:
                raise RuntimeError(f"sigma-par {' '.join(options)}: {run.stderr.decode()}")
            reader = Reader(run.stdout, beyond=TRUNCATED)
            for _ in batch:
                begin = reader.pos
                stream = read_stream(reader)
                result.append((run.stdout[begin:reader.pos], stream))
            reader.finish("the streams of a batch")
        return result

    def restore(self, files: Sequence[bytes], sizes: Sequence[int]) -> list[Answer]:
        """The bytes that the command restores each file to; `sizes` are those expected of files that are accepted.

        A file that is refused must give no output: this is for files of at most one chunk.
        """
        names = self.write(files)
        answers = []
        for start in range(0, len(names), BATCH):
            batch = names[start:start + BATCH]
            run = subprocess.run([self.path, "-dcT1", *batch], capture_output=True, check=False)
            errors = {}
            for line in run.stderr.decode(errors="replace").splitlines():
                match = FAILED.match(line)
                if match:
                    errors[match[1]] = match[2]
            place = 0
            for name, size in zip(batch, sizes[start:start + BATCH]):
                if name in errors:
                    answers.append(Answer(b"", errors[name]))
                    continue
                answers.append(Answer(run.stdout[place:place + size]))
                place += size
            if place != len(run.stdout):
                raise RuntimeError(f"sigma-par restored {len(run.stdout)} bytes where {place} are due")
        return answers

    def refused(self, files: Sequence[bytes]) -> int:
        """How many of the files the command finds damaged."""
        names = self.write(files)
        failed = set()
        for start in range(0, len(names), BATCH):
            run = subprocess.run([self.path, "-t", *names[start:start + BATCH]], capture_output=True, check=False)
            matches = (FAILED.match(line) for line in run.stderr.decode(errors="replace").splitlines())
            failed |= {match[1] for match in matches if match}
        return len(failed & set(names))
