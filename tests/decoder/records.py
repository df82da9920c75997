"""The section "Records": records of one length, their columns apart."""

from __future__ import annotations

from dataclasses import dataclass

from .coverage import see
from .errors import require, unsupported
from .reader import Reader

ENDS, LINES, SHIFTS = 0, 1, 2
STRIDE_LIMIT = 512
XOR, WHOLE = 6, 7


@dataclass
class Field:
    """A field of a record."""

    place: int
    width: int
    big: bool
    zigzag: bool
    predictor: int
    joined: bool
    in_context: bool
    reference: int  # the number of the field it refers to, -1 = none


class Sections:
    """Hands out sections, and parts of one, in order."""

    def __init__(self, sections: list[bytes]) -> None:
        self.sections = sections
        self.next = 0
        self.current = Reader(b"")

    def whole(self) -> bytes:
        self.begin()
        return self.current.take(self.current.left())

    def begin(self) -> None:
        self.current.finish("the planes of a section")
        require(self.next < len(self.sections), "there are too few sections")
        self.current = Reader(self.sections[self.next])
        self.next += 1

    def finish(self) -> None:
        self.current.finish("the planes of a section")
        require(self.next == len(self.sections), "there are too many sections")


def restore(parameters: bytes, sections: list[bytes], size: int) -> bytes:
    reader = Reader(parameters)
    kind = reader.u8()
    if kind > SHIFTS:
        raise unsupported(f"gaps of kind {kind} are unknown")
    stride = reader.varint()
    require(1 <= stride <= STRIDE_LIMIT, "a record's length is invalid")
    phase = 0 if kind == LINES else reader.varint()
    require(phase < stride, "the phase is not below the record's length")
    fields = read_fields(reader, stride)
    reader.finish("the fields of a record")
    see(f"Records gaps {kind}")
    source = Sections(sections)
    if kind == ENDS:
        before = min(phase, size)
        pieces = [(before, (size - before) // stride), (size - before - (size - before) // stride * stride, 0)]
    else:
        control = Reader(source.whole())
        pieces = []
        while control.left():
            pieces.append((control.varint(), control.varint()))
    count = sum(records for _, records in pieces)
    require(sum(gap for gap, _ in pieces) + count * stride == size, "gaps and records do not add up to the chunk")
    gaps = Reader(source.whole())
    columns = read_columns(source, fields, count)
    out = bytearray()
    row = 0
    for gap, records in pieces:
        out += gaps.take(gap)
        for row in range(row, row + records):
            for field, column in zip(fields, columns):
                out += column[row].to_bytes(field.width, "big" if field.big else "little")
        row += 1 if records else 0
    gaps.finish("the gaps")
    return bytes(out)


def read_fields(reader: Reader, stride: int) -> list[Field]:
    fields: list[Field] = []
    width_sum = 0
    relative: list[int] = []
    while width_sum < stride:
        kind, repeat = reader.u8(), reader.u8()
        width = 1 << (kind & 3)
        in_context = width == 1 and bool(kind & 4)
        require(not in_context or (kind == 4 and repeat >= 128), "a byte in a context has other bits set")
        require(repeat & 127 > 0, "a run of no fields")
        reference = reader.u8() if repeat & 128 else 0
        require(reference > 0 or not repeat & 128, "a reference of 0")
        for _ in range(repeat & 127):
            fields.append(Field(width_sum, width, width > 1 and bool(kind & 4), bool(kind & 8), kind >> 4 & 7,
                                bool(kind & 128), in_context, -1))
            relative.append(reference)
            width_sum += width
    require(width_sum == stride, "the fields of a record are wider than the record")
    for index, field in enumerate(fields):
        check_field(fields, index, relative[index])
        name = "context" if field.in_context else f"predictor {field.predictor}"
        see(f"Records {name}" + (" zigzag" if field.zigzag else ""))
        for flag in ("big", "joined"):
            if getattr(field, flag):
                see(f"Records {flag}")
        see(f"Records width {field.width}")
    return fields


def check_field(fields: list[Field], index: int, reference: int) -> None:
    """Checks one field against the others and sets the field it refers to."""
    field = fields[index]
    if field.in_context:
        require(reference < len(fields), "a context beyond the fields")
        field.reference = (index - reference) % len(fields)
        other = fields[field.reference]
        require(other.width == 1 and not other.in_context, "a context that is not a plain byte")
        return
    if field.predictor == WHOLE:
        require(field.width > 1 and not field.zigzag and not field.joined and not reference,
                "a whole field with other traits")
    if field.joined:
        require(index > 0 and fields[index - 1].predictor != WHOLE and not fields[index - 1].in_context,
                "a joined field without planes before it")
    if reference:
        require(reference <= index, "a reference before the first field")
        field.reference = index - reference
        other = fields[field.reference]
        require(other.width == field.width and not other.in_context, "a reference to a field of another kind")
        see("Records reference")


def read_columns(source: Sections, fields: list[Field], count: int) -> list[list[int]]:
    columns: list[list[int]] = []
    for index, field in enumerate(fields):
        if field.in_context:
            columns.append([])
            continue
        if field.predictor == WHOLE:
            data = source.whole()
            require(len(data) == count * field.width, "a whole field has another size")
            columns.append([int.from_bytes(data[i:i + field.width], "little")
                            for i in range(0, len(data), field.width)])
            continue
        goes_on = index + 1 < len(fields) and fields[index + 1].joined
        coded = [0] * count
        for plane in range(field.width):
            if not (field.joined or (goes_on and plane > 0)):
                source.begin()
            for row, byte in enumerate(source.current.take(count)):
                coded[row] |= byte << (8 * plane)
        other = columns[field.reference] if field.reference >= 0 else [0] * count
        columns.append(predict(field, coded, other))
    for index, field in enumerate(fields):
        if field.in_context:
            columns[index] = read_in_context(source, columns[field.reference])
    source.finish()
    return columns


def predict(field: Field, coded: list[int], reference: list[int]) -> list[int]:
    """Undoes zigzag, prediction and reference of a field."""
    mask = (1 << (8 * field.width)) - 1
    lag = field.predictor if field.predictor <= 4 else 1
    done = [0, 0, 0, 0]  # what lies before the first record
    for value in coded:
        if field.zigzag:
            value = value >> 1 ^ (mask if value & 1 else 0)
        if field.predictor == 5:
            value += 2 * done[-1] - done[-2]
        elif field.predictor == XOR:
            value ^= done[-1]
        elif field.predictor:
            value += done[-lag]
        done.append(value & mask)
    return [(value + other) & mask for value, other in zip(done[4:], reference)]


def read_in_context(source: Sections, context: list[int]) -> list[int]:
    classes = source.whole()
    require(len(classes) == 256 and max(classes) <= 7, "the classes of a context are invalid")
    parts = []
    for _ in range(max(classes) + 1):
        parts.append(Reader(source.whole()))
    column = [parts[classes[value]].u8() for value in context]
    for part in parts:
        part.finish("the bytes of a context's class")
    return column
