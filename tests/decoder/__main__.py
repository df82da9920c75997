"""python3 -m decoder FILE [-o OUT]: checks every hash of a file and restores it."""

from __future__ import annotations

import argparse
import sys

from .container import streams
from .errors import FormatError


def main() -> int:
    parser = argparse.ArgumentParser(prog="decoder", description=__doc__)
    parser.add_argument("file", help="a .sigma file, - for standard input")
    parser.add_argument("-o", "--output", help="where the restored bytes go; without it they are only checked")
    parser.add_argument("-v", "--verbose", action="store_true", help="list the frames")
    arguments = parser.parse_args()
    if arguments.file == "-":
        data = sys.stdin.buffer.read()
    else:
        with open(arguments.file, "rb") as file:
            data = file.read()
    restored = []
    try:
        for stream in streams(data):
            restored.append(stream.data())
            if arguments.verbose:
                print(f"stream at {stream.offset}: level {stream.level}, {stream.size} bytes")
                for chunk in stream.chunks:
                    print(f"  chunk {chunk.sequence} at {chunk.offset}: plan {chunk.plan}, {chunk.original} bytes, "
                          f"payload {len(chunk.payload)}")
                for user in stream.user_data:
                    print(f"  user data at {user.offset}: type {user.type}, {len(user.data)} bytes")
    except FormatError as error:
        print(f"decoder: {arguments.file}: {error}", file=sys.stderr)
        return 1
    if arguments.output:
        with open(arguments.output, "wb") as file:
            file.write(b"".join(restored))
    return 0


if __name__ == "__main__":
    sys.exit(main())
