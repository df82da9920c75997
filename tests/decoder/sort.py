"""The text engine/coder/sort/SPEC.md: sorted bytes as runs, and the way back from them."""

from __future__ import annotations

from collections import defaultdict

from .coverage import see
from .errors import require, unsupported
from .reader import Reader

LEAST, MOST = 4096, 1 << 26
GROUP = 1 << 15
TOP = 32752
SCALE = 1 << 15
LEAST_STATE = 1 << 16
SLOW, FAST = 248, 30


# a[1 … 15] in one number, 32 bits each, so that one operation of Python's serves all of them.
LANES = [1 << 32 * (k - 1) for k in range(1, 16)]
EACH = sum(LANES)
NUMBERS = sum(k * lane for k, lane in enumerate(LANES, 1))
FIELD = EACH * 0xFFFF
EVEN = 2047 * NUMBERS
# Of a symbol k: the lanes up to k, and those above.
UP_TO = [sum(LANES[:k]) for k in range(16)]
ABOVE = [EACH - lanes for lanes in UP_TO]


class Slot:
    def __init__(self, limit: int) -> None:
        self.a = EVEN
        self.age = 0
        self.limit = limit

    def frequency(self, symbol: int) -> int:
        low = self.a >> 32 * symbol - 32 & 0xFFFF if symbol > 0 else 0
        high = self.a >> 32 * symbol & 0xFFFF if symbol < 15 else TOP
        return high - low

    def move(self, symbol: int) -> None:
        rate = SCALE // (self.age + 2)
        up_to, above = UP_TO[symbol], ABOVE[symbol]
        falling, rising = self.a & up_to * 0xFFFF, self.a & above * 0xFFFF
        # ⌊(−x · rate + 2^14) / 2^15⌋ = −⌊(x · rate + 2^14 − 1) / 2^15⌋: no lane gets negative.
        falling -= falling * rate + up_to * 16383 >> 15 & FIELD
        rising += (above * TOP - rising) * rate + above * 16384 >> 15 & FIELD
        self.a = falling | rising
        self.age = min(self.age + 1, self.limit)


class Mixture:
    """Four tables of slots, made as they are met, and their weights."""

    def __init__(self) -> None:
        self.tables = [defaultdict(lambda limit=limit: Slot(limit)) for limit in (SLOW, FAST, SLOW, FAST)]
        self.weights = [16384, 16384, 16384, 16383]
        self.uses = 0

    def move_weights(self, slots: list[Slot], symbol: int) -> None:
        parts = [weight * (slot.frequency(symbol) + 1) >> 8 for weight, slot in zip(self.weights, slots)]
        inverse = 0xFFFFFFFF // sum(parts)
        moved = [max(256, weight + (((part * inverse >> 16) - weight) >> 4))
                 for weight, part in zip(self.weights[:3], parts)]
        last = 65535 - sum(moved)
        if last < 256:
            see("Sort least weight")
            moved[moved.index(max(moved))] -= 256 - last
            last = 256
        self.weights = [*moved, last]


class Code:
    """The code of a segment: symbols and raw pieces from groups."""

    def __init__(self, data: bytes) -> None:
        self.reader = Reader(data)
        self.state = LEAST_STATE

    def group(self) -> None:
        require(self.state == LEAST_STATE, "a group of runs does not end as it began")
        self.state = self.reader.u32()
        require(self.state >= LEAST_STATE, "a group of runs begins with too small a state")

    def finish(self) -> None:
        require(self.state == LEAST_STATE, "a group of runs does not end as it began")
        self.reader.finish("the last group of runs")

    def take(self, below: int, size: int) -> None:
        self.state = size * (self.state >> 15) + (self.state & (SCALE - 1)) - below
        if self.state < LEAST_STATE:
            self.state = self.state << 16 | self.reader.u16()

    def find(self, c: int) -> int:
        """The symbol by the cumulative frequencies c[1 … 15], in lanes."""
        point = self.state & (SCALE - 1)
        symbol, below = 0, 0
        for step in (8, 4, 2, 1):
            reached = c >> 32 * (symbol + step - 1) & 0xFFFF
            if reached <= point:
                symbol, below = symbol + step, reached
        self.take(below, (c >> 32 * symbol & 0xFFFF if symbol < 15 else SCALE) - below)
        return symbol

    def alone(self, slot: Slot) -> int:
        symbol = self.find(slot.a + NUMBERS)
        slot.move(symbol)
        return symbol

    def mixed(self, mixture: Mixture, *contexts: int) -> int:
        slots = [table[context] for table, context in zip(mixture.tables, contexts)]
        symbol = self.find(NUMBERS + sum(slot.a * weight >> 16 & FIELD
                                         for slot, weight in zip(slots, mixture.weights)))
        mixture.uses += 1
        if mixture.uses % 4 == 0:
            mixture.move_weights(slots, symbol)
        for slot in slots:
            slot.move(symbol)
        return symbol

    def raw(self, bits: int) -> int:
        value = (self.state & (SCALE - 1)) >> (15 - bits)
        self.take(value << (15 - bits), 1 << (15 - bits))
        return value


class Past:
    """What the model remembers of a byte."""

    def __init__(self) -> None:
        self.rank = self.length = self.far = self.kind = 0
        self.joint = self.joint_before = self.last_far = self.last_kind = 0


def average(before: int, value: int) -> int:
    return (7 * before + 16 * value + 4) >> 3


class Model:
    def __init__(self) -> None:
        self.joint, self.far, self.upper, self.lower, self.long = (Mixture() for _ in range(5))
        self.exponent = Slot(SLOW)
        self.top = [Slot(SLOW) for _ in range(26)]
        self.past = [Past() for _ in range(256)]
        self.rank = self.length = self.last_joint = self.last_far = self.runs = 0

    def run(self, code: Code, byte: int, follower: int) -> tuple[int, int]:
        """Rank and length of the next run."""
        past = self.past[byte]
        joint = code.mixed(
            self.joint, min(past.rank >> 3, 15) << 4 | min(past.length >> 3, 15), byte,
            self.last_joint << 8 | past.joint_before << 4 | past.joint,
            (byte * 0x9E3779B1 + follower * 0x85EBCA6B & 0xFFFFFFFF) >> 20)
        near, short = joint >> 2, joint & 3
        rank = near + 1 if near < 3 else self.far_rank(code, byte, past)
        length = short + 1 if short < 3 else self.long_length(code, byte, past, near)
        past.rank = average(past.rank, min(rank, 8))
        past.length = average(past.length, min(length, 8))
        past.joint_before, past.joint = past.joint, joint
        self.last_joint = joint
        self.rank = average(self.rank, min(rank, 40))
        self.length = average(self.length, min(length, 32))
        self.runs = (2 * self.runs + (length > 1)) & 0xFFFFFFFF
        return rank, length

    def far_rank(self, code: Code, byte: int, past: Past) -> int:
        own = past.far >> 3
        far = code.mixed(self.far, byte << 4 | past.last_far, byte << 4 | min(self.rank >> 4, 15),
                         own << 6 | min(self.rank >> 3, 63), own << 4 | self.last_far)
        past.far = average(past.far, far)
        past.last_far = self.last_far = far
        if far < 15:
            return 4 + far
        see("Sort rank of 19 and more")
        upper = code.mixed(self.upper, self.runs & 15, byte, min(self.rank >> 3, 63), 0)
        lower = code.mixed(self.lower, upper, byte, upper << 4 | min(self.rank >> 5, 15), 0)
        return 19 + 16 * upper + lower

    def long_length(self, code: Code, byte: int, past: Past, near: int) -> int:
        kind = code.mixed(self.long, byte << 4 | past.last_kind, min(self.length >> 1, 63) << 2 | near,
                          past.kind >> 2 << 2 | near, past.joint << 4 | self.last_joint)
        past.kind = (3 * past.kind + 16 * kind + 2) >> 2
        past.last_kind = kind
        see(f"Sort length class {kind}")
        if kind < 4:
            return 4 + kind
        if kind < 12:
            exponent = 3 + (kind - 4) // 2
            base, bits = (1 << exponent) + ((kind & 1) << (exponent - 1)), exponent - 1
        else:
            exponent = kind - 5 if kind < 15 else 10 + code.alone(self.exponent)
            base, bits = 1 << exponent, exponent
        top = min(bits, 4)
        value = code.alone(self.top[exponent])
        require(value < 1 << top, "the extra bits of a length are too many")
        left = bits - top
        while left:
            piece = min(left, 8)
            value = value << piece | code.raw(piece)
            left -= piece
        return base + value


def segment(reader: Reader, size: int) -> bytes:
    used = reader.u8() + 1
    order = bytearray(reader.take(used)) + bytes(256 - used)
    code = Code(reader.take(reader.u32()))
    model = Model()
    out = bytearray()
    count = 0
    while len(out) < size:
        if count % GROUP == 0:
            code.group()
        count += 1
        rank, length = model.run(code, order[0], order[1])
        require(rank < max(used, 2) and length <= size - len(out), "a run is out of range")
        out += bytes([order[0]]) * length
        order.insert(rank, order.pop(0))
    code.finish()
    return bytes(out)


def restore_text(data: bytes, rows: list[int]) -> bytes:
    """The text whose sorted bytes `data` are."""
    size = len(data)
    first = [0] * 257
    for byte in data:
        first[byte + 1] += 1
    for byte in range(256):
        first[byte + 1] += first[byte]
    following = [0] * size
    for row in [rows[0], *range(rows[0]), *range(rows[0] + 1, size)]:
        following[row] = first[data[row]]
        first[data[row]] += 1
    step = -(-size // len(rows))
    out = bytearray(size)
    for part, begin in enumerate(rows):
        row = rows[(part + 1) % len(rows)]
        for place in range(min((part + 1) * step, size) - 1, part * step - 1, -1):
            out[place] = data[row]
            row = following[row]
        require(row == begin, "a part does not begin at its row")
    return bytes(out)


def decode(payload: bytes, size: int) -> bytes:
    require(LEAST <= size <= MOST, "sorted bytes of an impossible size")
    reader = Reader(payload)
    parts, segments = reader.u8(), reader.u8()
    if not 1 <= parts <= 32 or not 1 <= segments <= 2:
        raise unsupported(f"{parts} parts and {segments} segments of sorted bytes are unknown")
    rows = [reader.u32() for _ in range(parts)]
    require(max(rows) < size, "a row beyond the sorted bytes")
    see(f"Sort segments {segments}")
    half = -(-size // segments)
    data = segment(reader, half)
    if segments == 2:
        data += segment(reader, size - half)
    reader.finish("sorted bytes")
    return restore_text(data, rows)
