"""The section "Content hash": what a stream says of its whole content, held against what it restores to."""

from __future__ import annotations

import hashlib

import xxhash

from .coverage import see
from .errors import CORRUPT, FormatError

TYPE = 0xFFFFFF03
XXH3, SHA256 = 1, 2
SIZES = {XXH3: 16, SHA256: 32}


def digest(kind: int, data: bytes) -> bytes:
    return xxhash.xxh3_128_digest(data) if kind == XXH3 else hashlib.sha256(data).digest()


class ContentHash:
    """The frames of one stream that speak of its content's hash, taken in order."""

    def __init__(self) -> None:
        self.kind = 0
        self.hash = b""
        self.place = 0
        self.unsupported = False
        self.chunks = False

    def take_chunk(self, place: int) -> None:
        if self.hash:
            raise FormatError(CORRUPT, "a chunk after the content's hash", place)
        self.chunks = True

    def take(self, data: bytes, place: int) -> None:
        if data[:1] not in (b"", b"\0") or len(data) >= 3 and data[1] not in SIZES:
            self.unsupported = True
            see("content hash of an unknown kind")
            return
        if len(data) < 3 or len(data) != 3 + data[2] or data[2] not in (0, SIZES[data[1]]):
            raise FormatError(CORRUPT, "the content's hash has a size that its kind has not", place)
        kind = data[1]
        if not data[2]:
            if self.kind or self.chunks:
                raise FormatError(CORRUPT, "the content's hash is announced twice or late", place)
            self.kind = kind
            return
        if kind != self.kind or self.hash:
            raise FormatError(CORRUPT, "the content's hash is not the one announced", place)
        self.hash, self.place = data[3:], place

    def end(self, content: bytes, place: int) -> None:
        if not self.kind:
            return
        if not self.hash:
            raise FormatError(CORRUPT, "the content's hash is missing", place)
        if digest(self.kind, content) != self.hash:
            raise FormatError(CORRUPT, "the content has another hash", self.place)
        see(f"content hash {self.kind}")
