"""Built payloads of the transforms of machine code."""

from __future__ import annotations

import random

from . import exe
from .craft import varint
from .duel import Case
from .errors import FormatError
from .reader import Reader

PREFIXES = bytes.fromhex("0F 0F 0F 66 66 48 4C 40 C4 C5 62 E8 E9 F6 F7 C8 A0 A1 B8 81 C7 8B 05 0D 67 F2 C2")
STREAMS = 11
PADDING = 6000


def zigzag_planes(data: bytes) -> list[bytes]:
    """The four sections of the stream jump32."""
    planes = [bytearray() for _ in range(4)]
    before = 0
    for place in range(0, len(data), 4):
        value = int.from_bytes(data[place:place + 4], "little")
        step = (value - before) & 0xFFFFFFFF
        before = value
        coded = (step << 1 & 0xFFFFFFFF) ^ (0xFFFFFFFF if step >> 31 else 0)
        for number, plane in enumerate(planes):
            plane.append(coded >> (8 * number) & 255)
    return [bytes(plane) for plane in planes]


def exe_case(rng: random.Random, kind: int) -> Case:
    """A range of random code after some bytes that are none, its streams as long as it takes them."""
    before = rng.randrange(9)
    streams = [Reader(rng.randbytes(4000)) for _ in range(STREAMS)]
    code = bytearray(rng.randbytes(4000))
    for place in range(0, len(code), rng.choice((1, 2, 3))):
        code[place] = rng.choice(PREFIXES) if kind != exe.ARM64 else \
            rng.choice((0x14, 0x94, 0x15, 0x97, 0x90, 0xB0, 0x54, 0x34, 0xB5, 0x36, 0xB7, 0x11, 0xF9, 0x39, 0x12, 0xD2,
                        0x52, 0x8B, 0x00))
    streams[0] = Reader(bytes(code))
    out = bytearray(before)
    wanted = 4 * rng.randrange(50, 200)
    try:
        if kind == exe.ARM64:
            exe.restore_arm(streams, out, wanted)
        else:
            exe.restore_x86(streams, out, wanted, kind == exe.X86_64)
    except FormatError:
        return Case(6, b"\0", (b"",) * 16, 10)
    length = len(out) - before
    if rng.random() < 0.05:
        length -= 1
    taken = [stream.data[:stream.pos] for stream in streams]
    head = varint(4 * before) + varint(4 * length + kind) + b"".join(varint(len(data)) for data in taken)
    head += varint(4 * PADDING)
    sections = [head, bytes(before + PADDING), *taken[:9], taken[10], *zigzag_planes(taken[9])]
    return Case(6, bytes([rng.randrange(4)]), tuple(sections), before + length + PADDING)


def exe_cases(rng: random.Random) -> list[Case]:
    return [exe_case(rng, kind) for kind in (1, 2, 3) for _ in range(30)]


def branch_cases(rng: random.Random) -> list[Case]:
    cases = []
    for _ in range(50):
        data = bytearray(rng.randbytes(rng.randrange(200, 2000)))
        for place in range(0, len(data) - 6, rng.randrange(1, 12)):
            data[place] = rng.choice((0xE8, 0xE9, 0x0F, 0x8B, 0x48, 0xC7, 0x61, 0x21, 0x39, 0x83, 0x94, 0x97, 0x90,
                                      0xF0, 0xFF))
            if rng.random() < 0.4:
                data[place + 1] = rng.choice((0x05, 0x0D, 0x3D, 0x84, 0x8F))
            if rng.random() < 0.5:
                data[place + 4] = data[place + 5] = rng.choice((0, 255, 3, 4, 0xFC, 0xFB))
        data += bytes(6000)
        head = b""
        place = 0
        while place < len(data) - 6000:
            length = rng.randrange(1, 500)
            head += varint(4 * length + rng.randrange(4))
            place += length
        if rng.random() < 0.1:
            head += varint(4 * 9000)
        cases.append(Case(8, bytes([rng.randrange(4)]), (head, bytes(data)), len(data)))
    return cases
