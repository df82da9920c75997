"""Reading integers front to back, and single bits ("Conventions")."""

from __future__ import annotations

from .errors import CORRUPT, TRUNCATED, FormatError


class Reader:
    """Reads `data` from `pos` to `end`. What lies beyond the end is an error of the kind `beyond`."""

    def __init__(self, data: bytes, pos: int = 0, end: int | None = None, beyond: str = CORRUPT) -> None:
        self.data = data
        self.pos = pos
        self.end = len(data) if end is None else end
        self.beyond = beyond

    def left(self) -> int:
        return self.end - self.pos

    def take(self, size: int) -> bytes:
        if size > self.left():
            raise FormatError(self.beyond, f"{size} bytes wanted where {self.left()} are left", self._place())
        self.pos += size
        return self.data[self.pos - size:self.pos]

    def _place(self) -> int | None:
        """The offset in the file, where this reads a file and not a part of a payload."""
        return self.pos if self.beyond == TRUNCATED else None

    def uint(self, size: int) -> int:
        return int.from_bytes(self.take(size), "little")

    def u8(self) -> int:
        return self.uint(1)

    def u16(self) -> int:
        return self.uint(2)

    def u32(self) -> int:
        return self.uint(4)

    def u64(self) -> int:
        return self.uint(8)

    def varint(self) -> int:
        """Unsigned LEB128 in its shortest form, at most 64 bits."""
        value = 0
        for index in range(10):
            byte = self.u8()
            value |= (byte & 127) << (7 * index)
            if byte < 128:
                if (byte == 0 and index > 0) or value >= 1 << 64:
                    raise FormatError(CORRUPT, "a varint is not in its shortest form or exceeds 64 bits", self._place())
                return value
        raise FormatError(CORRUPT, "a varint of more than 10 bytes", self._place())

    def finish(self, what: str) -> None:
        if self.left():
            raise FormatError(CORRUPT, f"{self.left()} bytes left after {what}")


class BitReader:
    """Bits LSB first: bit i is bit i mod 8 of byte i / 8."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.pos = 0

    def take(self, count: int) -> int:
        first, last = self.pos >> 3, (self.pos + count + 7) >> 3
        if last > len(self.data):
            raise FormatError(CORRUPT, "bits end too early")
        value = int.from_bytes(self.data[first:last], "little") >> (self.pos & 7)
        self.pos += count
        return value & ((1 << count) - 1)


def spread_bits(data: bytes, count: int) -> str:
    """The first `count` bits of `data`, LSB first, as a string of 0 and 1 (fast to walk through)."""
    value = int.from_bytes(data, "little") & ((1 << count) - 1)
    return format(value, f"0{count}b")[::-1] if count else ""
