"""Payloads of the coder ADAPTIVE built by hand: sequences of every kind, and what must be refused."""

from __future__ import annotations

import random
from dataclasses import dataclass

from .adaptive import BLOCK, GROUP, Model, Pair
from .duel import Whole
from .errors import FormatError
from .sort import LEAST_STATE, SCALE

PLAN = 5


@dataclass
class Sequence:
    """Literals and a match; `repeat` counts from 1, 0 is the offset itself."""

    literals: bytes
    length: int = 0
    offset: int = 0
    repeat: int = 0


class Writer(Pair):
    """Codes the symbols and raw pieces that it is given; the model asks for them as it does of a decoder."""

    def __init__(self) -> None:
        super().__init__(b"")
        self.given: list[int] = []
        self.notes: list[tuple[int, int, int]] = []

    def find(self, c: int) -> int:
        symbol = self.given.pop(0)
        below = c >> 32 * symbol - 32 & 0xFFFF if symbol > 0 else 0
        self.notes.append((self.coder, below, (c >> 32 * symbol & 0xFFFF if symbol < 15 else SCALE) - below))
        return symbol

    def raw(self, bits: int) -> int:
        value = self.given.pop(0)
        self.notes.append((self.coder, value << (15 - bits), 1 << (15 - bits)))
        return value

    def end_group(self) -> bytes:
        states, units = [LEAST_STATE] * 2, []
        for coder, below, size in reversed(self.notes):
            state = states[coder]
            if state >= size << 17:
                units.append((state & 0xFFFF).to_bytes(2, "little"))
                state >>= 16
            states[coder] = (state // size << 15) + state % size + below
        self.notes.clear()
        return b"".join(state.to_bytes(4, "little") for state in states) + b"".join(reversed(units))


def pieces(value: int, left: int) -> list[int]:
    out = []
    while left:
        piece = min(left, 8)
        left -= piece
        out.append(value >> left & (1 << piece) - 1)
    return out


def escape(value: int) -> list[int]:
    y = (value + 1).bit_length() - 1
    left = y - min(y, 4)
    extra = value + 1 - (1 << y)
    return [y, extra >> left, *pieces(extra, left)] if y else [0]


def distance_symbols(distance: int) -> list[int]:
    size = distance.bit_length()
    if size <= 4:
        return [0, distance]
    w = size - 5
    given = [min(size - 4, 15), *([size - 19] if size >= 19 else []), distance >> w & 15]
    if 0 < w < 4:
        return [*given, distance & (1 << w) - 1]
    return [*given, *pieces(distance >> 4, w - 4), distance & 15] if w else given


def symbols(sequence: Sequence, raw: bool) -> list[int]:
    count = len(sequence.literals)
    given = [min(count, 3) << 2 | min(sequence.repeat, 3)]
    if count >= 3:
        given += [count - 3] if count < 18 else [15, *escape(count - 18)]
    if sequence.length:
        if sequence.repeat >= 3:
            given.append(sequence.repeat - 3)
        given += [sequence.length - 2] if sequence.length < 17 else [15, *escape(sequence.length - 17)]
        if sequence.repeat == 0:
            given += distance_symbols(sequence.offset - 1)
    for byte in sequence.literals:
        given += [byte] if raw else [byte >> 4, byte & 15]
    return given


def payload(sequences: list[Sequence], size: int, raw: frozenset[int] = frozenset()) -> bytes:
    """Codes the sequences; blocks whose numbers are in `raw` have raw literals."""
    writer, model, out, coded = Writer(), Model(), bytearray(), b""
    left = list(sequences)
    while len(out) < size:
        if out and len(out) % GROUP == 0:
            coded += writer.end_group()
        number = len(out) // BLOCK
        end = min(size, (number + 1) * BLOCK)
        writer.coder = 0
        writer.given = [int(number in raw)]
        writer.alone(model.mode)
        while len(out) < end:
            sequence = left.pop(0)
            writer.given = symbols(sequence, number in raw)
            model.sequence(writer, out, end, number in raw)
    return coded + writer.end_group()


def varied(rng: random.Random) -> list[Sequence]:
    """Sequences of every kind, in three blocks."""
    out: list[Sequence] = []
    size = 0

    def add(literals: bytes, length: int = 0, offset: int = 0, repeat: int = 0) -> None:
        nonlocal size
        out.append(Sequence(literals, length, offset, repeat))
        size += len(literals) + length

    add(bytes(rng.randrange(256) for _ in range(40)), 2, 1)
    for count in (0, 1, 2, 3, 5, 17, 18, 19, 33, 60, 100):
        add(bytes(rng.randrange(97, 123) for _ in range(count)), 3 + count, 5 + count)
    for repeat in (1, 2, 3, 4, 4, 3, 2, 1):
        add(b"x" * (repeat % 3), 2 + 5 * repeat, 0, repeat)
    for bits in range(1, 9):
        for offset in {1 << bits, (1 << bits) - 1, (1 << bits) * 3 // 4}:
            add(b"", 4, offset)
    for length in (16, 17, 18, 20, 24, 32, 48, 80, 200, 400, 1000, 3000, 9000, 20000):
        add(b"y", length, 7 + length % 11)
    for bits in range(9, 15):
        add(b"zz", 6, (1 << bits) + rng.randrange(1 << bits))
    add(b"end", BLOCK - size - 3, 0, 1)
    add(bytes(rng.randrange(256) for _ in range(100)), 40, 65000)
    add(b"", 2 * BLOCK - size, 20001)
    for bits in range(15, 18):
        add(b"", 9, (1 << bits) - 7)
    add(b"", 3, 1 << 16)
    add(b"tail", 0)
    return out


def total(sequences: list[Sequence]) -> int:
    return sum(len(each.literals) + each.length for each in sequences)


def adaptive_payloads(rng: random.Random) -> list[Whole]:
    wholes = []

    def add(name: str, coded: bytes, size: int) -> None:
        wholes.append(Whole(f"built adaptive code, {name}", PLAN, coded, size))

    many = varied(rng)
    add("sequences of every kind", payload(many, total(many)), total(many))
    add("raw literals in the second block", payload(many, total(many), frozenset({1})), total(many))
    groups = [Sequence(b"g", BLOCK - 1, 1)] + [Sequence(b"", BLOCK, 0, 1)] * 3
    groups += [Sequence(b"h", 4000, (1 << 18) + 1), Sequence(b"i", 3000, (1 << 17) + 1)]
    add("two groups", payload(groups, total(groups)), total(groups))
    few = [Sequence(b"abracadabra", 11, 11), Sequence(b"!", 900, 0, 1), Sequence(b"c", 100, 4), Sequence(b"end")]
    size = total(few)
    good = payload(few, size)
    add("a small source", good, size)
    add("a source of 1023 bytes", payload([Sequence(b"a", 1022, 1)], 1023), 1023)
    add("a source of 1024 bytes", payload([Sequence(b"a", 1023, 1)], 1024), 1024)
    add("a byte longer", good, size + 1)
    add("a byte shorter", good, size - 1)
    add("a byte after the code", good + b"\0", size)
    add("too small a state", good[:2] + bytes(2) + good[4:], size)
    add("too small a state of the second coder", good[:6] + bytes(2) + good[8:], size)
    add("another state", bytes([good[0] ^ 1]) + good[1:], size)
    for place in (0, 4, 7, 8, 10, len(good) - 2, len(good) - 1):
        add(f"cut after {place}", good[:place], size)
    add("an unknown mode", altered(few, size, mode=2), size)
    add("an offset beyond the start", altered([Sequence(b"ab", 900, 3), *few], size), size)
    add("a repeat beyond the start", altered([Sequence(b"ab", 900, 0, 3), *few], size), size)
    add("a repeat of an unknown offset", altered([Sequence(b"abcdef", 900, 0, 5), *few], size), size)
    add("a match beyond the block", altered([Sequence(b"a", size, 1)], size), size)
    add("literals beyond the block", altered([Sequence(b"a" * (size + 1))], size), size)
    add("a distance of 27 bits", altered([Sequence(b"a", 900, (1 << 26) + 1), *few], size), size)
    return wholes


def altered(sequences: list[Sequence], size: int, mode: int | None = None) -> bytes:
    """What is noted up to the refusal."""
    writer, model, out = Writer(), Model(), bytearray()
    writer.given = [mode or 0]
    writer.alone(model.mode)
    for sequence in sequences:
        writer.given = symbols(sequence, False)
        try:
            model.sequence(writer, out, size, False)
        except FormatError:
            break
        if len(out) >= size:
            break
    return writer.end_group()
