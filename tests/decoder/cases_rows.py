"""Built payloads of the transforms of integers, records, lines and pages."""

from __future__ import annotations

import random

from .craft import varint
from .duel import Case


def delta_cases(rng: random.Random) -> list[Case]:
    cases = []
    for flags in range(16):
        width = 1 << (flags & 3)
        for rest in range(0, width, 3):
            count = 300
            sections = [bytes(rng.choices(range(4), k=count)) for _ in range(width)]
            sections[-1] += bytes(rest)
            cases.append(Case(0, bytes([flags]), tuple(sections), width * count + rest))
    return cases + [Case(0, b"", (bytes(100),), 100), Case(0, b"\1\0", (bytes(50), bytes(50)), 100)]


def split_cases(rng: random.Random) -> list[Case]:
    cases = []
    for cuts in ((1,), (1, 2), (2, 1), (0, 1), (1, 1), (1, 3), (1, 4), ()):
        places = [0, *(1024 * cut for cut in cuts), 3 * 1024 + 500]
        sections = [bytes([rng.randrange(256)]) * max(0, b - a) for a, b in zip(places, places[1:])]
        parameters = b"".join(cut.to_bytes(2, "little") for cut in cuts)
        cases.append(Case(1, parameters, tuple(sections), 3 * 1024 + 500))
    return cases + [Case(1, b"\1", (bytes(1024), bytes(9)), 1033), Case(1, b"\1\0", (bytes(1023), bytes(9)), 1032)]


def dictionary_cases(rng: random.Random) -> list[Case]:
    cases = []
    for log_width in range(5):
        width = 1 << log_width
        for values in (1, 2, 256, 257, 4096, 4097):
            count = 5000
            numbers = [rng.randrange(min(values, 30)) for _ in range(count)]
            if rng.random() < 0.3:
                numbers[7] = values - 1 + rng.randrange(2)
            words = [bytes([k & 255, k >> 8 & 255]).ljust(width, b"\0")[:width] for k in range(values)]
            sections = [b"".join(words) + b"x" * (width - 1), bytes(number & 255 for number in numbers)]
            if values > 256:
                sections.append(bytes(number >> 8 for number in numbers))
            cases.append(Case(9, bytes([log_width]), tuple(sections), count * width + width - 1))
    return cases


# Records.

def records_fields(rng: random.Random, stride: int) -> list[tuple[int, int, int]]:
    """Runs of fields, mostly valid: kind, repeat, reference (0 = none) each."""
    fields: list[tuple[int, int, int]] = []
    left = stride
    while left:
        log_width = rng.choice([k for k in range(4) if 1 << k <= left])
        kind = log_width
        reference = 0
        if log_width == 0 and rng.random() < 0.25:
            fields.append((4, 1, rng.randrange(1, 6)))
            left -= 1
            continue
        if log_width and rng.random() < 0.4:
            kind |= 4
        predictor = rng.randrange(8 if log_width else 7)
        if predictor < 7:
            kind |= rng.choice((0, 8))
            before = fields[-1] if fields else (0x70, 0, 0)
            if before[0] & 0x70 != 0x70 and before[0] != 4 and rng.random() < 0.3:
                kind |= 128
            if fields and rng.random() < 0.3:
                reference = rng.choice([1, 1, 2, 3])
        repeat = rng.randrange(1, min(3, left >> log_width) + 1)
        fields.append((kind | predictor << 4, repeat, reference))
        left -= repeat << log_width
    return fields


def records_case(rng: random.Random, kind: int) -> Case:
    stride = rng.randrange(4, 20)
    fields = records_fields(rng, stride)
    count = rng.randrange(100, 300)
    parameters = bytes([kind]) + varint(stride)
    phase = 0 if kind == 1 else rng.randrange(stride)
    if kind != 1:
        parameters += varint(phase)
    flat: list[int] = []
    for byte, repeat, reference in fields:
        parameters += bytes([byte, repeat | (128 if reference else 0)]) + (bytes([reference]) if reference else b"")
        flat += [byte] * repeat
    sections: list[bytearray] = []
    if kind == 0:
        size = phase + count * stride + rng.randrange(stride)
        sections.append(bytearray(b"g" * (size - count * stride)))
    else:
        half = count // 2
        gaps = [(phase, half), (3, 0), (0, count - half)] + ([(rng.randrange(5), 0)] if rng.random() < 0.5 else [])
        size = count * stride + sum(gap for gap, _ in gaps)
        sections.append(bytearray(b"".join(varint(gap) + varint(number) for gap, number in gaps)))
        sections.append(bytearray(b"g" * (size - count * stride)))
    for index, byte in enumerate(flat):
        width = 1 << (byte & 3)
        if byte == 4:
            continue
        content = [bytes(rng.choices((0, 0, 0, 1, 2, 255, 128), k=count)) for _ in range(width)]
        joined = bool(byte & 128)
        goes_on = index + 1 < len(flat) and bool(flat[index + 1] & 128)
        for plane in range(width):
            whole = byte & 0x70 == 0x70
            if plane == 0 and not joined or plane > 0 and not joined and not goes_on and not whole:
                sections.append(bytearray())
            sections[-1] += content[plane]
    for byte in flat:
        if byte == 4:  # every value of the context is of class 0
            sections += [bytearray(256), bytearray(rng.choices((0, 0, 3), k=count))]
    return Case(2, parameters, tuple(bytes(section) for section in sections), size)


def records_cases(rng: random.Random) -> list[Case]:
    return [records_case(rng, kind) for kind in (0, 1, 2) for _ in range(20)] + [records_case(rng, 3)]


# Table.

def table_case(rng: random.Random) -> Case:
    frequent, rare = rng.randrange(0, 4), rng.randrange(1, 4)
    slots = [rng.randrange(3) for _ in range(frequent + rare)]
    separator = rng.choice(b"\n;\0")
    templates = b"".join(b"ab".join([b"<"] + [b"\xFF>"] * number) + bytes([separator]) for number in slots)
    codes = bytearray(rng.choices(range(frequent), k=150) if frequent else b"")
    codes = bytearray(b"\xFE" * rare) + codes + b"\xFF" * 30
    rng.shuffle(codes)
    indices = [rng.randrange(rare) for _ in range(30)]
    order = []
    fresh, again = frequent, iter(indices)
    for code in codes:
        if code == 254:
            order.append(fresh)
            fresh += 1
        else:
            order.append(code if code < 254 else frequent + next(again))
    texts, lengths = b"", b""
    own: list[bytes] = []
    groups: dict[int, list[list[bytes]]] = {}
    columns = b""
    lines_columns: list[list[list[bytes]]] = []
    for number, count in enumerate(slots):
        lines_columns.append([])
        for _ in range(count):
            values = order.count(number)
            kind, log_width = rng.randrange(4), rng.randrange(4)
            if kind == 0:
                flags = rng.choice((0, 32))
                content = [b"word"[:rng.randrange(5)] for _ in range(values)]
                columns += bytes([flags])
                text = b"".join(value + bytes([separator]) for value in content)
                if flags:
                    own.append(text)
                else:
                    texts += text
                lines_columns[-1].append(content)
                continue
            flags = rng.choice((0, 16)) | rng.choice((0, 32)) | rng.choice((0, 128))
            if flags & 32 and log_width:
                flags |= rng.choice((0, 64))
            width = 1 << log_width
            planes = [bytes(rng.choices((0, 0, 1, 255), k=values)) for _ in range(width)]
            columns += bytes([kind | log_width << 2 | flags])
            digits = bytes(rng.randrange(21) for _ in range(values)) if flags & 128 else b""
            least = 0
            if not flags & 128:
                least = rng.randrange(21)
                columns += bytes([least])
            if flags & 64:
                own += planes
            elif flags & 32:
                own.append(b"".join(bytes(one) for one in zip(*planes)))
            else:
                groups.setdefault(log_width + (4 if flags & 16 else 0), []).append(planes)
            if flags & 128 and flags & 32:
                own.append(digits)
            elif flags & 128:
                lengths += digits
            lines_columns[-1].append(numbers(kind, width, bool(flags & 16), planes, digits, least))
    size = 0
    places = [[iter(content) for content in line] for line in lines_columns]
    for number in order:
        size += 2 + 3 * slots[number] + sum(len(next(place)) for place in places[number])
    last = rng.randrange(2)
    schema = varint(len(order)) + bytes([last]) + varint(frequent) + varint(rare)
    schema += bytes([sum(1 << group for group in groups)]) + columns
    grouped = [b"".join(planes[k] for planes in groups[group]) for group in sorted(groups)
               for k in range(1 << group % 4)]
    sections = [bytes(codes), b"".join(index.to_bytes(2, "little") for index in indices), *own, texts, lengths,
                *grouped, templates, schema]
    return Case(7, bytes([separator, 44]), tuple(sections), size - last)


def numbers(kind: int, width: int, differences: bool, planes: list[bytes], digits: bytes, least: int) -> list[bytes]:
    """The values of a column as text. Only their lengths are used: to know the size of the whole."""
    values = []
    value = 0
    for index, one in enumerate(zip(*planes)):
        integer = int.from_bytes(bytes(one), "little")
        if differences:
            step = integer // 2 if integer % 2 == 0 else -(integer // 2) - 1
            integer = value = (value + step) % (1 << (8 * width))
        text = f"{integer:d}" if kind == 1 else f"{integer:x}" if kind == 2 else f"{integer:X}"
        values.append(text.zfill(digits[index] if digits else least).encode())
    return values


def table_cases(rng: random.Random) -> list[Case]:
    return [table_case(rng) for _ in range(40)]


# Pages.

def page_varint(value: int) -> bytes:
    if value >= 1 << 56:
        high = value >> 8
        return bytes(high >> shift & 127 | 128 for shift in range(49, -1, -7)) + bytes([value & 255])
    out = [value & 127]
    while value > 127:
        value >>= 7
        out.append(value & 127 | 128)
    return bytes(reversed(out))


def page_cell(rng: random.Random, kind: int, page: int) -> bytes:
    most = page - 35 if kind == 13 else 64 * (page - 12) // 255 - 23
    least = 32 * (page - 12) // 255 - 23
    size = rng.choice((0, 1, 3, 20, 60, most, most + 1, most + 9, 5 * page + 3, 1 << 40, (1 << 60) + 77))
    head = b"left" if kind in (2, 5) else b""
    if kind == 5:
        return head + page_varint(size)
    head += page_varint(size)
    if kind == 13:
        head += page_varint(rng.choice((1, 300, (1 << 63) + 5)))
    if size > most:
        part = least + (size - least) % (page - 4)
        size = 4 + (part if part <= most else least)
    return (head + b"c" * size).ljust(4, b"\0")


def without_list(rng: random.Random, kind: int, page: int) -> bytes:
    """A page as the kept bytes have it."""
    header = 12 if kind in (2, 5) else 8
    cells: list[bytes] = []
    while True:
        cell = page_cell(rng, kind, page)
        if header + 2 * (len(cells) + 1) + sum(map(len, cells)) + len(cell) > page:
            break
        cells.append(cell)
    content = b"".join(reversed(cells))
    first = page - len(content)
    head = bytes([kind, 0, 0]) + (len(cells) & 0xFFFF).to_bytes(2, "big") + (first & 0xFFFF).to_bytes(2, "big")
    return head.ljust(header, b"\0") + bytes(first - header - 2 * len(cells)) + content


def pages_cases(rng: random.Random) -> list[Case]:
    cases = []
    for log_page in (8, 9, 10, 12, 16, 17):
        page = 1 << log_page
        for kind in (2, 5, 10, 13, 7) if log_page < 16 else (13,):
            parts = [without_list(rng, kind, page), bytes(page), without_list(rng, kind, page), b"the rest"]
            size = 3 * page + 8
            cases.append(Case(10, bytes([log_page]), (b"".join(parts), b"\5"), size))
            changed = bytearray(parts[0])
            changed[rng.choice((3, 4, 5, 6, len(changed) - 1, rng.randrange(len(changed))))] ^= 1 << rng.randrange(8)
            cases.append(Case(10, bytes([log_page]), (bytes(changed) + b"".join(parts[1:]), b"\5"), size))
        cases.append(Case(10, bytes([log_page]), (bytes(3 * page), b"\x08"), 3 * page))
    return cases
