"""The section "Payload": plans, coders and transforms, and how transforms nest."""

from __future__ import annotations

from collections.abc import Callable

from . import adaptive, branch, dictionary, exe, floats, lz, pages, pattern, pcm, planes, raster, records, sort, table
from .coverage import see
from .entropy import decode_stream
from .errors import require, unsupported
from .reader import Reader

FAR = 63  # in a chunk header
TRANSFORM = 64
DEPTH_LIMIT = 4

Coder = Callable[[bytes, int], bytes]
Transform = Callable[[bytes, list[bytes], int], bytes]  # parameters, sections, size to restore


def decode_entropy(payload: bytes, size: int) -> bytes:
    reader = Reader(payload)
    data = decode_stream(reader, size)
    reader.finish("the entropy stream")
    return data


CODERS: dict[int, Coder] = {1: pattern.decode, 2: decode_entropy, 3: lz.decode, 4: sort.decode,
                           5: adaptive.decode}
TRANSFORMS: dict[int, Transform] = {
    0: planes.restore_delta, 1: planes.restore_split, 2: records.restore, 3: raster.restore, 4: pcm.restore,
    5: floats.restore, 6: exe.restore, 7: table.restore, 8: branch.restore, 9: dictionary.restore,
    10: pages.restore}


_known: dict[tuple[int, bytes, int], bytes] | None = None


def remember() -> None:
    """From now on no chunk is decoded twice: levels and strategies often make the same."""
    global _known
    _known = {}


def restore_chunk(plan: int, payload: bytes, size: int) -> bytes:
    """The bytes that a chunk's payload restores to."""
    if _known is None:
        return restore(plan, payload, size, 0)
    key = plan, payload, size
    if key not in _known:
        _known[key] = restore(plan, payload, size, 0)
    return _known[key]


def restore(plan: int, payload: bytes, size: int, depth: int) -> bytes:
    """The bytes that a payload of this plan restores to; `depth` is the number of transforms around it."""
    see(f"plan {plan}")
    if depth:
        see(f"plan {plan} in a section")
    if plan == 0:
        require(len(payload) == size, "a raw payload's size is not the original size")
        return payload
    if plan in CODERS:
        return CODERS[plan](payload, size)
    if plan - TRANSFORM in TRANSFORMS:
        require(depth < DEPTH_LIMIT, "more than four transforms around each other")
        see(f"transforms {depth + 1} deep")
        return restore_plan(plan - TRANSFORM, payload, size, depth)
    raise unsupported(f"plan {plan} is unknown")


def restore_plan(transform: int, payload: bytes, size: int, depth: int) -> bytes:
    reader = Reader(payload)
    parameters = reader.take(reader.u8())
    count = reader.u8()
    require(count >= 1, "a plan payload without sections")
    rows = [(reader.u8(), reader.varint(), reader.varint()) for _ in range(count)]
    require(sum(coded for _, _, coded in rows) == reader.left(), "sections do not add up to the payload")
    require(sum(original for _, original, _ in rows) <= size + size // 2 + 4096, "sections restore to too much")
    sections = []
    for plan, original, coded in rows:
        require(coded <= original, "a section is larger than what it restores to")
        require(plan == 0 or coded > 0, "an empty section that is not raw")
        sections.append(restore(plan, reader.take(coded), original, depth + 1))
    data = TRANSFORMS[transform](parameters, sections, size)
    require(len(data) == size, "a transform restores another size than its own")
    return data
