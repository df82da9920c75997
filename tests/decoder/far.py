"""The section "Far copies": a chunk of which other chunks of the stream have a part already."""

from __future__ import annotations

from collections.abc import Sequence

from .coverage import see
from .errors import require, unsupported
from .payload import CODERS, restore_chunk
from .reader import Reader

LEAST, CHUNKS = 64, 16
Range = tuple[int, int]


def restore(payload: bytes, size: int, index: int, bound: int,
            others: Sequence[tuple[bytes, list[Range]]]) -> tuple[bytes, list[Range]]:
    """The bytes of chunk `index`, and what of them is copied; `others` are the chunks before it, with the same."""
    reader = Reader(payload)
    count = reader.varint()
    plan = reader.u8()
    table_size, coded_size = reader.varint(), reader.varint()
    require(1 <= count <= size // LEAST, "a number of far copies that cannot be")
    require(1 <= coded_size <= table_size <= 17 * count, "a table of far copies of a size that cannot be")
    if plan != 0 and plan not in CODERS:
        raise unsupported(f"far copies by plan {plan}")
    coded = reader.take(coded_size)
    table = Reader(restore_chunk(plan, coded, table_size))
    gaps, lengths, differences = ([table.varint() for _ in range(count)] for _ in range(3))
    table.finish("the table of far copies")
    see(f"far copies by plan {plan}")
    places, end, distance = [], 0, 0
    for gap, length, difference in zip(gaps, lengths, differences):
        begin = end + gap
        end = begin + length + LEAST
        distance = (distance + (difference >> 1 ^ -(difference & 1))) % (1 << 64)
        require(end <= size, "a far copy leaves its chunk")
        source = index * bound + begin - distance
        require(0 <= source and source + end - begin <= index * bound, "a far copy of bytes that are not before its chunk")
        places.append((begin, end, source))
    require(len({source // bound for _, _, source in places}) <= CHUNKS, "far copies from too many chunks")
    own_size = size - sum(end - begin for begin, end, _ in places)
    own = b""
    if own_size:
        rest = reader.u8()
        require(reader.left() > 0 and rest != 63, "own bytes without a plan")
        own = restore_chunk(rest, reader.take(reader.left()), own_size)
    else:
        see("far copies alone")
    reader.finish("far copies without own bytes")
    return fill(size, own, places, bound, others), [(begin, end) for begin, end, _ in places]


def fill(size: int, own: bytes, places: Sequence[tuple[int, int, int]], bound: int,
         others: Sequence[tuple[bytes, list[Range]]]) -> bytes:
    data, taken = bytearray(), 0
    for begin, end, source in places:
        gap = begin - len(data)
        data += own[taken:taken + gap]
        taken += gap
        other, copied = others[source // bound]
        first = source % bound
        last = first + end - begin
        require(last <= len(other), "a far copy leaves the chunk that it copies from")
        require(all(last <= begins or ends <= first for begins, ends in copied), "a far copy of a copy")
        data += other[first:last]
    data += own[taken:]
    require(len(data) == size, "far copies and own bytes do not add up")
    return bytes(data)
