"""The section "Float": floating-point numbers as integers in bins."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass

from .coverage import see
from .errors import require, unsupported
from .reader import BitReader, Reader

GROUP = 4096
LEAVES_LIMIT = 256
NODES_LIMIT = 32768


@dataclass
class Mode:
    """How the keys of a segment become numbers."""

    width: int
    places: int | None = None
    digits: int | None = None
    differences: bool = False
    operation: int | None = None
    lag_a: int = 0
    lag_b: int = 0

    def bits(self) -> int:
        return 8 * self.width


def restore(parameters: bytes, sections: list[bytes], size: int) -> bytes:
    require(len(parameters) == 1, "Float has one parameter byte")
    if parameters[0] >> 3 or not parameters[0] & 3:
        raise unsupported("the parameter of Float is unknown")
    width = 1 << (parameters[0] & 3)
    require(len(sections) >= 2 and len(sections) % 2 == 0, "Float has two sections for each segment, and two")
    *numbers, other, head_bytes = sections
    others, head = Reader(other), Reader(head_bytes)
    out = bytearray()
    segment = 0
    while head.left():
        value = head.varint()
        length = value >> 1
        require(length <= size - len(out), "the ranges go beyond the source")
        if value & 1 == 0:
            out += others.take(length)
            continue
        require(length % width == 0, "a segment of broken numbers")
        require(segment < len(numbers), "more segments than sections")
        mode = read_mode(head, width, len(out))
        bins = read_tree(head, mode.bits())
        keys = read_keys(bins, numbers[segment], numbers[segment + 1], length // width)
        append_numbers(mode, keys, out)
        segment += 2
    require(segment == len(numbers), "fewer segments than sections")
    others.finish("the bytes that are no numbers")
    return bytes(out)


def read_mode(head: Reader, width: int, before: int) -> Mode:
    byte = head.u8()
    mode = Mode(width)
    if byte & 128:
        if width == 2 or byte & 0x78:
            raise unsupported("the mode of a segment is unknown")
        mode.operation = byte & 7
        mode.lag_a, mode.lag_b = head.varint(), head.varint()
        require(1 <= min(mode.lag_a, mode.lag_b) and max(mode.lag_a, mode.lag_b) <= before // width,
                "a lag reaches before the source")
        see(f"Float width {width} operation {mode.operation}")
        return mode
    mode.differences = bool(byte & 64)
    decimals = byte & 63
    if decimals:
        if width == 2:
            raise unsupported("decimals of two bytes")
        if decimals <= 23:
            mode.places = decimals - 1
        elif decimals in (47, 48) and width == 8:
            mode.digits = decimals - 32
        else:
            raise unsupported("the mode of a segment is unknown")
    name = "digits" if mode.digits else "no decimals" if mode.places is None else "places"
    see(f"Float width {width} {name}" + (" differences" if mode.differences else ""))
    return mode


def read_tree(head: Reader, bits: int) -> list[tuple[int, int]]:
    """The bins: the lowest integer of each, and how many bits span it."""
    source = BitReader(head.data[head.pos:head.end])
    bins: list[tuple[int, int]] = []
    nodes = 0
    waiting = [(0, bits)]
    while waiting:
        lowest, span = waiting.pop()
        nodes += 1
        require(nodes <= NODES_LIMIT, "a tree of too many nodes")
        if source.take(1):
            require(span > 0, "a node of one integer has children")
            waiting.append((lowest + (1 << (span - 1)), span - 1))
            waiting.append((lowest, span - 1))
        else:
            bins.append((lowest, span))
            require(len(bins) <= LEAVES_LIMIT, "a tree of too many leaves")
    head.take((source.pos + 7) // 8)
    return bins


def read_keys(bins: list[tuple[int, int]], symbols: bytes, offsets: bytes, count: int) -> list[int]:
    require(len(symbols) == count, "a segment has another number of symbols")
    source = BitReader(offsets)
    keys = []
    for index, symbol in enumerate(symbols):
        if index % GROUP == 0:
            source.pos = (source.pos + 7) // 8 * 8
        require(symbol < len(bins), "a symbol beyond the bins")
        lowest, span = bins[symbol]
        keys.append(lowest + source.take(span))
    require((source.pos + 7) // 8 == len(offsets), "offsets are left over")
    return keys


def append_numbers(mode: Mode, keys: list[int], out: bytearray) -> None:
    bits = mode.bits()
    half, mask = 1 << (bits - 1), (1 << bits) - 1
    before = 0
    for index, key in enumerate(keys):
        if mode.operation is not None:
            key = (key + ordered(related(mode, out), bits) - half) & mask
        elif mode.differences:
            before = 0 if index % GROUP == 0 else before
            key = before = (key + before - half) & mask
        pattern = key ^ half if key & half else key ^ mask
        out += decimal(mode, pattern).to_bytes(mode.width, "little")


def ordered(pattern: int, bits: int) -> int:
    half, mask = 1 << (bits - 1), (1 << bits) - 1
    return pattern ^ mask if pattern & half else pattern | half


def decimal(mode: Mode, pattern: int) -> int:
    """The bits of the number that a pattern stands for."""
    if mode.places is None and mode.digits is None:
        return pattern
    sign = pattern >> (mode.bits() - 1)
    first, extent = (0x600 << 52, 46 << 52) if mode.width == 8 else (0xC0 << 23, 2 << 23)
    number = (pattern & ((1 << (mode.bits() - 1)) - 1)) - first
    if not 0 <= number < extent:
        return pattern
    see("Float decimal")
    if mode.places is not None:
        magnitude = float(number) / 10.0 ** mode.places
    else:
        assert mode.digits is not None
        decade, number = (number >> 53) - 7, number & ((1 << 53) - 1)
        magnitude = float(number) / 10.0 ** min(max(mode.digits - 1 - decade, 0), 22)
    return to_bits(magnitude, mode.width) | sign << (mode.bits() - 1)


# The arithmetic of relations. For width 4 a double holds the exact result of one step well enough that rounding it
# again to a float gives what one rounding would (53 bits are at least 2 * 24 + 2).

def to_bits(value: float, width: int) -> int:
    try:
        return int.from_bytes(struct.pack("<d" if width == 8 else "<f", value), "little")
    except OverflowError:
        return int.from_bytes(struct.pack("<f", math.copysign(math.inf, value)), "little")


def from_bits(pattern: int, width: int) -> float:
    return float(struct.unpack("<d" if width == 8 else "<f", pattern.to_bytes(width, "little"))[0])


def rounded(value: float, width: int) -> float:
    return value if width == 8 else from_bits(to_bits(value, 4), 4)


def divide(a: float, b: float) -> float:
    if b != 0:
        return a / b
    return math.nan if a == 0 or math.isnan(a) else math.copysign(math.inf, a) * math.copysign(1, b)


def related(mode: Mode, out: bytearray) -> int:
    """The bits of what the operation makes of the two numbers before."""
    width = mode.width

    def operand(lag: int) -> float:
        place = len(out) - lag * width
        return flushed(int.from_bytes(out[place:place + width], "little"), width)

    def step(value: float) -> float:
        return rounded(value, width)

    a, b = operand(mode.lag_a), operand(mode.lag_b)
    if mode.operation in (3, 6, 7):
        quotient = step(divide(a, b))
        result = {3: quotient, 6: quotient - 1, 7: 1 - quotient}[mode.operation]
    else:
        result = (a + b, a - b, a * b, 0.0, a * step(1 + b), a * step(1 - b))[mode.operation or 0]
    result = step(result)
    if math.isnan(result) or math.isinf(result):
        return 0
    return to_bits(flushed(to_bits(result, width), width), width)


def flushed(pattern: int, width: int) -> float:
    """The number of this pattern, 0 where its exponent field is 0."""
    exponent = pattern >> 52 & 0x7FF if width == 8 else pattern >> 23 & 0xFF
    return from_bits(pattern, width) if exponent else 0.0
