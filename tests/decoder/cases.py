"""Payloads built by hand: what encoders leave out, edges, and what must be refused. See duel.py."""

from __future__ import annotations

import random

from . import payload
from .cases_adaptive import adaptive_payloads
from .cases_code import branch_cases, exe_cases
from .cases_limits import plan_limits, transform_limits
from .cases_numbers import float_cases, pcm_cases, raster_cases
from .cases_rows import delta_cases, dictionary_cases, pages_cases, records_cases, split_cases, table_cases
from .cases_sort import sort_payloads
from .craft import plan_payload, varint
from .duel import Case, Whole
from .entropy import canonical_codes, decode_stream
from .errors import FormatError
from .reader import Reader
from .static_tables import STATIC_TABLES

RAW_BLOCK = b"\0"


def transform_cases() -> list[Case]:
    rng = random.Random("cases")
    makers = (delta_cases, split_cases, dictionary_cases, records_cases, raster_cases, pcm_cases, float_cases,
              exe_cases, branch_cases, table_cases, pages_cases)
    return [case for make in makers for case in make(rng)] + transform_limits()


def coder_payloads() -> list[Whole]:
    rng = random.Random("coders")
    return (entropy_payloads(rng) + lz_payloads(rng) + pattern_payloads(rng) + sort_payloads(rng)
            + adaptive_payloads(rng) + plan_limits())


def nested(wholes: list[Whole]) -> list[Whole]:
    """The first payload of each plan that is accepted, as a piece of one to four splits around each other."""
    chosen: dict[int, Whole] = {}
    for whole in wholes:
        if whole.plan not in chosen and accepted(whole):
            chosen[whole.plan] = whole
    result = []
    for whole in chosen.values():
        for depth in range(1, 5):
            inner = plan_payload(b"\1\0", [(2, 1024, b"\1s"), (whole.plan, whole.size, whole.payload)])
            whole = Whole(f"built, {depth} splits", 65, inner, whole.size + 1024)
            result.append(whole)
    return result


def accepted(whole: Whole) -> bool:
    try:
        payload.restore(whole.plan, whole.payload, whole.size, 0)
        return True
    except FormatError:
        return False


def pack(bits: str) -> bytes:
    """Bits in order, LSB first, padded with zeros."""
    return int("0" + bits[::-1], 2).to_bytes((len(bits) + 7) // 8, "little")


def packed(symbols: bytes, lengths: list[int]) -> bytes:
    """Packed codes of the symbols, in lanes from 1024 on."""
    codes = {symbol: format(code, f"0{length}b") for (length, code), symbol in canonical_codes(lengths, 11).items()}
    if len(symbols) < 1024:
        return pack("".join(codes[symbol] for symbol in symbols))
    quarter = (len(symbols) + 3) // 4
    lanes = [pack("".join(codes[symbol] for symbol in symbols[lane * quarter:(lane + 1) * quarter]))
             for lane in range(4)]
    return b"".join(len(lane).to_bytes(2, "little") for lane in lanes[:3]) + b"".join(lanes)


def random_code(rng: random.Random) -> list[int]:
    """Lengths of a complete code of 2 to 40 symbols: leaves split at random."""
    leaves = [0]
    for _ in range(rng.randrange(1, 40)):
        index = rng.randrange(len(leaves))
        if leaves[index] < 11:
            leaves[index:index + 1] = [leaves[index] + 1] * 2
    lengths = [0] * 256
    for symbol, length in zip(rng.sample(range(256), len(leaves)), leaves):
        lengths[symbol] = length
    return lengths


def list_of(lengths: list[int]) -> bytes:
    """A code table of kind 0."""
    present = [symbol for symbol, length in enumerate(lengths) if length]
    nibbles = "".join(format(lengths[symbol], "04b")[::-1] for symbol in present)
    return bytes([len(present) - 1]) + bytes(present) + pack(nibbles)


def used(coded: bytes, size: int) -> bytes:
    """The bytes of `coded` that an entropy stream of `size` symbols at its start takes."""
    reader = Reader(coded)
    try:
        decode_stream(reader, size)
    except FormatError:
        return coded[:size]
    return coded[:reader.pos]


def entropy_payloads(rng: random.Random) -> list[Whole]:
    wholes = []

    def add(name: str, coded: bytes, size: int) -> None:
        if len(coded) <= size:
            wholes.append(Whole(f"built entropy stream, {name}", 2, coded, size))

    for index, table in enumerate(STATIC_TABLES):
        lengths = [int(digit, 16) for digit in table]
        weights = [2.0 ** -length if length else 0.0 for length in lengths]
        for size in (300, 1023, 1024, 1030, 4096, 4097):
            symbols = bytes(rng.choices(range(256), weights, k=size))
            add(f"static table {index}", bytes([2 | 3 << 2 | index << 4]) + packed(symbols, lengths), size)
    for size in (200, 1000, 1025, 3000, 4096, 4097, 9000):
        for first in (0x02, 0x12, 0x03):
            lengths = random_code(rng)
            present = [symbol for symbol, length in enumerate(lengths) if length]
            start = bytes([first]) + list_of(lengths)
            symbols = bytes(rng.choices(present, [2.0 ** -lengths[symbol] for symbol in present], k=size))
            if first == 0x12:
                coded = start + packed(symbols, lengths)
            else:
                coded = used(start + rng.randbytes(2 * size), size)
            add(f"first byte {first:02X}", coded, size)
            add("a byte too many", coded + b"\0", size)
            changed = bytearray(coded)
            changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
            add("a changed bit", bytes(changed), size)
    for first in range(256):
        add(f"first byte {first:02X} alone", bytes([first]) + bytes(20), 21)
    for size, coded in ((262144, b"\1q"), (262145, b"\1q\1r"), (262145, b"\1q"), (262144, b"\1q\1r"),
                        (262150, b"\1q\0second")):
        add(f"{size} symbols", coded, size)
    half = [1, 1] + [0] * 254
    pair = list_of(half)
    for depth in range(1, 5):  # blocks in mode 3 around a constant one, each bitmap an eighth of the one before
        add(f"{depth} blocks in mode 3", (b"\3" + pair) * depth + b"\1\0", 262144)
    add("the last bits not zero", b"\2" + pair + bytes([0, 0, 0xFE, 0xFF]), 25)
    add("the last bits of packed codes not zero", b"\x12" + pair + bytes([0, 0, 0xFE, 0xFF]), 25)
    add("an unused nibble not zero", b"\2\2\1\2\3" + bytes([0x21, 0xF2]) + bytes(8), 60)
    add("two symbols as a range", b"\6\x41\x11" + bytes(10), 80)
    add("a range beyond 255", b"\6\xFF\x11" + bytes(10), 80)
    for padding in (0, 1 << 5):
        # Tokens 1 and 2 of one bit each: symbols 0 to 2 have the lengths 1, 2, 2, in three bits; five are left.
        add("token table with padding", b"\x0A" + (1 << 3 | 1 << 6).to_bytes(6, "little")
            + bytes([0b110 | padding]) + bytes(8), 60)
    return wholes


def lz_payloads(rng: random.Random) -> list[Whole]:
    wholes = []

    def add(name: str, size: int, coded: bytes) -> None:
        wholes.append(Whole(f"built LZ payload, {name}", 3, coded, size))

    def sections(size: int, *parts: bytes, literals: bytes) -> bytes:
        """A sub-block of form 0 whose streams are raw blocks; its first parts are the three varints' values."""
        count = len(parts[0])
        blocks = b"".join(RAW_BLOCK + part if part else b"" for part in parts[:7])
        lit = b"\1" + RAW_BLOCK + literals if literals else b""
        return varint(size) + varint(count) + varint(len(literals)) + blocks + b"".join(parts[7:]) + lit

    def one(token: int, *parts: bytes, size: int = 60, literals: bytes = b"abcd", form: int = 0) -> bytes:
        return bytes([form]) + sections(size, bytes([token]), *parts, literals=literals)

    none = b""
    for value in range(8):  # x8: repeat 1, repeat 2, then offsets
        add(f"x8 of {value}", 60, one(0x7F, b"\1", b"\x26", bytes([value]), none, none, none))
    for value in (0, 1, 4, 5):
        add(f"offset of 16 bits {value}", 60, one(0xBF, b"\1", b"\x26", none, bytes([value]), b"\0", none))
        add(f"offset of 24 bits {value}", 60, one(0xFF, b"\1", b"\x26", none, bytes([value]), b"\0", b"\0"))
    for extra in (236, 237, 250, 255):
        for long in (b"", (254).to_bytes(4, "little"), (255).to_bytes(4, "little"), (400).to_bytes(4, "little")):
            for size in (4 + 18 + extra, 258, 259, 404):
                add(f"ML extra {extra}", size, one(0x7F, b"\1", bytes([extra]), b"\2", none, none, none, long,
                                                   size=size))
    for extra, count in ((251, 254), (252, 255), (253, 255), (255, 255), (252, 254), (255, 300)):
        long = count.to_bytes(4, "little") if extra > 251 else b""
        literals = rng.randbytes(count + 1)
        add(f"LL extra {extra}", count + 61, one(0x3F, bytes([extra]), b"\x2A", none, none, none, none, long,
                                                 size=count + 61, literals=literals))
    add("match beyond the sub-block", 60, one(0x1F, none, b"\x27", none, none, none, none))
    add("match of the start", 60, one(0x0F, none, b"\x26", none, none, none, none))
    tail = one(0x1F, none, b"\x3A", none, none, none, none, size=80)[1:]
    add("no sequences", 84, b"\0\4\0\4\1\0abcd" + tail)
    add("empty sub-block", 80, b"\0\0\0\0" + tail)
    mapping = RAW_BLOCK + bytes(index & 1 for index in range(256))
    for first, halves in ((2, (b"bd", b"ac")), (3, (b"bda", b"c")), (1, (b"b", b"cad")), (0, (b"", b"bcad")),
                          (1, (b"b", b"aca"))):
        streams = b"".join(RAW_BLOCK + half if half else b"" for half in halves)
        add(f"contexts, {first} first", 400, b"\0" + varint(400) + b"\2\4" + RAW_BLOCK + b"\x1F\x1F" + RAW_BLOCK
            + b"\xC8\xA0" + b"\2" + mapping + varint(first) + streams)
    for number in (0, 3, 9):
        add(f"{number} contexts", 400, b"\0" + varint(400) + b"\2\4" + RAW_BLOCK + b"\x1F\x1F" + RAW_BLOCK
            + b"\xC8\xA0" + bytes([number]) + mapping + b"\2" + RAW_BLOCK + b"bd" + RAW_BLOCK + b"ac")
    add("short matches in wide records", 276, b"\1" + varint(76) + b"\2" + b"\x46" + b"\x46\0" + b"\0\6"
        + b"\x40\0\x41\0" + rng.randbytes(70) + varint(200) + b"\1\0\0\xC8\x40\0")
    for form in (1, 3):
        for run, length, more in ((64, 3, b""), (64, 2, b""), (64, 0, b""), (70, 255, (255).to_bytes(4, "little")),
                                  (70, 255, (254).to_bytes(4, "little")), (70, 255, (300).to_bytes(4, "little"))):
            total = int.from_bytes(more, "little") if more else length
            for offset in (63, 64, 65):
                literals = (b"\0" if form == 3 else b"") + rng.randbytes(run + 1)
                body = bytes([run, length]) + offset.to_bytes(2, "little") + more + literals
                size = run + 1 + max(total, 3)
                add(f"wide record of {length} from {offset}", size + 200, bytes([form]) + varint(run + 1 + total)
                    + b"\1" + varint(run + 1) + body + varint(size + 200 - run - 1 - total) + b"\1\0"
                    + bytes([0, min(255, size + 199 - run - total)]) + (70).to_bytes(2, "little"))
    for token, extra_ll, extra_ml, long, run, length in (
            (0x2F, b"", b"\5", b"", 2, 24), (0xF0, b"\1", b"", b"", 16, 4), (0x2F, b"", b"\xEB", b"", 2, 254),
            (0x2F, b"", b"\xEC", (255).to_bytes(4, "little"), 2, 255), (0x2F, b"", b"\xFF", (254).to_bytes(4, "little"),
                                                                       2, 254),
            (0xF0, b"\xF0", b"", (255).to_bytes(4, "little"), 255, 4), (0xF0, b"\xEF", b"", b"", 254, 4)):
        for offset in (0, 1, 2, 3):
            literals = rng.randbytes(run)
            add(f"narrow record {token:02X}", run + length + 40, b"\2" + varint(run + length) + b"\1" + varint(run)
                + bytes([token]) + offset.to_bytes(2, "little") + extra_ll + extra_ml + long + literals
                + b"\x28\1\0" + b"\x0F" + b"\1\0" + b"\x15")
    for form in range(4, 7):
        add(f"form {form}", 60, one(0x1F, none, b"\x26", none, none, none, none, form=form))
    return [whole for whole in wholes if len(whole.payload) <= whole.size]


def pattern_payloads(rng: random.Random) -> list[Whole]:
    wholes = []

    def add(name: str, coded: bytes, size: int = 100) -> None:
        wholes.append(Whole(f"built pattern, {name}", 1, coded, size))

    def build(kind: int, period: int, tile: bytes, control: bytes, literals: bytes, more: bytes = b"") -> bytes:
        lists = b"".join(RAW_BLOCK + part if part else b"" for part in (control, literals))
        return bytes([kind]) + varint(period) + tile + varint(len(control)) + varint(len(literals)) + lists + more

    add("a tile", build(0, 3, b"xyz", b"", b""))
    add("the byte before", build(1, 1, b"", b"\5\1", b"a"))
    add("exceptions up to the end", build(1, 2, b"", b"\5\2\x10\3\x48\2", b"abcdefg"))
    add("an exception beyond the end", build(1, 2, b"", b"\5\2\x5C\2", b"abcd"))
    add("an exception of nothing", build(1, 2, b"", b"\5\0\0\0", b""))
    add("a pair cut off", build(1, 2, b"", b"\5\2\1", b"ab"))
    add("literals left over", build(1, 2, b"", b"\5\1", b"ab"))
    add("too few literals", build(1, 2, b"", b"\5\3", b"ab"))
    add("bytes left over", build(0, 3, b"xyz", b"", b"", b"\0"))
    add("an unknown prediction", build(2, 3, b"", b"", b""))
    for period in (0, 99, 100, 101, 4096, 4097):
        add(f"period {period}", build(1, period, b"", b"\1\3", b"abc"))
        add(f"period {period} of many", build(1, period, b"", b"\1\3", b"abc"), 5000)
        add(f"tile of {period}", build(0, period, rng.randbytes(period), b"\1\3", b"abc"), 5000)
    return wholes
