"""The section "Branch": operands of branches made absolute in place."""

from __future__ import annotations

from .coverage import see
from .errors import require, unsupported
from .reader import Reader

X86, X86_64, ARM64 = 1, 2, 3
NOT_BEFORE_CALL = (0x39, 0x45, 0x4D, 0x83, 0x89, 0x8B, 0xC1)
WITH_DATA = ({16 * h + low for h in (0, 2, 3, 6) for low in (1, 3, 9, 11)}
             | {0x80, 0x81, 0x83, 0x85, 0x88, 0x89, 0x8A, 0x8B, 0x8D, 0xC6, 0xC7, 0xF6, 0xF7, 0xFF})
HALF = 1 << 26


def restore(parameters: bytes, sections: list[bytes], size: int) -> bytes:
    require(len(parameters) == 1, "Branch has one parameter byte")
    if parameters[0] > 3:
        raise unsupported("the parameter of Branch is unknown")
    require(len(sections) == 2 and len(sections[1]) == size, "Branch has a map and a section as long as the source")
    head = Reader(sections[0])
    out = bytearray(sections[1])
    start = 0
    while head.left():
        value = head.varint()
        length, kind = value >> 2, value & 3
        require(length <= size - start, "a range ends after the source")
        see(f"Branch kind {kind}")
        if kind == ARM64:
            restore_arm(out, start, start + length)
        elif kind:
            restore_x86(out, start, start + length, kind == X86_64)
        start += length
    return bytes(out)


def restore_x86(out: bytearray, start: int, end: int, wide: bool) -> None:
    place = start
    while place < end:
        size = opcode(out, start, place, end, wide)
        operand = place + size
        if size == 0 or operand + 4 > end:
            place += 1
            continue
        value = int.from_bytes(out[operand:operand + 4], "little", signed=True)
        if -HALF <= value < HALF:
            see(f"Branch opcode of {size}")
            value = (value - (operand + 4) + HALF) % (2 * HALF) - HALF
            out[operand:operand + 4] = value.to_bytes(4, "little", signed=True)
        place = operand + 4


def opcode(out: bytearray, start: int, place: int, end: int, wide: bool) -> int:
    """The bytes of the opcode at `place`, 0 where there is none."""
    first = out[place]
    if first in (0xE8, 0xE9) and (place == start or out[place - 1] not in NOT_BEFORE_CALL):
        return 1
    if wide and place + 1 < end:
        second = out[place + 1]
        if (first in WITH_DATA and second & 0xC7 == 5) or (first == 0x0F and 0x80 <= second <= 0x8F):
            return 2
    return 0


def restore_arm(out: bytearray, start: int, end: int) -> None:
    for place in range(start, end - 3, 4):
        word = int.from_bytes(out[place:place + 4], "little")
        if word >> 26 == 0b100101:
            see("Branch ARM64 call")
            word = word & ~0x3FFFFFF | (word - place // 4) & 0x3FFFFFF
        elif word >> 31 and word >> 24 & 31 == 0b10000:
            see("Branch ARM64 page")
            page = ((word >> 5 & 0x7FFFF) << 2 | word >> 29 & 3) - place // 4096
            word = word & 0x9F00001F | (page & 3) << 29 | (page >> 2 & 0x7FFFF) << 5
        out[place:place + 4] = word.to_bytes(4, "little")
