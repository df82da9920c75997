"""Built payloads of the transforms of samples and of floating-point numbers."""

from __future__ import annotations

import random
import struct

from .craft import varint
from .duel import Case


def bits_of(values: list[tuple[int, int]]) -> bytes:
    """Values of so many bits each, LSB first, side by side."""
    total = place = 0
    for value, count in values:
        total |= value << place
        place += count
    return total.to_bytes((place + 7) // 8, "little")


def raster_cases(rng: random.Random) -> list[Case]:
    cases = []
    for number in range(72):
        wide = rng.randrange(2)
        channels = rng.randrange(1, 5)
        flags = wide | (rng.randrange(2) << 1 if wide else 0) | rng.randrange(2) << 2 | (channels - 1) << 4
        flags |= 8 if channels >= 3 and rng.random() < 0.5 else 0
        row = channels * rng.randrange(-(-16 // channels), 40)
        samples = row * rng.randrange(1, 40) + rng.randrange(row)
        before = rng.randrange(4)
        odd = rng.randrange(2) if wide else 0
        rows = -(-samples // row)
        predictor = number % 6
        predictors = bytes([predictor]) + bytes(rng.randrange(6) for _ in range((rows + 15) // 16 - 1))
        if wide:
            symbols = bytes(rng.choices((0, 1, 2, 5, 96, 99, 133), (50, 9, 9, 5, 3, 2, 1), k=samples))
            raw = bits_of([(rng.getrandbits(4 + (symbol - 94) // 4), 4 + (symbol - 94) // 4)
                           for symbol in symbols if symbol >= 96])
        else:
            symbols, raw = bytes(rng.choices((0, 1, 2, 255), (60, 9, 9, 2), k=samples)), b""
        parameters = bytes([flags, before]) + row.to_bytes(3, "little") + b"\1"
        sections = [b"." * (before + odd), predictors, bytes(4 * channels), symbols, raw]
        if number % 12 == 11:
            place = rng.randrange(6)
            parameters = parameters[:place] + bytes([rng.randrange(256)]) + parameters[place + 1:]
        cases.append(Case(3, parameters, tuple(sections), samples * (1 + wide) + before + odd))
    return cases


def pcm_cases(rng: random.Random) -> list[Case]:
    return [pcm_case(rng, number) for number in range(48)]


def pcm_case(rng: random.Random, number: int) -> Case:
    width, channels = number % 4 + 1, rng.randrange(1, 9)
    big = width > 1 and rng.random() < 0.5
    flags = width - 1 | (4 if big else 0) | rng.randrange(2) << 3 | (channels - 1) << 4
    log_block, frames = 8, rng.choice((100, 256, 300, 520))
    blocks = -(-frames // 256)
    pairs = bytes(rng.randrange(4) for _ in range(blocks * (channels // 2)))
    predictors, weights, classes, raw = bytearray(), [], bytearray(), bytearray()
    tops = [bytearray() for _ in range(15)]
    before = [0] * channels
    for block in range(blocks):
        for channel in range(channels):
            predictor = rng.choice((0, 1, 2, 3, 4, 5, 8, 12))
            predictors.append(predictor)
            weights += [rng.randrange(-4000, 4000) for _ in range(max(0, predictor - 4))]
            for _ in range(-(-min(256, frames - 256 * block) // 32)):
                most = 12 + 3 * (8 * width - 8)
                group = rng.choice((0, 0, 0, 0, 3, 11, rng.randrange(most)))
                classes.append((group - before[channel]) % 256)
                before[channel] = group
                raw_bits = 0 if group < 12 else (group - 12) // 3 + 1
                tops[group if group < 12 else 12 + (group - 12) % 3] += bytes(rng.choices((0, 0, 0, 1, 200), k=32))
                raw += bytes(rng.choices((0, 0, 0, 7), k=4 * raw_bits))
    low = bytes(weight & 255 for weight in weights)
    high = bytes(weight >> 8 & 255 for weight in weights)
    start = rng.randrange(5)
    rest = b"r" * (start + rng.randrange(width * channels))
    sections = [rest, pairs, bytes(predictors), low, high, bytes(classes), *map(bytes, tops), bytes(raw)]
    return Case(4, bytes([flags, start, log_block, 8]), tuple(sections), frames * width * channels + len(rest))


# Float.

def tree(rng: random.Random, bits: int, deep: bool) -> tuple[bytes, list[int]]:
    """A random tree: its bytes, and how many bits span each bin."""
    shape: list[tuple[int, int]] = []
    spans: list[int] = []

    def node(span: int, wanted: int) -> None:
        if wanted <= 1 or span == 0:
            shape.append((0, 1))
            spans.append(span)
            return
        shape.append((1, 1))
        lower = wanted - 1 if deep else rng.randrange(1, wanted)
        node(span - 1, lower)
        node(span - 1, wanted - lower)

    node(bits, rng.choice((1, 2, 20, 100)) if not deep else bits + 1)
    return bits_of(shape), spans


SPECIAL = {4: (0, 1 << 31, 1, 0x7F800000, 0x7FC00000, 0xFF800000, 0x00800000, 0x7F7FFFFF, 0x80000001),
           8: (0, 1 << 63, 1, 0x7FF << 52, 0x7FF8 << 48, 0xFFF << 52, 1 << 52, (0x7FF << 52) - 1, 1 << 63 | 1)}


def some_numbers(rng: random.Random, width: int, count: int) -> bytes:
    """Numbers, some of them zero, infinite, none or too small."""
    out = bytearray()
    for _ in range(count):
        if rng.random() < 0.3:
            out += rng.choice(SPECIAL[width]).to_bytes(width, "little")
        else:
            value = rng.choice((1.0, 0.1, 3e38, 1e-38, 1e-20, -2.5, rng.uniform(-9, 9)))
            out += struct.pack("<d" if width == 8 else "<f", value)
    return bytes(out)


def float_case(rng: random.Random, width: int, mode: int) -> Case:
    bits = 8 * width
    count = rng.choice((300, 4096, 4100)) if mode & 64 else 300
    before = some_numbers(rng, width, 40) if width > 2 else bytes(20)
    before += bytes(rng.randrange(width))
    lags = b""
    if mode & 128:
        lags = b"".join(varint(rng.randrange(1, 20)) for _ in range(2))
    shape, spans = tree(rng, bits, rng.random() < 0.2 and width == 2)
    symbols = bytes(rng.choices(range(len(spans)), k=count)) if len(spans) < 4 else \
        bytes(rng.choices(range(len(spans)), [1] + [8] * 3 + [1] * (len(spans) - 4), k=count))
    offsets = b""
    for start in range(0, count, 4096):
        offsets += bits_of([(rng.choice((0, 0, 1, rng.getrandbits(spans[symbol]) if spans[symbol] else 0))
                             & ((1 << spans[symbol]) - 1), spans[symbol]) for symbol in symbols[start:start + 4096]])
    head = varint(2 * len(before)) + varint(2 * width * count + 1) + bytes([mode]) + lags + shape + varint(2 * 3000)
    log_width = width.bit_length() - 1
    return Case(5, bytes([log_width]), (symbols, offsets, before + bytes(3000), head),
                len(before) + width * count + 3000)


def relation_case(rng: random.Random, width: int, operation: int) -> Case:
    """Numbers that are what the operation makes of numbers before the segment, or a little more."""
    count = 500
    before = some_numbers(rng, width, count + 9)
    key = 1 << (8 * width - 1)  # no difference
    shape: list[tuple[int, int]] = [(1, 1), (0, 1)] + [(1, 1)] * (8 * width - 9) + [(0, 1)] * (8 * width - 8)
    offsets = bytes(rng.choices((0, 0, 0, 1), k=count))
    head = varint(2 * len(before)) + varint(2 * width * count + 1) + bytes([128 | operation])
    head += varint(count + 5) + varint(count + rng.randrange(1, 5)) + bits_of(shape) + varint(2 * 9000)
    assert key >> (8 * width - 1) == 1
    return Case(5, bytes([width.bit_length() - 1]), (bytes([1]) * count, offsets, before + bytes(9000), head),
                len(before) + width * count + 9000)


def float_cases(rng: random.Random) -> list[Case]:
    cases = []
    for width in (2, 4, 8):
        modes = [0, 64, 1, 3, 8, 23, 24, 31, 46, 47, 48, 49, 65, 63, 111, 112, *range(128, 137), 192]
        cases += [float_case(rng, width, mode) for mode in modes]
    for _ in range(2):
        cases += [relation_case(rng, width, operation) for width in (4, 8) for operation in range(8)]
    return cases
