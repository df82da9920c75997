"""The section "Entropy stream": bytes coded by their order-0 statistics."""

from __future__ import annotations

from .coverage import see
from .errors import require
from .reader import BitReader, Reader, spread_bits
from .static_tables import STATIC_TABLES

BLOCK = 262144
PACKED_LIMIT = 4096
LANES_FROM = 1024
NESTED_BITMAP = 256
LONGEST = 11
KRAFT_ONE = 1 << LONGEST


def decode_stream(reader: Reader, count: int) -> bytes:
    """The `count` symbols of the entropy stream at the reader, which moves past it."""
    parts = []
    while count > 0:
        parts.append(decode_block(reader, min(count, BLOCK), 0))
        count -= BLOCK
    return b"".join(parts)


def decode_block(reader: Reader, count: int, depth: int) -> bytes:
    """One block of `count` symbols; `depth` is the number of blocks around it."""
    first = reader.u8()
    mode, kind, extra = first & 3, first >> 2 & 3, first >> 4
    if mode < 2:
        require(kind == 0 and extra == 0, "an entropy block's first byte is invalid")
        see(f"entropy mode {mode}")
        return reader.take(count) if mode == 0 else reader.take(1) * count
    if mode == 2 and kind == 3:
        require(count <= PACKED_LIMIT, "a packed block of more than 4096 symbols")
        see(f"entropy static table {extra}")
        return packed_codes(reader, [int(digit, 16) for digit in STATIC_TABLES[extra]], count)
    require(kind < 3, "an entropy block's first byte is invalid")
    lengths = code_table(reader, kind)
    see(f"entropy table kind {kind}")
    if mode == 2 and extra == 1:
        require(count <= PACKED_LIMIT, "a packed block of more than 4096 symbols")
        see("entropy packed")
        return packed_codes(reader, lengths, count)
    require(extra == 0, "an entropy block's first byte is invalid")
    if mode == 3:
        require(depth < 2, "a block in two blocks is nested again")
        see(f"entropy nested, depth {depth}")
    else:
        see("entropy coded")
    return Runs(reader, lengths, depth if mode == 3 else None).decode(count)


# Code tables: the code lengths of 256 symbols, 0 = absent.

def code_table(reader: Reader, kind: int) -> list[int]:
    lengths = (list_table, range_table, token_table)[kind](reader)
    require(all(length <= LONGEST for length in lengths), "a code longer than 11 bits")
    require(sum(KRAFT_ONE >> length for length in lengths if length) == KRAFT_ONE, "the Kraft sum is not 1")
    require(sum(1 for length in lengths if length) >= 2, "a code of fewer than two symbols")
    return lengths


def list_table(reader: Reader) -> list[int]:
    count = reader.u8() + 1
    symbols = reader.take(count)
    require(all(a < b for a, b in zip(symbols, symbols[1:])), "listed symbols do not ascend")
    nibbles = reader.take((count + 1) // 2)
    lengths = [0] * 256
    for index, symbol in enumerate(symbols):
        lengths[symbol] = nibbles[index // 2] >> (4 * (index % 2)) & 15
        require(lengths[symbol] != 0, "a listed symbol has no code")
    require(count % 2 == 0 or nibbles[-1] >> 4 == 0, "an unused nibble is not zero")
    return lengths


def range_table(reader: Reader) -> list[int]:
    symbol = reader.u8()
    lengths = [0] * 256
    kraft = 0
    while kraft < KRAFT_ONE:
        byte = reader.u8()
        for nibble in (byte & 15, byte >> 4):
            if kraft == KRAFT_ONE:
                require(nibble == 0, "an unused nibble is not zero")
                break
            require(symbol < 256 and nibble <= LONGEST, "a range table goes beyond symbol 255 or 11 bits")
            lengths[symbol] = nibble
            symbol += 1
            kraft += KRAFT_ONE >> nibble if nibble else 0
    return lengths


def token_table(reader: Reader) -> list[int]:
    fields = BitReader(reader.take(6))
    codes = canonical_codes([fields.take(3) for _ in range(16)], 7)
    bits = BitReader(reader.data[reader.pos:reader.end])
    lengths: list[int] = []
    last = 0
    kraft = 0
    while kraft < KRAFT_ONE:
        token = next_symbol(bits, codes)
        if token < 12:
            last = token
            new = [token]
        elif token < 15:
            extra, least = {12: (2, 2), 13: (4, 6), 14: (7, 22)}[token]
            new = [0] * (least + bits.take(extra))
        else:
            new = [last] * (3 + bits.take(3))
        lengths += new
        kraft += sum(KRAFT_ONE >> length for length in new if length)
        require(len(lengths) <= 256, "a token table goes beyond symbol 255")
    reader.take((bits.pos + 7) // 8)
    return lengths + [0] * (256 - len(lengths))


# Canonical codes, read bit by bit.

def canonical_codes(lengths: list[int], longest: int) -> dict[tuple[int, int], int]:
    """(length, code) -> symbol. The Kraft sum must be 1."""
    codes: dict[tuple[int, int], int] = {}
    code = 0
    for length in range(1, longest + 1):
        code <<= 1
        for symbol, own in enumerate(lengths):
            if own == length:
                codes[length, code] = symbol
                code += 1
    require(code == 1 << longest, "the Kraft sum is not 1")
    return codes


def next_symbol(bits: BitReader, codes: dict[tuple[int, int], int]) -> int:
    code = 0
    for length in range(1, 12):
        code = code << 1 | bits.take(1)
        if (length, code) in codes:
            return codes[length, code]
    raise AssertionError("a complete code has no gaps")


def packed_codes(reader: Reader, lengths: list[int], count: int) -> bytes:
    codes = {format(code, f"0{length}b"): symbol
             for (length, code), symbol in canonical_codes(lengths, LONGEST).items()}
    if count < LANES_FROM:
        symbols, used = read_codes(reader.data[reader.pos:reader.end], codes, count)
        reader.take(used)
        return symbols
    see("entropy packed in lanes")
    sizes = [reader.u16() for _ in range(3)]
    quarter = (count + 3) // 4
    parts = []
    for lane in range(4):
        if lane < 3:
            data = reader.take(sizes[lane])
        else:
            data = reader.data[reader.pos:reader.end]
            quarter = count - 3 * quarter
        symbols, used = read_codes(data, codes, quarter)
        require(lane == 3 or used == len(data), "a lane does not end where its size says")
        if lane == 3:
            reader.take(used)
        parts.append(symbols)
    return b"".join(parts)


def read_codes(data: bytes, codes: dict[str, int], count: int) -> tuple[bytes, int]:
    """`count` symbols packed from the first byte of `data`, and how many bytes they take."""
    data = data[:(count * LONGEST + 7) // 8]
    bits = spread_bits(data, 8 * len(data))
    symbols = bytearray()
    start = end = 0
    while len(symbols) < count:
        end += 1
        require(end <= len(bits), "packed codes end too early")
        symbol = codes.get(bits[start:end])
        if symbol is not None:
            symbols.append(symbol)
            start = end
    return bytes(symbols), (start + 7) // 8


# Trees and runs.

class Runs:
    """Reads the runs of a block. `depth` is the block's own in mode 3, None in mode 2."""

    def __init__(self, reader: Reader, lengths: list[int], depth: int | None) -> None:
        self.reader = reader
        self.depth = depth
        leaves = sorted((length, symbol) for symbol, length in enumerate(lengths) if length)
        self.symbols = [symbol for _, symbol in leaves]
        self.lengths = [length for length, _ in leaves]

    def decode(self, count: int) -> bytes:
        return self.node(0, len(self.symbols), 0, count)

    def node(self, first: int, last: int, level: int, count: int) -> bytes:
        """The subsequence of the node `level` deep whose leaves are first ... last - 1."""
        if last - first == 1:
            return bytes([self.symbols[first]]) * count
        if count == 0:
            return b""
        depth = self.lengths[first] - level
        if self.lengths[last - 1] - level == depth and depth >= 2:
            see("entropy flat node")
            return self.flat(first, depth, count)
        middle = self.split(first, last, level)
        size = (count + 7) // 8
        if self.depth is not None and size >= NESTED_BITMAP:
            bitmap = decode_block(self.reader, size, self.depth + 1)
        else:
            bitmap = self.reader.take(size)
        bits = spread_bits(bitmap, count)
        ones = bits.count("1")
        left = iter(self.node(first, middle, level + 1, count - ones))
        right = iter(self.node(middle, last, level + 1, ones))
        return bytes([next(right) if bit == "1" else next(left) for bit in bits])

    def split(self, first: int, last: int, level: int) -> int:
        """Where the right child's leaves begin: the left ones fill half of the node's code space."""
        half = KRAFT_ONE >> (level + 1)
        for index in range(first, last):
            if half == 0:
                return index
            half -= KRAFT_ONE >> self.lengths[index]
        raise AssertionError("a complete code fills both halves")

    def flat(self, first: int, depth: int, count: int) -> bytes:
        value = int.from_bytes(self.reader.take((count * depth + 7) // 8), "little")
        leaves = self.symbols[first:first + (1 << depth)]
        digits = format(value, f"0{count * depth + 8}b")[::-1]
        numbers = {format(leaf, f"0{depth}b")[::-1]: symbol for leaf, symbol in enumerate(leaves)}
        return bytes([numbers[digits[i:i + depth]] for i in range(0, count * depth, depth)])
