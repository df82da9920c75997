"""The section "Reference (LZ)": literals and matches."""

from __future__ import annotations

from .coverage import see
from .entropy import decode_stream
from .errors import require, unsupported
from .reader import Reader

SUB_BLOCK = 1 << 20
LONG_LEAST = 255


def decode(payload: bytes, size: int) -> bytes:
    reader = Reader(payload)
    form = reader.u8()
    if form > 3:
        raise unsupported(f"LZ form {form} is unknown")
    see(f"LZ form {form}")
    out = bytearray()
    while len(out) < size:
        sub_block(reader, form, out, size)
    reader.finish("the last sub-block")
    return bytes(out)


def sub_block(reader: Reader, form: int, out: bytearray, chunk_size: int) -> None:
    size, count, literals = reader.varint(), reader.varint(), reader.varint()
    require(1 <= size <= min(SUB_BLOCK, chunk_size - len(out)), "a sub-block's size is invalid")
    require(literals <= size and 3 * count <= size - literals, "a sub-block's counts are invalid")
    if form == 0:
        sequences = section_sequences(reader, count)
        texts = Literals(reader, literals)
    else:
        sequences = wide_sequences(reader, count) if form in (1, 3) else narrow_sequences(reader, count)
        data = decode_stream(reader, literals) if form == 3 else reader.take(literals)
        texts = Literals.plain(data)
    require(sum(run for run, _, _ in sequences) <= literals, "more literals wanted than there are")
    require(sum(length for _, length, _ in sequences) == size - literals, "matches do not add up to the sub-block")
    before = 1
    for run, length, offset in sequences:
        texts.copy(out, run, before)
        require(1 <= offset <= len(out), "an offset beyond the chunk's first byte")
        copy_match(out, offset, length)
        before = offset
    texts.copy(out, literals - sum(run for run, _, _ in sequences), before)
    texts.finish()


def copy_match(out: bytearray, offset: int, length: int) -> None:
    start = len(out) - offset
    if offset >= length:
        out += out[start:start + length]
    else:
        pattern = bytes(out[start:])
        out += (pattern * (length // offset + 1))[:length]


# Sequences: (LL, ML, offset) each.

Sequences = list[tuple[int, int, int]]


def with_long(values: list[int], from_long: list[bool], reader: Reader) -> list[int]:
    """Replaces the values marked by the entries of the long list at the reader, in order."""
    result = []
    for value, is_long in zip(values, from_long):
        if is_long:
            value = reader.u32()
            require(value >= LONG_LEAST, "an entry of a long list is below 255")
            see("LZ long list")
        result.append(value)
    return result


def section_sequences(reader: Reader, count: int) -> Sequences:
    tokens = decode_stream(reader, count)
    extra_ll = iter(decode_stream(reader, sum(1 for token in tokens if token >> 4 & 3 == 3)))
    extra_ml = iter(decode_stream(reader, sum(1 for token in tokens if token & 15 == 15)))
    eight = iter(decode_stream(reader, sum(1 for token in tokens if token >> 6 == 1)))
    wide = sum(1 for token in tokens if token >> 6 >= 2)
    low, middle = iter(decode_stream(reader, wide)), iter(decode_stream(reader, wide))
    high = iter(decode_stream(reader, sum(1 for token in tokens if token >> 6 == 3)))
    runs, lengths, offsets = [], [], [1, 1, 1]
    long_runs, long_lengths = [], []
    for token in tokens:
        field = token >> 4 & 3
        extra = next(extra_ll) if field == 3 else 0
        runs.append(field + extra)
        long_runs.append(extra >= 252)
        field = token & 15
        extra = next(extra_ml) if field == 15 else 0
        lengths.append(3 + field + extra)
        long_lengths.append(extra >= 237)
        see(f"LZ class {token >> 6}")
        if token >> 6 == 0:
            offsets.append(offsets[-1])
        elif token >> 6 == 1:
            value = next(eight)
            if value < 2:
                see(f"LZ repeat {value + 1}")
            offsets.append(offsets[-2 - value] if value < 2 else value - 1)
        else:
            offset = next(low) | next(middle) << 8
            offsets.append(offset | next(high) << 16 if token >> 6 == 3 else offset)
    runs = with_long(runs, long_runs, reader)
    lengths = with_long(lengths, long_lengths, reader)
    return list(zip(runs, lengths, offsets[3:]))


def wide_sequences(reader: Reader, count: int) -> Sequences:
    runs, lengths = list(reader.take(count)), list(reader.take(count))
    offsets = [reader.u16() for _ in range(count)]
    require(all(offset >= 64 for offset in offsets), "an offset of a wide record is below 64")
    runs = with_long(runs, [run == 255 for run in runs], reader)
    lengths = with_long(lengths, [length == 255 for length in lengths], reader)
    return list(zip(runs, lengths, offsets))


def narrow_sequences(reader: Reader, count: int) -> Sequences:
    tokens = reader.take(count)
    offsets = [reader.u16() for _ in range(count)]
    extra_ll = iter(reader.take(sum(1 for token in tokens if token >> 4 == 15)))
    extra_ml = iter(reader.take(sum(1 for token in tokens if token & 15 == 15)))
    runs, lengths, long_runs, long_lengths = [], [], [], []
    for token in tokens:
        extra = next(extra_ll) if token >> 4 == 15 else 0
        runs.append((token >> 4) + extra)
        long_runs.append(extra >= 240)
        extra = next(extra_ml) if token & 15 == 15 else 0
        lengths.append(4 + (token & 15) + extra)
        long_lengths.append(extra >= 236)
    runs = with_long(runs, long_runs, reader)
    lengths = with_long(lengths, long_lengths, reader)
    return list(zip(runs, lengths, offsets))


class Literals:
    """The literals of a sub-block: one stream, or one for each class of the byte a match back."""

    def __init__(self, reader: Reader, count: int) -> None:
        """Reads the part lit of form 0."""
        self.places = [0]
        self.map: bytes | None = None
        self.streams = [b""]
        if count == 0:
            return
        contexts = reader.u8()
        require(1 <= contexts <= 8, "the number of literal contexts is not 1 to 8")
        see("LZ literals in contexts" if contexts > 1 else "LZ literals in one stream")
        if contexts == 1:
            self.streams = [decode_stream(reader, count)]
            return
        self.map = decode_stream(reader, 256)
        require(all(context < contexts for context in self.map), "a literal context beyond their number")
        sizes = [reader.varint() for _ in range(contexts - 1)]
        require(sum(sizes) <= count, "literal contexts hold too many literals")
        sizes.append(count - sum(sizes))
        self.streams = [decode_stream(reader, size) for size in sizes]
        self.places = [0] * contexts

    @classmethod
    def plain(cls, data: bytes) -> Literals:
        literals = cls(Reader(b""), 0)
        literals.streams = [data]
        return literals

    def copy(self, out: bytearray, count: int, offset: int) -> None:
        if self.map is None:
            out += self.streams[0][self.places[0]:self.places[0] + count]
            self.places[0] += count
            return
        for _ in range(count):
            context = self.map[out[-offset] if offset <= len(out) else 0]
            require(self.places[context] < len(self.streams[context]), "a literal context ends too early")
            out.append(self.streams[context][self.places[context]])
            self.places[context] += 1

    def finish(self) -> None:
        require(all(place == len(stream) for place, stream in zip(self.places, self.streams)),
                "a literal context is not used up")
