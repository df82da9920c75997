"""The section "Footer", read from the end: the seek tables of a file, without its payloads."""

from __future__ import annotations

from dataclasses import dataclass

from .container import (CHUNK, CHUNKS_LIMIT, ENTRY, LONG_END, LONG_FOOTER, SHORT_END, SHORT_FOOTER, SHORT_SIZE,
                        STREAM_LIMIT, STREAM_ORIGINAL_LIMIT, TRAILER, check_header_hash, hash64, read_header)
from .errors import CORRUPT, FormatError
from .reader import Reader

HEADER_LEAST, HEADER_MOST = 21, 31


@dataclass
class Entry:
    """Where a chunk is in its stream, and what its header must say."""

    offset: int
    stored: int
    original: int
    hash: int


def refuse(message: str, offset: int) -> FormatError:
    return FormatError(CORRUPT, message, offset)


def seek_tables(data: bytes) -> list[list[Entry]]:
    """The entries of each stream of a file, in the file's order."""
    tables: list[list[Entry]] = []
    end = len(data.rstrip(b"\0"))  # without padding
    while end > 0 or not tables:
        size, entries = seek_table(data, end)
        tables.insert(0, entries)
        end -= size
    return tables


def seek_table(data: bytes, end: int) -> tuple[int, list[Entry]]:
    """The size and the entries of the stream that ends at `end`."""
    if data[max(0, end - 2):end] == SHORT_END:
        return short_table(data, end)
    if end < TRAILER + 1 or data[end - 4:end] != LONG_END:
        raise refuse("the file does not end with a footer", max(0, end - 4))
    trailer = Reader(data, end - TRAILER, end)
    total, size, stream_hash, count, footer_hash = (trailer.u64(), trailer.u64(), trailer.u64(), trailer.u32(),
                                                    trailer.u64())
    footer_size = 1 + ENTRY * count + TRAILER
    if (total > STREAM_ORIGINAL_LIMIT or size > STREAM_LIMIT or count > CHUNKS_LIMIT or size > end
            or size < footer_size + 12 + (HEADER_LEAST + 1) * count):
        raise refuse("the trailer's sizes are beyond the limits", end - TRAILER)
    begin, place = end - size, end - footer_size
    if data[place] != LONG_FOOTER or hash64(data[place:end - 12]) != footer_hash:
        raise refuse("the footer's hash does not match", place)
    header = read_header(Reader(data, begin, end))
    table = Reader(data, place + 1, end)
    entries = [Entry(table.u64(), table.u32(), table.u32(), table.u64()) for _ in range(count)]
    hashes = b"".join(entry.hash.to_bytes(8, "little") for entry in entries)
    if total != sum(entry.original for entry in entries) or stream_hash != hash64(hashes):
        raise refuse("the footer's totals are not those of its entries", place)
    if header.original is not None and header.original != total:
        raise refuse("the footer's total is not the stream header's", place)
    before = header.header_size
    for entry in entries:
        if not 1 <= entry.original <= header.bound:
            raise refuse("an entry's original size is beyond the limits", place)
        if not HEADER_LEAST + 1 <= entry.stored <= entry.original + HEADER_MOST:
            raise refuse("an entry's stored size is beyond the limits", place)
        if entry.offset < before or entry.offset + entry.stored > size - footer_size:
            raise refuse("an entry's extent overlaps another", place)
        before = entry.offset + entry.stored
        check_chunk(data, begin, entry)
    if count == 1 and header.original is None and before - entries[0].stored == header.header_size \
            and before == size - footer_size:
        raise refuse("a long footer where a short one is due", place)
    return size, entries


def check_chunk(data: bytes, begin: int, entry: Entry) -> None:
    """The chunk's header must have the entry's sizes and hash."""
    if read_entry(data, begin, entry.offset) != entry:
        raise refuse("a chunk is not the one of its entry", begin + entry.offset)


def read_entry(data: bytes, begin: int, offset: int) -> Entry:
    """The plan and sizes that the chunk header at `offset` of the stream at `begin` states."""
    reader = Reader(data, begin + offset)
    if reader.u8() != CHUNK:
        raise refuse("no chunk is where an entry leads", begin + offset)
    reader.u8()
    reader.varint()
    original, size, restored_hash = reader.varint(), reader.varint(), reader.u64()
    reader.u32()
    check_header_hash(reader, begin + offset)
    return Entry(offset, reader.pos - begin - offset + size, original, restored_hash)


def short_table(data: bytes, end: int) -> tuple[int, list[Entry]]:
    if end < 41 or data[end - SHORT_SIZE] != SHORT_FOOTER:
        raise refuse("the short footer is damaged", max(0, end - SHORT_SIZE))
    size = int.from_bytes(data[end - 6:end - 2], "little")
    if not 41 <= size <= end:
        raise refuse("the short footer's size is beyond the limits", end - SHORT_SIZE)
    begin = end - size
    header = read_header(Reader(data, begin, end))
    entry = read_entry(data, begin, header.header_size)
    if header.original is not None or header.header_size + entry.stored != size - SHORT_SIZE:
        raise refuse("a short footer where a long one is due", end - SHORT_SIZE)
    return size, [entry]
