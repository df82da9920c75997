"""Built payloads at the limits that the text names, and one beyond each."""

from __future__ import annotations

from .cases_numbers import bits_of
from .craft import plan_payload, varint
from .duel import Case, Whole

TEXTS = (b"line of kind A, a long one, so that it all shrinks", b"second kind", b"third kind here")


def table_of(codes: list[int], rare: list[int], frequent: int, rares: int, texts: bytes = b"",
             spare: int | None = None) -> Case:
    """A table of the three lines above, without columns, as long as the codes call for; `spare` is the size of a
    fourth template."""
    lines = [text + b"\n" for text in TEXTS]
    if spare is not None:
        lines.append(bytes(spare) + b"\n")
    schema = varint(len(codes)) + b"\0" + varint(frequent) + varint(rares) + b"\0"
    size = 0
    fresh, again = frequent, iter(rare)
    for code in codes:
        number = code
        if code == 254:
            number, fresh = fresh, fresh + 1
        elif code == 255:
            number = frequent + next(again)
        size += len(lines[number]) if number < len(lines) else 0
    indices = b"".join(index.to_bytes(2, "little") for index in rare)
    return Case(7, b"\n,", (bytes(codes), indices, texts, b"", b"".join(lines), schema), size)


def table_limits() -> list[Case]:
    most = [0] * 40
    rows: list[tuple[list[int], list[int]]] = [
        ([254, 254], []), ([255, 254, 255, 254], [1, 0]), ([255, 255], [1, 0]), ([], []), ([254], []),
        ([254, 254, 254], []), ([254, 254, 255], [2]), ([3, 254, 254], [])]
    cases = [table_of(codes + most, rare, 1, 2) for codes, rare in rows]
    whole = table_of(most, [], 4, 0, spare=0)
    used = sum(len(section) for section in whole.sections)
    limit = whole.size + whole.size // 2 + 4096 - used
    cases += [whole] + [table_of(most, [], 4, 0, spare=spare) for spare in (limit, limit + 1)]
    return cases + table_texts()


def table_texts() -> list[Case]:
    """A column of text, its own or the common one, with all its values, with more, and with less."""
    cases = []
    line = b"the value of a long line, so that all shrinks: "
    for rest in (b"", b"\n", b"x", b"x\n", b"\0", None):
        texts = b"x\ny\n" * 20
        texts = texts[:-1] if rest is None else texts + rest
        for own in (False, True):
            schema = varint(40) + b"\0" + varint(1) + varint(0) + b"\0" + bytes([32 if own else 0])
            columns = (texts, b"", b"") if own else (texts, b"")
            sections = (bytes(40), b"", *columns, line + b"\xFF\n", schema)
            cases.append(Case(7, b"\n,", sections, 40 * (len(line) + 2)))
    return cases


def records_limits() -> list[Case]:
    cases = []
    for stride, runs in ((512, ((0, 1),) + ((0x80, 127),) * 4 + ((0x80, 3),)),
                         (513, ((0, 1),) + ((0x80, 127),) * 4 + ((0x80, 4),)), (1, ((0, 1),)),
                         (8, ((3, 1),)), (8, ((3, 2),)), (8, ((0, 7),)), (8, ((0, 0), (0, 8))), (2, ((4, 2),)),
                         (2, ((4, 1), (0, 1))), (2, ((0x84, 1), (0, 1))), (2, ((0x14, 1), (0, 1))),
                         (8, ((0x70, 8),)), (8, ((0x71, 4),)), (8, ((0x79, 4),)), (8, ((0xF1, 4),)),
                         (2, ((0x80, 2),)), (4, ((0x71, 1), (0x81, 1)))):
        parameters = b"\0" + varint(stride) + b"\0"
        sections = [b""]
        contexts = []
        for kind, repeat in runs:
            context = kind & 3 == 0 and kind & 4
            parameters += bytes([kind, repeat | (128 if context else 0)]) + (b"\1" if context else b"")
            if context:
                contexts += [bytes(256), bytes(30)]
                continue
            width = 1 << (kind & 3)
            if kind & 128 and len(sections) > 1:
                sections[-1] += bytes(30 * width * repeat)
                continue
            sections += [bytes(30 * width)] * repeat if kind & 0x70 == 0x70 else [bytes(30)] * width * repeat
        cases.append(Case(2, parameters, (*sections, *contexts), 30 * stride))
    return cases


def raster_limits() -> list[Case]:
    cases = []
    for row, channels, most, sections in ((16, 1, 1, 1), (15, 1, 1, 1), (17, 2, 1, 1), (18, 2, 1, 2), (16, 1, 23, 1),
                                          (16, 1, 24, 1), (16, 1, 0, 1), (65536, 1, 1, 1), (65537, 1, 1, 1),
                                          (16, 1, 1, 92), (16, 1, 1, 93)):
        parameters = bytes([(channels - 1) << 4, 0]) + row.to_bytes(3, "little") + bytes([most])
        symbols = [bytes(1600)] + [b""] * (sections - 1)
        rows = -(-1600 // row)
        cases.append(Case(3, parameters, (b"", bytes(-(-rows // 16)), bytes(4 * channels), *symbols, b""), 1600))
    for word in (1 << 22, 1 << 23, 1, 1 << 21, 1 << 24, 2 << 24, 3, 1 << 24 | 1):
        cases.append(Case(3, bytes([0, 0, 16, 0, 0, 2]), (b"", bytes(7), word.to_bytes(4, "little"), bytes(1600), b"",
                                                         b""), 1600))
    return cases


def pcm_limits() -> list[Case]:
    cases = []
    for log_block, order, predictor in ((8, 4, 4), (7, 4, 4), (12, 4, 4), (13, 4, 4), (8, 3, 4), (8, 32, 36),
                                        (8, 33, 4), (8, 32, 37), (8, 8, 12), (8, 8, 13)):
        count = 512
        blocks = max(1, -(-count // (1 << log_block)))
        weights = bytes(max(0, predictor - 4) * blocks)
        tops = [bytes(count)] + [b""] * 14
        sections = (b"", b"", bytes([predictor]) * blocks, weights, weights, bytes(count // 32), *tops, b"")
        cases.append(Case(4, bytes([1, 0, log_block, order]), sections, 2 * count))
    for number in (11, 12, 13, 35, 36, 38, 39, 255):  # class of 16-bit samples: at most 8 raw bits
        raw = 0 if number < 12 else (number - 12) // 3 + 1
        tops = [b""] * 15
        tops[number if number < 12 else 12 + (number - 12) % 3] = bytes(512)
        cases.append(Case(4, bytes([1, 0, 8, 4]), (b"", b"", b"\0\0", b"", b"", bytes([number]) + bytes(15), *tops,
                                                  bytes(4 * raw * 16)), 1024))
    return cases


def float_limits() -> list[Case]:
    cases = []
    for leaves in (255, 256, 257):
        shape: list[tuple[int, int]] = []

        def node(count: int, shape: list[tuple[int, int]]) -> None:
            shape.append((int(count > 1), 1))
            if count > 1:
                node(count - count // 2, shape)
                node(count // 2, shape)

        node(leaves, shape)
        head = varint(0) + varint(2 * 4 * 400 + 1) + b"\0" + bits_of(shape)
        # Symbol 255 or the last: its bin is of 24 bits.
        cases.append(Case(5, b"\2", (bytes([min(leaves, 256) - 1]) * 400, bytes(3 * 400), b"", head), 1600))
    for symbol in (0, 1, 2):
        head = varint(2 * 4 * 400 + 1) + b"\0" + bits_of([(1, 1), (0, 1), (0, 1)])
        offsets = bits_of([(0, 31)] * 400)
        cases.append(Case(5, b"\2", (bytes([symbol]) * 400, offsets, b"", head), 1600))
    for parameter in (0, 1, 2, 6, 10, 130):
        cases.append(Case(5, bytes([parameter]), (bytes(400), varint(2 * 400)), 400))
    for lag in (0, 1, 10, 11):
        head = varint(2 * 40) + varint(2 * 4 * 400 + 1) + b"\x80" + varint(lag) + b"\1" + b"\0"
        cases.append(Case(5, b"\2", (bytes(400), bytes(1600), bytes(40), head), 1640))
    return cases


def padding_cases() -> list[Case]:
    """Bits that fill up a byte, zeros and others."""
    cases = []
    deep = [(1, 1), (0, 1)] * 3 + [(1, 1)] * 21 + [(0, 1)] * 22  # 49 bits
    for bit in (0, 128):
        tree = bytearray(bits_of(deep))
        tree[-1] |= bit
        head = varint(2 * 3) + varint(2 * 64 + 1) + b"\2" + bytes(tree)
        cases.append(Case(5, b"\2", (b"\3" * 16, bytes(16), b"f32", head), 67))
        offsets = bytearray(bits_of([(5, 31)] * 15))
        offsets[-1] |= bit
        head = varint(2 * 200) + varint(2 * 60 + 1) + b"\0" + bits_of([(1, 1), (0, 1), (0, 1)])
        cases.append(Case(5, b"\2", (b"\1" * 15, bytes(offsets), bytes(200), head), 260))
        symbols = bytes([96]) + bytes(159)
        cases.append(Case(3, bytes([1, 0, 16, 0, 0, 1]), (b"", b"\0", bytes(4), symbols, bytes([5 | bit])), 320))
        cases.append(Case(10, b"\x09", (bytes(1024), bytes([bit])), 1024))
    return cases


def transform_limits() -> list[Case]:
    return padding_cases() + table_limits() + records_limits() + raster_limits() + pcm_limits() + float_limits()


def plan_limits() -> list[Whole]:
    """Plan payloads of Delta and Split whose section tables are at a limit or wrong."""
    wholes = []

    def add(name: str, coded: bytes, size: int = 400, plan: int = 64) -> None:
        if len(coded) <= size:
            wholes.append(Whole(f"built plan payload, {name}", plan, coded, size))

    half = (2, 200, b"\1q")
    add("right", plan_payload(b"\1", [half, half]))
    add("no section", plan_payload(b"\1", []))
    add("no section, no parameter", b"\0\0")
    add("one byte of two", b"\1")
    add("a byte too many", plan_payload(b"\1", [half, half]) + b"\0")
    add("coded sizes too large", b"\1\1\2" + b"\2\xC8\1\2\2\xC8\1\3" + b"\1q\1q")
    add("a size not shortest", b"\1\1\2" + b"\2\xC8\1\2\2\xC8\x81\0\2" + b"\1q\1q")
    add("coded above original", plan_payload(b"\5", [(2, 1, b"\1q"), (2, 199, b"\1q")]), 200)
    add("raw of another size", plan_payload(b"\1", [half, (0, 200, b"q")]))
    add("empty, not raw", plan_payload(b"\1\0", [(2, 1024, b"\1q"), (2, 0, b"")]), 1024, 65)
    add("from nothing", plan_payload(b"\1", [half, (2, 200, b"")]))
    add("unknown plan of a section", plan_payload(b"\1", [half, (63, 200, b"\1q")]))
    add("parameters too long", plan_payload(b"\1" + bytes(254), [half, half]))
    for count in (254, 255):
        cuts = b"".join((cut + 1).to_bytes(2, "little") for cut in range(count - 1))
        add(f"{count} sections", plan_payload(cuts[:255], [(2, 1024, b"\1q")] * count), 1024 * count, 65)
    for count in (2, 127, 128):
        cuts = b"".join((cut + 1).to_bytes(2, "little") for cut in range(count - 1))
        add(f"{count} pieces", plan_payload(cuts, [(2, 1024, b"\1q")] * count), 1024 * count, 65)
    return wholes
