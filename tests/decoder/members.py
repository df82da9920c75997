"""The index of members (engine/archive/SPEC.md): from blocks to members."""

from __future__ import annotations

from dataclasses import dataclass, field

from . import payload
from .errors import require, unsupported
from .reader import Reader

TYPE = 0xFFFFFF01
COLUMNS = 11
COLUMN_BYTES = 1 << 20
OWNERS = 64
(KINDS, HEADERS, SIZES, MODES, TIMES, OWNER, SHARED, NAMES, LINKS, MORE, OWNER_TABLE) = range(COLUMNS)


@dataclass
class Member:
    name: bytes
    kind: str
    header: int
    data: int
    stored: int
    size: int
    mode: int
    mtime: int
    owner: tuple[int, int, bytes, bytes]
    link: bytes
    device: tuple[int, int]


@dataclass
class Index:
    members: list[Member] = field(default_factory=list)
    whole: bool = False  # it goes to the archive's end


def text(reader: Reader) -> bytes:
    end = reader.data.find(b"\0", reader.pos)
    require(end >= 0, "a text without its end")
    value = reader.take(end - reader.pos)
    reader.take(1)
    return value


def decode(blocks: list[bytes]) -> Index:
    """The members of the blocks of a stream, in their order."""
    index = Index()
    end = 0
    for block in blocks:
        require(not index.whole, "a block after the last one")
        reader = Reader(block)
        flags, begin, count = reader.u8(), reader.varint(), reader.varint()
        if flags & ~1:
            raise unsupported("flags of the index of members")
        require(begin == end and count <= 1 << 20, "the block does not follow the one before it")
        index.whole = flags == 1
        end = decode_block(reader, begin, count, index.members)
    return index


def decode_block(reader: Reader, begin: int, count: int, found: list[Member]) -> int:
    require(reader.u8() == 0 and reader.u8() == COLUMNS, "other columns than eleven")
    rows = [(reader.u8(), reader.varint(), reader.varint()) for _ in range(COLUMNS)]
    require(sum(original for _, original, _ in rows) <= COLUMN_BYTES, "the columns restore to too much")
    columns = [Reader(payload.restore(plan, reader.take(coded), original, 0) if original else b"")
               for plan, original, coded in rows]
    reader.finish("the columns")
    require(len(columns[KINDS].data) == count, "another number of members than of kinds")
    owners: list[tuple[int, int, bytes, bytes]] = []
    name, mtime, end = b"", 0, begin
    for _ in range(count):
        kind = chr(columns[KINDS].u8())
        data = end + 512 * columns[HEADERS].varint()
        stored = size = columns[SIZES].varint()
        mode = columns[MODES].varint()
        step = columns[TIMES].varint()
        mtime = (mtime + ((step >> 1) ^ -(step & 1)) + (1 << 63)) % (1 << 64) - (1 << 63)
        place = columns[OWNER].varint()
        require(place <= len(owners), "an owner beyond the table")
        if place < len(owners):
            owner = owners[place]
        else:
            table = columns[OWNER_TABLE]
            owner = (table.varint(), table.varint(), text(table), text(table))
            if len(owners) < OWNERS:
                owners.append(owner)
        shared = columns[SHARED].varint()
        require(shared <= len(name), "more of a name than there is")
        name = name[:shared] + text(columns[NAMES])
        require(1 <= len(name) <= 16384 and data > end, "a member that cannot be")
        link = text(columns[LINKS]) if kind in "12" else b""
        if kind == "S":
            size = columns[MORE].varint()
        device = (columns[MORE].varint(), columns[MORE].varint()) if kind in "34" else (0, 0)
        found.append(Member(name, kind, end, data, stored, size, mode, mtime, owner, link, device))
        end = data + (stored + 511) // 512 * 512
    for column in columns:
        column.finish("the members of a column")
    return end
