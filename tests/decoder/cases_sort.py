"""Payloads of the coder SORT built by hand: lengths and ranks of every class, and what must be refused."""

from __future__ import annotations

import random
from collections.abc import Callable

from .duel import Whole
from .sort import GROUP, LEAST_STATE, SCALE, Code, Model

PLAN = 4
Change = Callable[[list[tuple[int, int]]], list[tuple[int, int]]]


class Writer(Code):
    """Codes the symbols and raw pieces that it is given; the model asks for them as it does of a decoder."""

    def __init__(self) -> None:
        super().__init__(b"")
        self.given: list[int] = []
        self.notes: list[tuple[int, int]] = []

    def find(self, c: int) -> int:
        symbol = self.given.pop(0)
        below = c >> 32 * symbol - 32 & 0xFFFF if symbol > 0 else 0
        self.notes.append((below, (c >> 32 * symbol & 0xFFFF if symbol < 15 else SCALE) - below))
        return symbol

    def raw(self, bits: int) -> int:
        value = self.given.pop(0)
        self.notes.append((value << (15 - bits), 1 << (15 - bits)))
        return value

    def end_group(self) -> bytes:
        state, units = LEAST_STATE, []
        for below, size in reversed(self.notes):
            if state >= size << 17:
                units.append((state & 0xFFFF).to_bytes(2, "little"))
                state >>= 16
            state = (state // size << 15) + state % size + below
        self.notes.clear()
        return state.to_bytes(4, "little") + b"".join(reversed(units))


def symbols(rank: int, length: int) -> list[int]:
    """The symbols and raw pieces of a run."""
    given = [min(rank, 4) - 1 << 2 | min(length, 4) - 1]
    if rank >= 4:
        given += [rank - 4] if rank < 19 else [15, rank - 19 >> 4, rank - 19 & 15]
    if length < 4:
        return given
    exponent = length.bit_length() - 1
    if length < 8:
        return [*given, length - 4]
    if length < 128:
        given.append(4 + 2 * (exponent - 3) + (length >> exponent - 1 & 1))
        bits = exponent - 1
    else:
        given += [exponent + 5] if exponent < 10 else [15, exponent - 10]
        bits = exponent
    extra = length & (1 << bits) - 1
    left = bits - min(bits, 4)
    given.append(extra >> left)
    while left:
        piece = min(left, 8)
        left -= piece
        given.append(extra >> left & (1 << piece) - 1)
    return given


def segment(data: bytes, change: Change = lambda runs: runs) -> bytes:
    """A segment; `change` may alter its runs, (rank, length) each."""
    runs: list[list[int]] = []
    for byte in data:
        if runs and runs[-1][0] == byte:
            runs[-1][1] += 1
        else:
            runs.append([byte, 1])
    order = sorted(set(data))
    used = len(order)
    ranks = []
    for byte, _ in reversed(runs):
        ranks.append(order.index(byte))
        order.insert(0, order.pop(order.index(byte)))
    ranks[0] = 1
    head = bytes([used - 1, *order])
    order += [0] * (256 - used)
    writer, model, code = Writer(), Model(), b""
    for number, (rank, length) in enumerate(change([*zip(reversed(ranks), (length for _, length in runs))])):
        if number and number % GROUP == 0:
            code += writer.end_group()
        writer.given = symbols(rank, length)
        model.run(writer, order[0], order[1])
        order.insert(rank, order.pop(0))
    code += writer.end_group()
    return head + len(code).to_bytes(4, "little") + code


def sort_text(text: bytes) -> tuple[bytes, list[int]]:
    """The sorted bytes and the row of each suffix."""
    suffixes = sorted(range(len(text)), key=lambda place: text[place:])
    rows = [0] * len(text)
    for row, suffix in enumerate(suffixes):
        rows[suffix] = row
    return bytes(text[suffix - 1] for suffix in suffixes), rows


def payload(text: bytes, parts: int = 1, segments: int = 1, change: Change = lambda runs: runs) -> bytes:
    data, rows = sort_text(text)
    half = -(-len(data) // segments)
    head = bytes([parts, segments])
    head += b"".join(rows[part * -(-len(text) // parts)].to_bytes(4, "little") for part in range(parts))
    return head + b"".join(segment(data[begin:begin + half], change) for begin in range(0, len(data), half))


def texts(rng: random.Random) -> dict[str, bytes]:
    """Small texts; in the order of suffixes they have runs of many lengths and ranks."""
    lengths = b"".join(bytes([97 + number % 5]) * length for number, length in enumerate(
        (4, 5, 6, 7, 9, 13, 18, 27, 40, 55, 80, 110, 200, 400, 800, 1700, 1100)))
    far = bytes(range(240)) * 2 + bytes(rng.randrange(64) for _ in range(120)) + b"far" * 1200
    return {"words": b"one of three, two of three, all of three " * 101, "one byte": b"1" * 4096, "lengths": lengths,
            "far ranks": far, "many": b"".join(rng.choice((b"ab", b"cde", b"f")) * 40 for _ in range(60))[:4100]}


def sort_payloads(rng: random.Random) -> list[Whole]:
    wholes = []

    def add(name: str, coded: bytes, size: int) -> None:
        wholes.append(Whole(f"built sorted bytes, {name}", PLAN, coded, size))

    for name, text in texts(rng).items():
        for parts, segments in ((1, 1), (3, 1), (1, 2), (32, 2)):
            add(f"{name} in {parts} parts and {segments} segments", payload(text, parts, segments), len(text))
    text = texts(rng)["words"]
    size = len(text)
    good = payload(text)
    used = good[6] + 1
    code = 7 + used  # where its size stands
    add("0 parts", b"\0" + good[1:], size)
    add("33 parts", b"\x21" + good[1:], size)
    add("0 segments", good[:1] + b"\0" + good[2:], size)
    add("3 segments", good[:1] + b"\3" + good[2:], size)
    add("a row of the size", good[:2] + size.to_bytes(4, "little") + good[6:], size)
    add("another row", good[:2] + (good[2] ^ 1).to_bytes(1, "little") + good[3:], size)
    add("another row of the second part", payload(text, 2)[:6] + bytes([payload(text, 2)[6] ^ 1])
        + payload(text, 2)[7:], size)
    add("a byte longer", good, size + 1)
    add("a byte shorter", good, size - 1)
    add("less than it can restore", payload(text[:4095]), 4095)
    add("a byte after the code", good + b"\0", size)
    grown = (int.from_bytes(good[code:code + 4], "little") + 1).to_bytes(4, "little")
    add("a code beyond the end", good[:code] + grown + good[code + 4:], size)
    add("a code that is not used up", good[:code] + grown + good[code + 4:] + b"\0", size)
    add("too small a state", good[:code + 4] + bytes(4) + good[code + 8:], size)
    add("another state", good[:code + 4] + bytes([good[code + 4] ^ 1]) + good[code + 5:], size)
    add("a byte twice in the list", good[:7] + good[8:9] + good[8:], size)
    add("a byte of the list that does not come", good[:6] + bytes([used]) + good[7:code] + b"Z" + good[code:], size)
    for place in (1, 4, 6, 9, code + 2, code + 6, len(good) - 1):
        add(f"cut after {place}", good[:place], size)
    add("a rank beyond the list", payload(text, change=lambda runs: [(used, runs[0][1]), *runs[1:]]), size)
    add("a length beyond the segment", payload(text, change=lambda runs: [*runs[:-1], (1, runs[-1][1] + 1)]), size)
    add("a run missing", payload(text, change=lambda runs: runs[:-1]), size)
    add("another rank of the last run", payload(text, change=lambda runs: [*runs[:-1], (2, runs[-1][1])]), size)
    return wholes
