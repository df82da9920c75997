"""The sections "Delta" and "Split"."""

from __future__ import annotations

from .coverage import see
from .errors import require, unsupported


def restore_delta(parameters: bytes, sections: list[bytes], size: int) -> bytes:
    require(len(parameters) == 1, "Delta has one parameter byte")
    if parameters[0] >> 3:
        raise unsupported("reserved bits of Delta are set")
    width = 1 << (parameters[0] & 3)
    difference = bool(parameters[0] & 4)
    require(width > 1 or difference, "Delta of bytes without difference")
    require(len(sections) == width, "Delta has a section for each byte of an integer")
    count, rest = divmod(size, width)
    require([len(section) for section in sections] == [count] * (width - 1) + [count + rest],
            "Delta's sections have other sizes than the integers call for")
    see(f"Delta width {width}" + (" with difference" if difference else ""))
    integers = join_planes(sections, count)
    if difference:
        value = 0
        for index in range(count):
            value = (value + integers[index]) % (1 << (8 * width))
            integers[index] = value
    return b"".join(value.to_bytes(width, "little") for value in integers) + sections[-1][count:]


def join_planes(planes: list[bytes], count: int) -> list[int]:
    """Integers whose byte k stands in plane k."""
    integers = [0] * count
    for number, plane in enumerate(planes):
        for index in range(count):
            integers[index] |= plane[index] << (8 * number)
    return integers


def restore_split(parameters: bytes, sections: list[bytes], size: int) -> bytes:
    require(len(parameters) >= 2 and len(parameters) % 2 == 0, "Split has two bytes for each of its cuts")
    cuts = [1024 * int.from_bytes(parameters[i:i + 2], "little") for i in range(0, len(parameters), 2)]
    places = [0, *cuts, size]
    require(all(a < b for a, b in zip(places, places[1:])), "Split's cuts do not ascend within the source")
    require([len(section) for section in sections] == [b - a for a, b in zip(places, places[1:])],
            "Split's pieces have other sizes than the cuts say")
    see("Split")
    return b"".join(sections)
