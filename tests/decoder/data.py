"""Small inputs of every kind of data, made from nothing but a seed: each kind a name and its bytes."""

from __future__ import annotations

import math
import random
import struct
from collections.abc import Callable
from pathlib import Path

from .data_text import SIZE, csv, database, fixed_lines, json_lines, log, text, words

PROGRAMS = ("/bin/bash", "/usr/bin/bash", "/bin/sh", "/usr/bin/python3")


def random_bytes(rng: random.Random) -> bytes:
    return rng.randbytes(SIZE)


def constant(rng: random.Random) -> bytes:
    return bytes([rng.randrange(256)]) * SIZE


def runs(rng: random.Random) -> bytes:
    return b"".join(bytes([rng.randrange(8)]) * rng.randrange(1, 600) for _ in range(120))


def periodic(rng: random.Random) -> bytes:
    """A tile over and over, some bytes of it changed."""
    data = bytearray(rng.randbytes(300) * (SIZE // 300))
    for _ in range(20):
        data[rng.randrange(len(data))] ^= 255
    return bytes(data)


def drifting(rng: random.Random) -> bytes:
    """Periodic, but a change lasts from period to period."""
    tile = bytearray(rng.randbytes(256))
    out = bytearray()
    while len(out) < SIZE:
        if len(out) % 1024 == 0:
            tile[rng.randrange(256)] = rng.randrange(256)
        out += tile
    return bytes(out)


def skewed(rng: random.Random) -> bytes:
    """Bytes without order, most of them alike: nested bitmaps."""
    return bytes(0 if rng.random() < 0.985 else min(int(rng.expovariate(0.2)) + 1, 255) for _ in range(SIZE * 6))


def few_values(rng: random.Random) -> bytes:
    """16 symbols equally often: flat nodes."""
    return bytes(rng.choice(b"ACGTNRYKMSWBDHVX") for _ in range(SIZE))


def sorted_integers(rng: random.Random) -> bytes:
    value = 0
    out = bytearray()
    while len(out) < SIZE:
        value += rng.randrange(1, 900)
        out += struct.pack("<I", value)
    return bytes(out)


def slow_integers(rng: random.Random) -> bytes:
    """16-bit integers that move at random by a little."""
    value = 30000
    out = bytearray()
    while len(out) < SIZE:
        value = max(0, min(65535, value + rng.randrange(-40, 41)))
        out += struct.pack("<H", value)
    return bytes(out)


def records(rng: random.Random) -> bytes:
    """Records of 24 bytes of several little fields."""
    out = bytearray()
    identity = 1000
    stamp = 1_600_000_000
    while len(out) < 2 * SIZE:
        identity += 1
        stamp += rng.randrange(1, 60)
        kind = rng.choice((1, 1, 1, 2, 7))
        low = rng.randrange(1000)
        out += struct.pack("<IIHBBHHId", identity, stamp, rng.randrange(5), kind, kind * 3 + rng.randrange(2), low,
                           low + rng.randrange(20), 0, math.sqrt(low))[:28]
    return bytes(out)


def big_endian_records(rng: random.Random) -> bytes:
    """Records of 20 bytes after a header of 7."""
    out = bytearray(b"header!")
    counter = 70000
    while len(out) < 2 * SIZE:
        counter += 3
        out += struct.pack(">IHHqI", counter, rng.randrange(700), rng.randrange(65536), counter * 5 + 77,
                           rng.randrange(3))
    return bytes(out)


def shifted_records(rng: random.Random) -> bytes:
    """Records of 12 bytes with bytes in between now and then."""
    out = bytearray(b"abc")
    number = 0
    while len(out) < 2 * SIZE:
        for _ in range(rng.randrange(100, 300)):
            number += rng.randrange(1, 4)
            out += struct.pack("<IHHI", number, number % 977, rng.randrange(4), 0x01020304)
        out += rng.randbytes(rng.randrange(1, 9))
    return bytes(out)


def image16(rng: random.Random) -> bytes:
    """16-bit samples of a smooth picture with a little noise, 128 a row."""
    out = bytearray()
    for y in range(96):
        for x in range(128):
            value = 2000 + 900 * math.sin(x / 17) * math.cos(y / 11) + rng.gauss(0, 6 + 30 * (x > 90))
            out += struct.pack("<H", int(value) & 0xFFFF)
    return bytes(out)


def image16_big(rng: random.Random) -> bytes:
    """Big-endian two's complement samples, 200 a row, after a header."""
    out = bytearray(b"SIMPLE  =" + bytes(55))
    for y in range(90):
        for x in range(200):
            value = 700 * math.sin((x + y) / 23) + rng.gauss(0, 9)
            out += struct.pack(">h", int(value))
    return bytes(out)


def image_rgb(rng: random.Random) -> bytes:
    """8-bit pixels of three channels, 100 a row."""
    out = bytearray()
    for y in range(80):
        for x in range(100):
            light = 120 + 70 * math.sin(x / 13 + y / 19) + rng.gauss(0, 3)
            for shade in (light + 20, light, light - 25 + 10 * math.sin(y / 7)):
                out.append(max(0, min(255, int(shade + rng.gauss(0, 1)))))
    return bytes(out)


def image_grey(rng: random.Random) -> bytes:
    out = bytearray()
    for y in range(128):
        for x in range(128):
            out.append(int(128 + 60 * math.sin(x / 9) * math.cos(y / 14) + rng.gauss(0, 2)) & 255)
    return bytes(out)


def sound(rng: random.Random, channels: int, frames: int, loud: float, noise: float) -> list[list[int]]:
    out = []
    for frame in range(frames):
        tone = loud * (math.sin(frame / 21) + 0.4 * math.sin(frame / 4.7 + 1))
        out.append([int(tone * (1 - 0.2 * channel) + rng.gauss(0, noise)) for channel in range(channels)])
    return out


def pcm_mono(rng: random.Random) -> bytes:
    return b"".join(struct.pack("<h", frame[0]) for frame in sound(rng, 1, 12000, 9000, 30))


def pcm_stereo(rng: random.Random) -> bytes:
    return bytes(44) + b"".join(struct.pack("<hh", *frame) for frame in sound(rng, 2, 9000, 6000, 15))


def pcm_24(rng: random.Random) -> bytes:
    return b"".join((value & 0xFFFFFF).to_bytes(3, "little")
                    for frame in sound(rng, 2, 6000, 1_500_000, 900) for value in frame)


def pcm_8(rng: random.Random) -> bytes:
    return bytes(max(0, min(255, 128 + frame[0])) for frame in sound(rng, 1, 20000, 55, 1.2))


def doubles_decimal(rng: random.Random) -> bytes:
    """Prices of two places."""
    value = 10000
    out = []
    for _ in range(SIZE // 8):
        value += rng.randrange(-50, 51)
        out.append(struct.pack("<d", value / 100))
    return b"".join(out)


def doubles_digits(rng: random.Random) -> bytes:
    """Numbers of 15 digits of several sizes."""
    return b"".join(struct.pack("<d", float(f"{rng.uniform(1, 10) * 10 ** rng.randrange(-3, 4):.14e}"))
                    for _ in range(SIZE // 8))


def doubles_smooth(rng: random.Random) -> bytes:
    return b"".join(struct.pack("<d", 300 * math.sin(i / 200) + rng.gauss(0, 0.01)) for i in range(SIZE // 8))


def floats_random(rng: random.Random) -> bytes:
    """Weights around zero."""
    return b"".join(struct.pack("<f", rng.gauss(0, 0.05)) for _ in range(SIZE // 4))


def floats_decimal(rng: random.Random) -> bytes:
    return b"".join(struct.pack("<f", rng.randrange(-4000, 4000) / 10) for _ in range(SIZE // 4))


def floats_smooth(rng: random.Random) -> bytes:
    return b"".join(struct.pack("<f", 20 + math.sin(i / 90) + rng.gauss(0, 1e-4)) for i in range(SIZE // 4))


def floats_half(rng: random.Random) -> bytes:
    return b"".join(struct.pack("<e", rng.gauss(0, 0.3)) for _ in range(SIZE // 2))


def floats_columns(rng: random.Random) -> bytes:
    """Rows of three doubles, the last one the sum of the others."""
    out = bytearray()
    for _ in range(SIZE // 24):
        a, b = rng.gauss(10, 2), rng.gauss(5, 1)
        out += struct.pack("<ddd", a, b, a + b)
    return bytes(out)


def program(rng: random.Random) -> bytes:
    """The middle of a program of this machine."""
    for name in PROGRAMS:
        if Path(name).exists():
            data = Path(name).read_bytes()
            return data[len(data) // 4:len(data) // 4 + 5 * SIZE]
    return arm(rng)


def arm(rng: random.Random) -> bytes:
    """Words like the code of ARM64: calls to a few functions, addresses, loads, arithmetic."""
    functions = [rng.randrange(0, 60000) * 4 for _ in range(30)]
    out = bytearray()
    while len(out) < 3 * SIZE:
        here = len(out)
        register, other = rng.randrange(8), rng.randrange(8)
        word = rng.choice((
            0x94000000 | (rng.choice(functions) - here) // 4 & 0x3FFFFFF,
            0x94000000 | (rng.choice(functions) - here) // 4 & 0x3FFFFFF,
            0x14000000 | (rng.choice(functions) - here) // 4 & 0x3FFFFFF,
            0x90000000 | rng.randrange(4) << 29 | rng.randrange(3) << 5 | register,
            0x54000000 | rng.randrange(1, 60) << 5 | rng.randrange(14),
            0xB4000000 | rng.randrange(1, 60) << 5 | register,
            0x36000000 | rng.randrange(8) << 19 | rng.randrange(1, 40) << 5 | register,
            0xF9400000 | rng.randrange(32) << 10 | other << 5 | register,
            0xF9000000 | rng.randrange(32) << 10 | 31 << 5 | register,
            0x91000000 | rng.randrange(64) << 10 | other << 5 | register,
            0x52800000 | rng.randrange(200) << 5 | register,
            0xD2800000 | rng.randrange(200) << 5 | register,
            0x12000000 | rng.randrange(60) << 10 | other << 5 | register,
            0xAA0003E0 | other << 16 | register,
            0x8B000000 | other << 16 | register << 5 | register,
            0xD65F03C0))
        out += struct.pack("<I", word)
    return bytes(out)


def dictionary(rng: random.Random) -> bytes:
    """Integers of 4 bytes of few different values."""
    values = [rng.randbytes(4) for _ in range(50)]
    return b"".join(rng.choice(values) for _ in range(SIZE // 4)) + b"end"


def dictionary_long(rng: random.Random) -> bytes:
    """Integers of 8 bytes of more than 256 different values."""
    values = [rng.randbytes(8) for _ in range(900)]
    return b"".join(rng.choice(values) for _ in range(6 * SIZE // 8))


def mixed(rng: random.Random) -> bytes:
    """Kinds one after the other: something to split."""
    return (words(rng, 80000) + pcm_stereo(rng) + pcm_stereo(rng) + rng.randbytes(80000)
            + b"".join(sorted_integers(rng) for _ in range(4)))


def far_matches(rng: random.Random) -> bytes:
    """Text that comes again after a long way, with long matches and long literals."""
    first = words(rng, 3000)
    return first + rng.randbytes(70000) + first[:2000] + bytes(5000) + words(rng, 3000) + first[500:]


def empty(_: random.Random) -> bytes:
    return b""


def one_byte(_: random.Random) -> bytes:
    return b"x"


GENERATORS: tuple[Callable[[random.Random], bytes], ...] = (
    text, random_bytes, constant, runs, periodic, drifting, skewed, few_values, sorted_integers, slow_integers,
    records, big_endian_records, fixed_lines, shifted_records, image16, image16_big, image_rgb, image_grey,
    pcm_mono, pcm_stereo, pcm_24, pcm_8, doubles_decimal, doubles_digits, doubles_smooth, floats_random,
    floats_decimal, floats_smooth, floats_half, floats_columns, csv, json_lines, log, database, program, arm,
    dictionary, dictionary_long, mixed, far_matches, empty, one_byte)


def kinds() -> dict[str, bytes]:
    return {make.__name__: make(random.Random(make.__name__)) for make in GENERATORS}
