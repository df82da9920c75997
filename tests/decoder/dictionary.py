"""The section "Dictionary": integers of few different values as places in a list."""

from __future__ import annotations

from .coverage import see
from .errors import require, unsupported

VALUES_LIMIT = 4096


def restore(parameters: bytes, sections: list[bytes], size: int) -> bytes:
    require(len(parameters) == 1, "Dictionary has one parameter byte")
    if not 1 <= parameters[0] <= 3:
        raise unsupported(f"integers of 2^{parameters[0]} bytes in a dictionary")
    width = 1 << parameters[0]
    count, rest = divmod(size, width)
    values, odd = divmod(len(sections[0]) - rest, width)
    require(values >= 0 and odd == 0 and values <= VALUES_LIMIT, "the list of a dictionary has an invalid size")
    require([len(section) for section in sections[1:]] == [count] * (2 if values > 256 else 1),
            "the numbers of a dictionary have an invalid size")
    see(f"Dictionary width {width}, {len(sections) - 1} bytes a number")
    out = bytearray()
    for index in range(count):
        number = sum(section[index] << (8 * k) for k, section in enumerate(sections[1:]))
        require(number < values, "a number beyond the list of a dictionary")
        out += sections[0][width * number:width * (number + 1)]
    return bytes(out) + sections[0][width * values:]
