"""The section "PCM": sound, predicted block by block and channel by channel."""

from __future__ import annotations

from .coverage import see
from .errors import require, unsupported
from .raster import unzigzag
from .reader import Reader

GROUP = 32
FIXED: tuple[tuple[int, ...], ...] = ((), (1,), (2, -1), (3, -3, 1), (4, -6, 4, -1))


def signed(value: int, bits: int) -> int:
    """`value` modulo 2^bits as two's complement."""
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value


class Segments:
    """Reads segments in order from the sections 2 to 21."""

    def __init__(self, width: int, channels: int, highest: int, sections: list[bytes]) -> None:
        self.bits = 8 * width
        self.highest = highest
        self.before = [0] * channels  # the class of the group before
        self.predictors = Reader(sections[2])
        self.low, self.high = Reader(sections[3]), Reader(sections[4])
        self.classes = Reader(sections[5])
        self.tops = [Reader(section) for section in sections[6:21]]
        self.raw = Reader(sections[21])

    def read(self, channel: int, count: int) -> list[int]:
        """The samples of the next segment, signed."""
        weights = self.weights()
        codes: list[int] = []
        while len(codes) < count:
            codes += self.group(channel)
        sum_bits = 32 if self.bits <= 16 else 64
        samples = [0] * len(weights)
        for code in codes[:count]:
            total = sum(weight * sample for weight, sample in zip(weights, reversed(samples)))
            samples.append(signed(unzigzag(code) + (signed(total, sum_bits) >> 12), self.bits))
        return samples[len(weights):]

    def weights(self) -> list[int]:
        predictor = self.predictors.u8()
        if predictor < len(FIXED):
            see(f"PCM predictor {predictor}")
            return [4096 * weight for weight in FIXED[predictor]]
        order = predictor - 4
        require(order <= self.highest, "a prediction above the highest order")
        see("PCM predictor with weights")
        return [signed(self.low.u8() | self.high.u8() << 8, 16) for _ in range(order)]

    def group(self, channel: int) -> list[int]:
        number = self.before[channel] = (self.before[channel] + self.classes.u8()) & 255
        raw_bits, context = 0, number
        if number >= 12:
            raw_bits, context = (number - 12) // 3 + 1, 12 + (number - 12) % 3
        require(raw_bits + 8 <= self.bits, "a class with more bits than a sample")
        see(f"PCM context {context}")
        codes = [byte << raw_bits for byte in self.tops[context].take(GROUP)]
        bit = 0
        while bit + 8 <= raw_bits:
            see("PCM raw bytes")
            for index, byte in enumerate(self.raw.take(GROUP)):
                codes[index] |= byte << bit
            bit += 8
        while bit < raw_bits:
            plane = self.raw.u32()
            for index in range(GROUP):
                codes[index] |= (plane >> index & 1) << bit
            bit += 1
        return codes

    def finish(self) -> None:
        for reader in (self.predictors, self.low, self.high, self.classes, *self.tops, self.raw):
            reader.finish("the samples of a sound")


def unpair(mode: int, first: list[int], second: list[int], bits: int) -> tuple[list[int], list[int]]:
    if mode > 3:
        raise unsupported(f"pairs of kind {mode} are unknown")
    see(f"PCM pair {mode}")
    if mode == 1:
        second = [signed(a - side, bits) for a, side in zip(first, second)]
    elif mode == 2:
        first = [signed(side + b, bits) for side, b in zip(first, second)]
    elif mode == 3:
        sides = second
        second = [signed(middle - (side >> 1), bits) for middle, side in zip(first, sides)]
        first = [signed(b + side, bits) for b, side in zip(second, sides)]
    return first, second


def restore(parameters: bytes, sections: list[bytes], size: int) -> bytes:
    require(len(parameters) == 4, "PCM has four parameter bytes")
    flags = parameters[0]
    if flags >> 7:
        raise unsupported("a reserved bit of PCM is set")
    width, channels, big = (flags & 3) + 1, (flags >> 4 & 7) + 1, bool(flags & 4)
    require(width > 1 or not big, "big-endian bytes")
    require(8 <= parameters[2] <= 12, "the size of a block is invalid")
    require(4 <= parameters[3] <= 32, "the highest order is invalid")
    require(len(sections) == 22, "PCM has 22 sections")
    see(f"PCM width {width}")
    see(f"PCM channels {channels}")
    for name, bit in (("big", 4), ("unsigned", 8)):
        if flags & bit:
            see(f"PCM {name}")
    before = min(parameters[1], size)
    frames = (size - before) // (width * channels)
    block = 1 << parameters[2]
    pairs = Reader(sections[1])
    segments = Segments(width, channels, parameters[3], sections)
    flip = 1 << (8 * width - 1) if flags & 8 else 0
    mask = (1 << (8 * width)) - 1
    out = bytearray()
    for start in range(0, frames, block):
        modes = pairs.take(channels // 2)
        lines = [segments.read(channel, min(block, frames - start)) for channel in range(channels)]
        for pair, mode in enumerate(modes):
            lines[2 * pair:2 * pair + 2] = unpair(mode, lines[2 * pair], lines[2 * pair + 1], 8 * width)
        for frame in zip(*lines):
            for sample in frame:
                out += (sample & mask ^ flip).to_bytes(width, "big" if big else "little")
    pairs.finish("the pairs")
    segments.finish()
    return sections[0][:before] + bytes(out) + sections[0][before:]
