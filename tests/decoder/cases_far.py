"""Streams with far copies built by hand, valid and invalid ones, their hashes true."""

from __future__ import annotations

from collections.abc import Sequence

from .craft import Part, far_payload, stream, varint

BOUND = 65536
FAR = 63
A, B = b"A" * BOUND, b"B" * BOUND
FIRST = [Part(2, A, b"\1A"), Part(2, B, b"\1B")]  # constant blocks
AT = 2 * BOUND  # where the chunk after them is
Copy = tuple[int, int, int]


def files() -> dict[str, bytes]:
    """Names and files."""
    found: dict[str, bytes] = {}

    def far(name: str, restored: bytes, payload: bytes, *after: Part, first: Sequence[Part] = FIRST,
            flag: bool = True) -> None:
        found[f"far {name}"] = stream([*first, Part(FAR, restored, payload), *after], far=flag)

    def copies(name: str, size: int, *given: Copy, rest: bytes = b"\0x") -> None:
        far(name, b"A" * (size - 1) + b"x", far_payload(given, AT, rest))

    one = far_payload([(0, 70, 5)], AT, b"\0x")
    copies("one copy", 71, (0, 70, 5))
    copies("the least copy", 65, (0, 64, 5))
    copies("the first chunk's end", 71, (0, 70, BOUND - 70))
    copies("two copies", 201, (0, 100, 0), (100, 100, 7))
    far("own bytes on both sides", b"xy" + A[:64] + b"z" + B[:64] + b"w",
        far_payload([(2, 64, 9), (67, 64, BOUND)], AT, b"\0xyzw"))
    far("all of it", A[:99], far_payload([(0, 99, 1)], AT, b""))
    far("constant own bytes", b"\0" * 500 + A[:64], far_payload([(500, 64, 0)], AT, b"\2\1\0"))
    far("no copy used", A[:9], b"\0\0\0\0\0x")
    far("no flag", b"A" * 70 + b"x", one, flag=False)
    found["far flag alone"] = stream(FIRST, far=True)
    copies("beyond the chunk before", 71, (0, 70, BOUND - 69))
    copies("of the chunk itself", 200, (70, 70, AT))
    copies("before the stream", 71, (0, 70, -1))
    copies("beyond its chunk", 71, (0, 72, 5))
    copies("over another", 201, (0, 100, 0), (99, 100, 7))
    far("as first chunk", b"A" * 70 + b"x", far_payload([(0, 70, 0)], 0, b"\0x"), first=[])
    far("own bytes missing", b"A" * 70 + b"x", far_payload([(0, 70, 5)], AT, b""))
    far("own bytes missing, their plan there", b"A" * 70 + b"x", far_payload([(0, 70, 5)], AT, b"\0"))
    far("own bytes where none are due", A[:99], far_payload([(0, 99, 1)], AT, b"\0x"))
    far("own bytes with far copies", b"A" * 70 + b"x" * 80, far_payload([(0, 70, 5)], AT, b"\x3F" + one))
    far("own bytes of an unknown plan", b"A" * 70 + b"x", far_payload([(0, 70, 5)], AT, b"\x3Ex"))
    far("a table of an unknown plan", b"A" * 70 + b"x", far_payload([(0, 70, 5)], AT, b"\0x", plan=9))
    far("a table by a transform", b"A" * 70 + b"x", far_payload([(0, 70, 5)], AT, b"\0x", plan=64))
    far("a raw table of another size", b"A" * 70 + b"x", one[:2] + b"\6" + one[3:])
    far("a table cut off", b"A" * 70 + b"x", one[:6])
    far("a table with a byte more", b"A" * 70 + b"x", one[:2] + b"\6\6" + one[4:9] + b"\0" + one[9:])
    far("a table above its bound", b"A" * 70 + b"x", one[:2] + varint(18) + one[3:])
    far("more copies than there can be", b"A" * 70 + b"x", b"\2" + one[1:])
    far("a gap not shortest", b"A" * 70 + b"x", one[:2] + b"\6\6\x80\0" + one[5:])
    # What is copied of a chunk with copies must be its own.
    second = Part(FAR, b"A" * 70 + b"C" * 80, far_payload([(0, 70, 5)], AT, b"\0" + b"C" * 80))
    for name, source in (("of own bytes after a copy", 70), ("of a copy", 0), ("of a copy's last byte", 69)):
        own = b"A" * max(0, 70 - source) + b"C" * (80 - max(0, 70 - source))
        far(name, own[:80] + b"x", far_payload([(0, 80, AT + source)], AT + BOUND, b"\0x"), first=[*FIRST, second])
    # Chunks that are shorter than the bound keep the places of longer ones.
    short = [Part(2, A[:300], b"\1A"), Part(2, B[:300], b"\1B")]
    far("of short chunks", B[:70] + b"x", far_payload([(0, 70, BOUND + 230)], AT, b"\0x"), first=short)
    far("beyond a short chunk", B[:70] + b"x", far_payload([(0, 70, BOUND + 231)], AT, b"\0x"), first=short)
    for count in (16, 17):
        many = [Part(2, A, b"\1A")] * count
        far(f"from {count} chunks", A[:64 * count] + b"x",
            far_payload([(64 * at, 64, BOUND * at) for at in range(count)], BOUND * count, b"\0x"), first=many)
    return found
