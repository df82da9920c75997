"""The section "Pages": B-tree pages whose lists of cells are left out."""

from __future__ import annotations

from .coverage import see
from .errors import require, unsupported
from .reader import Reader

INDEX_INNER, TABLE_INNER, INDEX_LEAF, TABLE_LEAF = 2, 5, 10, 13
LEAST_CELL = 4


def restore(parameters: bytes, sections: list[bytes], size: int) -> bytes:
    require(len(parameters) == 1, "Pages has one parameter byte")
    if not 9 <= parameters[0] <= 16:
        raise unsupported("the size of a page is unknown")
    page = 1 << parameters[0]
    count = size // page
    require(len(sections) == 2 and len(sections[1]) == (count + 7) // 8, "Pages has the kept bytes and a bit a page")
    kept, bits = Reader(sections[0]), int.from_bytes(sections[1], "little")
    require(bits >> count == 0, "bits of pages that are not there")
    out = bytearray()
    for index in range(count):
        out += without_list(kept, page) if bits >> index & 1 else kept.take(page)
    out += kept.take(size - len(out))
    kept.finish("the pages")
    return bytes(out)


def without_list(kept: Reader, page: int) -> bytes:
    """A page whose list of cells is found again from the cells."""
    kind = kept.u8()
    require(kind in (INDEX_INNER, TABLE_INNER, INDEX_LEAF, TABLE_LEAF), "a page of an unknown kind has no list")
    size = 12 if kind in (INDEX_INNER, TABLE_INNER) else 8
    header = bytes([kind]) + kept.take(size - 1)
    cells, first = int.from_bytes(header[3:5], "big"), int.from_bytes(header[5:7], "big")
    content = size + 2 * cells
    require(cells >= 1 and content <= first < page, "the header of a page is invalid")
    see(f"Pages kind {kind}")
    rest = kept.take(page - content)
    whole = bytes(content) + rest
    entries = []
    place = first
    for _ in range(cells):
        require(place < page, "a cell begins after its page")
        entries.append(place.to_bytes(2, "big"))
        place += cell_size(whole, place, kind, page)
    require(place == page, "the cells do not end with the page")
    return header + b"".join(reversed(entries)) + rest


def cell_size(data: bytes, start: int, kind: int, page: int) -> int:
    place = start + (4 if kind in (INDEX_INNER, TABLE_INNER) else 0)
    size, place = varint(data, place)
    if kind == TABLE_LEAF:
        _, place = varint(data, place)
    if kind != TABLE_INNER:
        place += content_size(size, kind, page)
    return max(place - start, LEAST_CELL)


def content_size(size: int, kind: int, page: int) -> int:
    most = page - 35 if kind == TABLE_LEAF else 64 * (page - 12) // 255 - 23
    if size <= most:
        return size
    see("Pages overflow")
    least = 32 * (page - 12) // 255 - 23
    part = least + (size - least) % (page - 4)
    return 4 + (part if part <= most else least)


def varint(data: bytes, place: int) -> tuple[int, int]:
    """A big-endian varint: its value and where it ends. Bytes after the page read as 0."""
    value = 0
    for index in range(9):
        byte = data[place] if place < len(data) else 0
        place += 1
        if index == 8:
            return value << 8 | byte, place
        value = value << 7 | byte & 127
        if byte < 128:
            break
    return value, place
