"""The text engine/coder/adaptive/SPEC.md: sequences, every decision coded by adaptive distributions."""

from __future__ import annotations

from .coverage import see
from .errors import require
from .sort import LEAST_STATE, SLOW, Code, Mixture, Slot

LEAST, MOST = 1024, 1 << 26
BLOCK, GROUP = 1 << 16, 1 << 18


class Pair(Code):
    """The two coders of a payload; `coder` is the one that is asked."""

    def __init__(self, data: bytes) -> None:
        self.states = [LEAST_STATE] * 2
        self.coder = 0
        super().__init__(data)

    @property
    def state(self) -> int:
        return self.states[self.coder]

    @state.setter
    def state(self, value: int) -> None:
        self.states[self.coder] = value

    def group(self) -> None:
        require(self.states == [LEAST_STATE] * 2, "a group does not end as it began")
        self.states = [self.reader.u32(), self.reader.u32()]
        require(min(self.states) >= LEAST_STATE, "a group begins with too small a state")

    def finish(self) -> None:
        require(self.states == [LEAST_STATE] * 2, "a group does not end as it began")
        self.reader.finish("the last group")


def mixtures(count: int) -> list[Mixture]:
    """Sets of weights that share their tables."""
    sets = [Mixture() for _ in range(count)]
    for each in sets:
        each.tables = sets[0].tables
    return sets


class Escape:
    def __init__(self) -> None:
        self.octave = Slot(SLOW)
        self.upper = [Slot(SLOW) for _ in range(16)]

    def value(self, code: Pair) -> int:
        y = code.alone(self.octave)
        see(f"Adaptive escape {min(y, 5)}")
        if y == 0:
            return 0
        left = y - min(y, 4)
        return (1 << y) + (code.alone(self.upper[y]) << left) + bits(code, left) - 1


def bits(code: Pair, left: int) -> int:
    value = 0
    while left:
        piece = min(left, 8)
        left -= piece
        value = value << piece | code.raw(piece)
    return value


class Model:
    def __init__(self) -> None:
        self.mode = Slot(SLOW)
        self.joint, self.lengths = mixtures(16), mixtures(2)
        self.run, self.reach, self.top, self.low = (Mixture() for _ in range(4))
        self.uppers, self.lowers = mixtures(16), mixtures(32)
        self.old = [Slot(SLOW) for _ in range(4)]
        self.escapes = [Escape() for _ in range(3)]
        self.far = Slot(SLOW)
        self.few_low = [Slot(SLOW) for _ in range(48)]
        self.offsets = [1, 2, 3, 4]
        self.J = self.M = self.K = self.R = self.t = self.l = 0

    def sequence(self, code: Pair, out: bytearray, end: int, raw: bool) -> None:
        """Restores the next sequence of a block that ends at `end`."""
        p, oldest = len(out), self.offsets[0]
        b = out[p - 1] if p else 0
        e = out[p - oldest] if p >= oldest else 0
        code.coder = 0
        j = code.mixed(self.joint[self.K << 2 | p & 3], self.J << 4 | self.M, self.K << 8 | b, self.K << 8 | e,
                       (self.M > 3) << 8 | self.R << 4 | self.K << 2 | p & 3)
        c, k = j >> 2, j & 3
        before, self.J = self.J, j
        literals = c
        code.coder = 1
        if c == 3:
            m = code.mixed(self.run, k, b, p & 3, 0)
            literals += m + (self.escapes[0].value(code) if m == 15 else 0)
        require(literals <= end - p, "more literals than the block has left")
        q = p + literals
        length = 0
        if q < end:
            length = self.match(code, k, c, b, q, end, before)
        else:
            see("Adaptive block that ends in literals")
        for place in range(p, q):
            out.append(code.raw(8) if raw else self.literal(code, out, place, min(place - p, 3), oldest))
        for _ in range(length):
            out.append(out[-self.offsets[0]])

    def match(self, code: Pair, k: int, c: int, b: int, q: int, end: int, before: int) -> int:
        """The length of a match; its offset is the first of the list then."""
        index = k - 1
        if k == 3:
            more = code.alone(self.old[self.K])
            require(more < 2, "a repeat of an unknown offset")
            index += more
        s = code.mixed(self.lengths[k > 0], k << 6 | c << 4 | self.M, k << 8 | b,
                       k << 6 | (q & 3) << 4 | self.K << 2 | c, k << 8 | before << 4 | self.R)
        length = 2 + s
        if s == 15:
            length += self.escapes[1 if k == 0 else 2].value(code)
        require(length <= end - q, "a match beyond the block")
        if k == 0:
            offset = self.distance(code, s, c, b, q) + 1
            self.offsets.pop()
        else:
            see(f"Adaptive repeat {index + 1}")
            offset = self.offsets.pop(index)
        require(offset <= q, "an offset beyond the start")
        self.offsets.insert(0, offset)
        self.M, self.K = s, k
        return length

    def distance(self, code: Pair, s: int, c: int, b: int, q: int) -> int:
        code.coder = 0
        z = code.mixed(self.reach, s << 2 | c, self.R << 3 | c << 1 | (self.K == 0), b, s << 2 | q & 3)
        code.coder = 1
        size = 4 + z
        see(f"Adaptive reach {z}")
        if z == 15:
            size += code.alone(self.far)
            require(size <= 26, "a distance of too many bits")
        v = code.mixed(self.top, z << 4 | s, z << 4 | self.t, z << 2 | q & 3, z)
        self.t, self.R = v, z
        if z == 0:
            return v
        w = size - 5
        upper = (16 | v) << w
        if w == 0:
            return upper
        if w < 4:
            low = code.alone(self.few_low[(w - 1) << 4 | v])
            require(low < 1 << w, "the lowest bits of a distance are too many")
            return upper | low
        middle = bits(code, w - 4)
        code.coder = 0
        self.l = code.mixed(self.low, z, v << 4 | self.l, q & 15, 0)
        return upper | middle << 4 | self.l

    def literal(self, code: Pair, out: bytearray, i: int, r: int, oldest: int) -> int:
        f = out[i - 1] if i else 0
        g = out[i - 2] if i > 1 else 0
        h = out[i - oldest] if i >= oldest else 0
        place = i & 3
        code.coder = 0
        u = code.mixed(self.uppers[place << 2 | r], f, r << 8 | h, g, place << 4 | g >> 4)
        code.coder = 1
        return u << 4 | code.mixed(self.lowers[place << 3 | (h >> 4 == u) << 2 | r], f << 4 | u,
                                   (r > 0) << 12 | h << 4 | u, g << 4 | u, place << 4 | u)


def decode(payload: bytes, size: int) -> bytes:
    require(LEAST <= size <= MOST, "adaptively coded bytes of an impossible size")
    code, model, out = Pair(payload), Model(), bytearray()
    while len(out) < size:
        if len(out) % GROUP == 0:
            code.group()
        end = min(size, len(out) + BLOCK)
        code.coder = 0
        mode = code.alone(model.mode)
        require(mode < 2, "a block of an unknown mode")
        see(f"Adaptive mode {mode}")
        while len(out) < end:
            model.sequence(code, out, end, mode == 1)
    code.finish()
    return bytes(out)
