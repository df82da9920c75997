"""The sections "File", "Stream header", "Frames" and "Footer": from bytes to checked chunks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import xxhash

from . import content_hash, coverage, far
from .content_hash import ContentHash
from .coverage import see
from .errors import CORRUPT, NOT_SIGMA, TRUNCATED, UNSUPPORTED, FormatError, require
from .payload import FAR, restore_chunk
from .reader import Reader

MAGIC = b"\x89\x53\x47\x4D"
CHUNK, USER_DATA, SHORT_FOOTER, LONG_FOOTER = 0xC3, 0xA5, 0x99, 0xF0
SHORT_END, LONG_END = b"\x53\x79", b"\x4D\x47\x53\xE6"
SHORT_SIZE, TRAILER, ENTRY = 7, 40, 24
UNIT = 4096
CHUNKS_LIMIT = (1 << 32) - 1
STREAM_ORIGINAL_LIMIT = 1 << 58
STREAM_LIMIT = 1 << 60
USER_DATA_LIMIT = 16 << 20


def hash64(data: bytes) -> int:
    return xxhash.xxh3_64_intdigest(data)


def hash32(data: bytes) -> int:
    return hash64(data) & 0xFFFFFFFF


@dataclass
class Chunk:
    """A chunk: its place in the file, what its header says, and the bytes it restores to."""

    offset: int
    plan: int
    sequence: int
    original: int
    payload: bytes
    hash: int
    header_size: int
    data: bytes = b""
    copied: list[tuple[int, int]] = field(default_factory=list)  # what of `data` other chunks gave: begins and ends

    def stored(self) -> int:
        return self.header_size + len(self.payload)


@dataclass
class UserData:
    offset: int
    type: int
    data: bytes


@dataclass
class Stream:
    """A stream: what its header says and its frames."""

    offset: int
    level: int
    bound: int
    original: int | None
    header_size: int
    far: bool = False
    chunks: list[Chunk] = field(default_factory=list)
    user_data: list[UserData] = field(default_factory=list)
    size: int = 0

    def data(self) -> bytes:
        return b"".join(chunk.data for chunk in self.chunks)


def streams(data: bytes) -> Iterator[Stream]:
    """The streams of a file, from front to back, every hash checked."""
    reader = Reader(data, beyond=TRUNCATED)
    if not data:
        raise FormatError(TRUNCATED, "an empty file holds no stream", 0)
    while reader.left():
        yield read_stream(reader)
        padding = data[reader.pos:]
        if padding[:1] == b"\0":
            zeros = len(padding) - len(padding.lstrip(b"\0"))
            if zeros < len(padding):
                raise FormatError(CORRUPT, "other data follows the padding", reader.pos + zeros)
            return


def read_stream(reader: Reader) -> Stream:
    coverage.drop()
    stream = read_header(reader)
    hashed = ContentHash()
    while True:
        place = reader.pos
        kind = reader.u8()
        if kind == CHUNK:
            hashed.take_chunk(place)
            stream.chunks.append(read_chunk(reader, stream, place))
        elif kind == USER_DATA:
            stream.user_data.append(read_user_data(reader, place))
            if stream.user_data[-1].type == content_hash.TYPE:
                hashed.take(stream.user_data[-1].data, place)
        elif kind in (SHORT_FOOTER, LONG_FOOTER):
            expected = footer(stream, place)
            found = reader.data[place:place + len(expected)]
            if found != expected:
                cut = len(found) < len(expected) and expected.startswith(found)
                raise FormatError(TRUNCATED if cut else CORRUPT, "the footer is not the one of the chunks", place)
            see("short footer" if kind == SHORT_FOOTER else "long footer")
            reader.pos = place + len(expected)
            stream.size = reader.pos - stream.offset
            total = sum(chunk.original for chunk in stream.chunks)
            if stream.original is not None and stream.original != total:
                raise FormatError(CORRUPT, "the chunks do not add up to the stream's original size", place)
            hashed.end(stream.data(), place)
            coverage.keep()
            return stream
        else:
            raise FormatError(CORRUPT, f"no frame begins with {kind:02X}", place)


def read_header(reader: Reader) -> Stream:
    """The stream header; checks in the order: magic, version, length, hash, reserved bits, values."""
    start = reader.pos
    magic = reader.data[start:min(start + 4, reader.end)]
    if magic != MAGIC[:len(magic)]:
        kind = NOT_SIGMA if start == 0 else CORRUPT
        raise FormatError(kind, "no stream begins here", start)
    reader.take(4)
    version, flags = reader.u8(), reader.u8()
    if version != 0:
        raise FormatError(UNSUPPORTED, f"version {version} is unknown", start + 4)
    units = reader.u16()
    original = reader.varint() if flags & 16 else None
    check_header_hash(reader, start)
    if flags & 0xC0:
        raise FormatError(UNSUPPORTED, "reserved flags are set", start + 5)
    if not 16 <= units <= 16384 or (original or 0) > STREAM_ORIGINAL_LIMIT:
        raise FormatError(CORRUPT, "the stream header's sizes are beyond the limits", start)
    see("stream header with original size" if original is not None else "stream header without original size")
    return Stream(start, flags & 15, units * UNIT, original, reader.pos - start, bool(flags & 32))


def check_header_hash(reader: Reader, start: int) -> None:
    expected = hash32(reader.data[start:reader.pos])
    if reader.u32() != expected:
        raise FormatError(CORRUPT, "a header's hash does not match", start)


def read_chunk(reader: Reader, stream: Stream, start: int) -> Chunk:
    index = len(stream.chunks)
    try:
        return read_whole_chunk(reader, stream, start, index)
    except FormatError as error:
        error.chunk = index
        error.offset = start if error.offset is None else error.offset
        raise


def read_whole_chunk(reader: Reader, stream: Stream, start: int, index: int) -> Chunk:
    plan = reader.u8()
    sequence, original, size = reader.varint(), reader.varint(), reader.varint()
    restored_hash, payload_hash = reader.u64(), reader.u32()
    check_header_hash(reader, start)
    header_size = reader.pos - start
    if not 1 <= original <= stream.bound or not 1 <= size <= original or (plan == 0 and size < original):
        raise FormatError(CORRUPT, "the chunk's sizes are invalid")
    if sequence != index or index >= CHUNKS_LIMIT:
        raise FormatError(CORRUPT, f"sequence {sequence} where {index} is due")
    payload = reader.take(size)
    if hash32(payload) != payload_hash:
        raise FormatError(CORRUPT, "the payload's hash does not match")
    copied: list[tuple[int, int]] = []
    if plan == FAR:
        require(stream.far, "far copies in a stream that says it has none")
        others = [(chunk.data, chunk.copied) for chunk in stream.chunks]
        data, copied = far.restore(payload, original, index, stream.bound, others)
    else:
        data = restore_chunk(plan, payload, original)
    if hash64(data) != restored_hash:
        raise FormatError(CORRUPT, "the restored bytes' hash does not match")
    return Chunk(start, plan, sequence, original, payload, restored_hash, header_size, data, copied)


def read_user_data(reader: Reader, start: int) -> UserData:
    kind, size, own_hash = reader.varint(), reader.varint(), reader.u64()
    check_header_hash(reader, start)
    if kind >= 1 << 32 or size > USER_DATA_LIMIT:
        raise FormatError(CORRUPT, "the user data's type or size is beyond the limits", start)
    data = reader.take(size)
    if hash64(data) != own_hash:
        raise FormatError(CORRUPT, "the user data's hash does not match", start)
    see("user data")
    return UserData(start, kind, data)


def footer(stream: Stream, place: int) -> bytes:
    """The one valid footer of the stream's frames, beginning at offset `place` of the file."""
    before = place - stream.offset
    if stream.original is None and len(stream.chunks) == 1 and not stream.user_data:
        return bytes([SHORT_FOOTER]) + (before + SHORT_SIZE).to_bytes(4, "little") + SHORT_END
    body = bytearray([LONG_FOOTER])
    hashes = bytearray()
    for chunk in stream.chunks:
        body += (chunk.offset - stream.offset).to_bytes(8, "little")
        body += chunk.stored().to_bytes(4, "little") + chunk.original.to_bytes(4, "little")
        body += chunk.hash.to_bytes(8, "little")
        hashes += chunk.hash.to_bytes(8, "little")
    body += sum(chunk.original for chunk in stream.chunks).to_bytes(8, "little")
    body += (before + len(body) - 8 + TRAILER).to_bytes(8, "little")
    body += hash64(bytes(hashes)).to_bytes(8, "little")
    body += len(stream.chunks).to_bytes(4, "little")
    body += hash64(bytes(body)).to_bytes(8, "little")
    return bytes(body) + LONG_END
