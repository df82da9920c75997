"""The section "Table": lines as templates and columns."""

from __future__ import annotations

from dataclasses import dataclass

from .coverage import see
from .errors import require
from .planes import join_planes
from .reader import Reader
from .records import Sections

TEXT, DECIMAL, LOWER, UPPER = range(4)
SLOT = 255
NEW_RARE, KNOWN_RARE = 254, 255
COLUMNS_LIMIT = 65536
DIGITS_LIMIT = 20


@dataclass
class Column:
    """A column: where it stands and how its values are written."""

    kind: int
    width: int
    differences: bool
    own: bool
    planes: bool
    digits_apart: bool
    digits: int
    count: int = 0

    def group(self) -> int:
        return self.width.bit_length() - 1 + (4 if self.differences else 0)


@dataclass
class Schema:
    lines: int
    last_is_open: bool
    frequent: int
    rare: int
    groups: int
    columns: list[Column]


def restore(parameters: bytes, sections: list[bytes], size: int) -> bytes:
    require(len(parameters) == 2 and parameters[0] != SLOT, "the parameters of Table are invalid")
    separator = parameters[0]
    require(len(sections) >= 6, "Table has too few sections")
    templates = split_all(sections[-2], separator)
    slots = sum(template.count(SLOT) for template in templates)
    require(slots <= COLUMNS_LIMIT, "Table has too many columns")
    schema = read_schema(Reader(sections[-1]), slots)
    require(len(templates) == schema.frequent + schema.rare, "Table has another number of templates")
    source = Sections(sections[:-2])
    order = read_lines(source, schema)
    column = 0
    first_column = []
    for number, template in enumerate(templates):
        first_column.append(column)
        for _ in range(template.count(SLOT)):
            schema.columns[column].count = order.count(number)
            column += 1
    values = [iter(texts) for texts in read_columns(source, schema, separator)]
    source.finish()
    out = bytearray()
    for number in order:
        for index, piece in enumerate(templates[number].split(bytes([SLOT]))):
            if index:
                out += next(values[first_column[number] + index - 1])
            out += piece
        out.append(separator)
    if schema.last_is_open:
        out.pop()
    return bytes(out)


def split_all(data: bytes, separator: int) -> list[bytes]:
    """The pieces of `data`, each ended by the separator."""
    require(not data or data[-1] == separator, "a text is not ended by the separator")
    return data.split(bytes([separator]))[:-1]


def read_schema(reader: Reader, slots: int) -> Schema:
    lines, last = reader.varint(), reader.u8()
    require(lines >= 1 and last <= 1, "the lines of a table are invalid")
    frequent, rare, groups = reader.varint(), reader.varint(), reader.u8()
    require(frequent <= 254 and rare <= 65536, "a table has too many templates")
    columns = [read_column(reader) for _ in range(slots)]
    reader.finish("the schema of a table")
    used = 0
    for column in columns:
        if column.kind != TEXT and not column.own:
            used |= 1 << column.group()
    require(used == groups, "the groups of a table are not those of its columns")
    return Schema(lines, last == 1, frequent, rare, groups, columns)


def read_column(reader: Reader) -> Column:
    byte = reader.u8()
    kind, width = byte & 3, 1 << (byte >> 2 & 3)
    own, planes, apart = bool(byte & 32), bool(byte & 64), bool(byte & 128)
    require(kind != TEXT or byte & ~32 == 0, "a text column with the traits of numbers")
    require(not planes or (own and width > 1), "planes of a column that has none")
    digits = 0 if kind == TEXT or apart else reader.u8()
    require(digits <= DIGITS_LIMIT, "a number of too many digits")
    see(f"Table kind {kind}")
    for name, flag in (("own sections", own), ("planes", planes), ("digits apart", apart),
                       ("differences", byte & 16)):
        if flag:
            see(f"Table {name}")
    return Column(kind, width, bool(byte & 16), own, planes, apart, digits)


def read_lines(source: Sections, schema: Schema) -> list[int]:
    """The number of each line's template."""
    codes = source.whole()
    require(len(codes) == schema.lines, "a table has another number of lines")
    indices = Reader(source.whole())
    order = []
    fresh = schema.frequent
    for code in codes:
        if code < schema.frequent:
            order.append(code)
        elif code == NEW_RARE:
            see("Table new rare template")
            require(fresh < schema.frequent + schema.rare, "a table has too few rare templates")
            order.append(fresh)
            fresh += 1
        else:
            require(code == KNOWN_RARE, "a line of a table has no template")
            see("Table known rare template")
            index = indices.u16()
            require(index < schema.rare, "a rare template beyond their number")
            order.append(schema.frequent + index)
    indices.finish("the rare indices")
    require(fresh == schema.frequent + schema.rare, "a rare template without a line")
    return order


def read_columns(source: Sections, schema: Schema, separator: int) -> list[list[bytes]]:
    """The values of every column, as they stand in the lines."""
    # The sections of columns that have their own come before those of all the others.
    own: dict[int, list[bytes]] = {}
    for index, column in enumerate(schema.columns):
        if column.own and column.kind == TEXT:
            own_texts = Reader(source.whole())
            own[index] = read_texts(own_texts, column.count, separator)
            own_texts.finish("a text column")
        elif column.own:
            own[index] = read_own_numbers(source, column)
    texts, lengths = Reader(source.whole()), Reader(source.whole())
    groups: dict[int, list[Reader]] = {}
    for group in range(8):
        if schema.groups >> group & 1:
            see(f"Table group {group}")
            groups[group] = [Reader(source.whole()) for _ in range(1 << group % 4)]
    result = []
    for index, column in enumerate(schema.columns):
        if column.own:
            values = own[index]
        elif column.kind == TEXT:
            values = read_texts(texts, column.count, separator)
        else:
            integers = join_planes([plane.take(column.count) for plane in groups[column.group()]], column.count)
            values = write_numbers(column, integers, lengths.take(column.count) if column.digits_apart else b"")
        result.append(values)
    for reader in (texts, lengths, *(plane for planes in groups.values() for plane in planes)):
        reader.finish("the columns of a table")
    return result


def read_texts(texts: Reader, count: int, separator: int) -> list[bytes]:
    values = []
    for _ in range(count):
        end = texts.data.find(separator, texts.pos)
        require(end >= 0, "a text column ends too early")
        values.append(texts.take(end - texts.pos))
        texts.take(1)
    return values


def read_own_numbers(source: Sections, column: Column) -> list[bytes]:
    size = column.count * column.width
    if column.planes:
        planes = [source.whole() for _ in range(column.width)]
        require(all(len(plane) == column.count for plane in planes), "a column has another number of values")
        integers = join_planes(planes, column.count)
    else:
        data = source.whole()
        require(len(data) == size, "a column has another number of values")
        integers = [int.from_bytes(data[i:i + column.width], "little") for i in range(0, size, column.width)]
    digits = source.whole() if column.digits_apart else b""
    require(len(digits) == (column.count if column.digits_apart else 0), "a column has another number of lengths")
    return write_numbers(column, integers, digits)


def write_numbers(column: Column, integers: list[int], digits: bytes) -> list[bytes]:
    mask = (1 << (8 * column.width)) - 1
    form = {DECIMAL: "d", LOWER: "x", UPPER: "X"}[column.kind]
    values = []
    value = 0
    for index, integer in enumerate(integers):
        if column.differences:
            value = (value + (integer >> 1 ^ (mask if integer & 1 else 0))) & mask
        else:
            value = integer
        least = digits[index] if column.digits_apart else column.digits
        require(least <= DIGITS_LIMIT, "a number of too many digits")
        values.append(format(value, form).rjust(least, "0").encode())
    return values
