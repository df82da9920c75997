"""The section "Raster": rows of samples, predicted from their neighbours."""

from __future__ import annotations

from dataclasses import dataclass

from .coverage import see
from .errors import require, unsupported
from .reader import BitReader, Reader

CONTEXTS = 23
SECTIONS_LIMIT = 92
MAGNITUDE_LIMIT = 2047
DIRECT = 96
LAST_SYMBOL = 133


@dataclass
class Shape:
    """The meaning of the parameters, and how many samples there are."""

    bits: int
    big: bool
    signed: bool
    subtract: bool
    channels: int
    before: int
    row: int
    most_sections: int
    samples: int = 0


def read_shape(parameters: bytes, size: int) -> Shape:
    require(len(parameters) == 6, "Raster has six parameter bytes")
    flags = parameters[0]
    if flags >> 6:
        raise unsupported("reserved bits of Raster are set")
    shape = Shape(16 if flags & 1 else 8, bool(flags & 2), bool(flags & 4), bool(flags & 8), (flags >> 4 & 3) + 1,
                  min(parameters[1], size), int.from_bytes(parameters[2:5], "little"), parameters[5])
    require(shape.bits == 16 or not shape.big, "big-endian bytes")
    require(shape.channels >= 3 or not shape.subtract, "a second channel subtracted from fewer than three")
    require(16 <= shape.row <= 65536 and shape.row % shape.channels == 0, "the length of a row is invalid")
    require(1 <= shape.most_sections <= CONTEXTS, "the most sections of a channel are invalid")
    shape.samples = (size - shape.before) * 8 // shape.bits
    see(f"Raster bits {shape.bits}")
    see(f"Raster channels {shape.channels}")
    for flag in ("big", "signed", "subtract"):
        if getattr(shape, flag):
            see(f"Raster {flag}")
    return shape


class Symbols:
    """Reads codes from the sections of their contexts."""

    def __init__(self, shape: Shape, mapping: bytes, sections: list[bytes], raw: bytes) -> None:
        self.bits = shape.bits
        self.raw = BitReader(raw)
        self.sections = [Reader(section) for section in sections]
        self.places: list[list[int]] = []
        require(len(mapping) == 4 * shape.channels, "the map of a raster has another size")
        for channel in range(shape.channels):
            word = int.from_bytes(mapping[4 * channel:4 * channel + 4], "little")
            if word >> 22 & 3:
                raise unsupported("reserved bits of a raster's map are set")
            section = word >> 24
            places = [section]
            for bit in range(CONTEXTS - 1):
                section += word >> bit & 1
                places.append(section)
            require(section < len(sections), "the map of a raster names a section that is not there")
            require(section - places[0] < shape.most_sections, "a channel of a raster has too many sections")
            self.places.append(places)

    def code(self, channel: int, context: int) -> int:
        symbol = self.sections[self.places[channel][context]].u8()
        if self.bits == 8 or symbol < DIRECT:
            return symbol
        require(symbol <= LAST_SYMBOL, "a symbol of a raster above 133")
        exponent, quarter = divmod(symbol - DIRECT + 2, 4)
        return ((4 + quarter) << (exponent + 4)) + self.raw.take(exponent + 4)

    def finish(self) -> None:
        for section in self.sections:
            section.finish("the symbols of a raster")
        require((self.raw.pos + 7) // 8 == len(self.raw.data), "raw bits of a raster are left over")


def context_of(above: list[int], higher: list[int], index: int) -> int:
    """The context of a sample from the magnitudes in the row above and the one above that."""

    def at(place: int) -> int:
        return above[place] if 0 <= place < len(above) else 0

    weight = 4 * at(index) + 2 * (at(index - 1) + at(index + 1)) + at(index - 2) + at(index + 2)
    weight += (2 * higher[index] if index < len(higher) else 0) + 8
    exponent = weight.bit_length() - 1
    return 2 * (exponent - 3) + (weight >> (exponent - 1) & 1)


def prediction(predictor: int, west: int, north: int, north_west: int) -> int:
    if predictor == 0:
        return west
    if predictor == 1:
        return north
    if predictor == 2:
        return west + north - north_west
    if predictor == 3:
        bend = (2 * north_west - west - north + 2) & 0xFFFF
        bend -= (bend & 0x8000) << 1
        return west + north - north_west + (bend >> 2)
    if predictor == 4:
        return (west + north) >> 1
    return west + north - min(max(north_west, min(west, north)), max(west, north))


def unzigzag(code: int) -> int:
    return code >> 1 if code % 2 == 0 else -(code >> 1) - 1


def restore(parameters: bytes, sections: list[bytes], size: int) -> bytes:
    shape = read_shape(parameters, size)
    require(5 <= len(sections) <= SECTIONS_LIMIT + 4, "a raster has another number of sections")
    around, predictors, mapping, *rest = sections
    symbols = Symbols(shape, mapping, rest[:-1], rest[-1])
    rows = -(-shape.samples // shape.row)
    require(len(predictors) == -(-rows // 16), "a raster has another number of predictors")
    require(sum(len(section) for section in rest[:-1]) == shape.samples, "a raster has another number of symbols")
    samples: list[int] = []
    channels = range(shape.channels)
    north = [[0] * (shape.row // shape.channels) for _ in channels]
    above: list[list[int]] = [[] for _ in channels]
    higher: list[list[int]] = [[] for _ in channels]
    for row in range(rows):
        predictor = predictors[row // 16]
        if predictor > 5:
            raise unsupported(f"predictor {predictor} of a raster is unknown")
        see(f"Raster predictor {predictor}")
        width = min(shape.row, shape.samples - row * shape.row)
        residuals = []
        for channel in channels:
            count = -(-(width - channel) // shape.channels)
            residuals.append([unzigzag(symbols.code(channel, context_of(above[channel], higher[channel], index)))
                              for index in range(count)])
        higher, above = above, [[min(abs(residual), MAGNITUDE_LIMIT) for residual in line] for line in residuals]
        if shape.subtract:
            for index in range(len(residuals[2])):
                residuals[0][index] += residuals[1][index]
                residuals[2][index] += residuals[1][index]
        north = [predicted_row(predictor, residuals[channel], north[channel], shape.bits) for channel in channels]
        line = [0] * width
        for channel in channels:
            line[channel::shape.channels] = north[channel]
        samples += line
    symbols.finish()
    flip = 1 << (shape.bits - 1) if shape.signed else 0
    data = b"".join((sample ^ flip).to_bytes(shape.bits // 8, "big" if shape.big else "little") for sample in samples)
    return around[:shape.before] + data + around[shape.before:]


def predicted_row(predictor: int, residuals: list[int], north: list[int], bits: int) -> list[int]:
    row: list[int] = []
    for index, residual in enumerate(residuals):
        guess = prediction(predictor, row[-1], north[index], north[index - 1]) if index else north[0]
        row.append((residual + guess) & ((1 << bits) - 1))
    return row
