"""The section "Exe": machine code split into streams."""

from __future__ import annotations

from . import x86
from .coverage import see
from .errors import require, unsupported
from .reader import Reader

NO_CODE, X86, X86_64, ARM64 = range(4)
SIZES = {x86.DISP8: 1, x86.DISP32: 4, x86.DATA: 4, x86.IMM8: 1, x86.IMM16: 2, x86.IMM32: 4, x86.IMM64: 8,
         x86.JUMP8: 1, x86.JUMP32: 4, x86.CALL: 4}
ABSOLUTE = (x86.DATA, x86.JUMP32, x86.CALL)
NAMES = ("code", "disp8", "disp32", "data", "imm8", "imm16", "imm32", "imm64", "jump8", "jump32", "call")


def restore(parameters: bytes, sections: list[bytes], size: int) -> bytes:
    require(len(parameters) == 1, "Exe has one parameter byte")
    if parameters[0] > 3:
        raise unsupported("the parameter of Exe is unknown")
    require(len(sections) == 16, "Exe has 16 sections")
    head, other = Reader(sections[0]), Reader(sections[1])
    datas = sections[2:11] + [jump32(sections[12:]), sections[11]]
    places = [0] * len(datas)
    out = bytearray()
    while head.left():
        value = head.varint()
        length, kind = value >> 2, value & 3
        require(length <= size - len(out), "the ranges go beyond the source")
        if kind == NO_CODE:
            out += other.take(length)
            continue
        streams = []
        for index, data in enumerate(datas):
            taken = head.varint()
            require(places[index] + taken <= len(data), "a range takes more of a stream than there is")
            streams.append(Reader(data, places[index], places[index] + taken))
            places[index] += taken
        see(f"Exe kind {kind}")
        before = len(out)
        if kind == ARM64:
            restore_arm(streams, out, length)
        else:
            restore_x86(streams, out, length, kind == X86_64)
        require(len(out) - before == length, "a range has another size than the map says")
        for stream in streams:
            stream.finish("a range of code")
    other.finish("the bytes that are no code")
    require(all(place == len(data) for place, data in zip(places, datas)), "bytes of a stream are left over")
    return bytes(out)


def jump32(planes: list[bytes]) -> bytes:
    """The stream jump32 from its four sections of differences."""
    require(len({len(plane) for plane in planes}) == 1, "the sections of jump32 are not of one size")
    value = 0
    out = bytearray()
    for bytes4 in zip(*planes):
        coded = int.from_bytes(bytes(bytes4), "little")
        value = (value + (coded >> 1 ^ -(coded & 1))) & 0xFFFFFFFF
        out += value.to_bytes(4, "little")
    return bytes(out)


def restore_x86(streams: list[Reader], out: bytearray, length: int, wide: bool) -> None:
    end = len(out) + length
    state = "P"
    while len(out) < end:
        for byte_of_step in range(2):
            byte = streams[x86.CODE].u8()
            out.append(byte)
            row = x86.lookup(state, byte, wide)
            see(f"Exe state {state}")
            state = row.following
            if row.modrm or row.immediate is not None:
                break
        operands(streams, out, row, wide)


def operands(streams: list[Reader], out: bytearray, row: x86.Row, wide: bool) -> None:
    """The ModRM byte, SIB byte, displacement and immediate that a row calls for."""
    taken: list[int] = []  # the streams of the displacement and the immediate
    immediate = row.immediate
    if row.modrm:
        modrm = streams[x86.CODE].u8()
        out.append(modrm)
        mode, low = modrm >> 6, modrm & 7
        if row.by_modrm and modrm >> 4 & 3:
            immediate = None
        sib = 0
        if mode != 3 and low == 4:
            sib = streams[x86.CODE].u8()
            out.append(sib)
        if mode == 1:
            taken.append(x86.DISP8)
        elif mode == 2 or (mode == 0 and low == 4 and sib & 7 == 5):
            taken.append(x86.DISP32)
        elif mode == 0 and low == 5:
            taken.append(x86.DATA if wide else x86.DISP32)
    if immediate is not None:
        taken.append(immediate)
    after = len(out) + sum(SIZES[stream] for stream in taken)
    for stream in taken:
        see(f"Exe {NAMES[stream]}")
        value = streams[stream].uint(SIZES[stream])
        if stream in ABSOLUTE:
            value = (value - after) & 0xFFFFFFFF
        out += value.to_bytes(SIZES[stream], "little")


def restore_arm(streams: list[Reader], out: bytearray, length: int) -> None:
    require(length % 4 == 0, "a range of ARM64 code is no whole words")
    for _ in range(length // 4):
        out += arm_word(streams, len(out)).to_bytes(4, "little")


def arm_word(streams: list[Reader], here: int) -> int:
    code = streams[x86.CODE]
    top = code.u8()
    if top & 0x7C == 0x14:
        see("Exe ARM64 branch")
        target = streams[x86.CALL if top & 0x80 else x86.JUMP32].u32()
        return top << 24 | (target - here // 4) & 0x3FFFFFF
    if top & 0x9F == 0x90:
        see("Exe ARM64 page")
        low = code.u8()
        page = (streams[x86.DATA].u32() - here // 4096) & 0x1FFFFF
        return top << 24 | (page & 3) << 29 | (page >> 2) << 5 | low & 31
    if top == 0x54 or top & 0x7E == 0x34:
        see("Exe ARM64 conditional")
        low = code.u8()
        return top << 24 | ((streams[x86.JUMP32].u32() - here // 4) & 0x7FFFF) << 5 | low & 31
    if top & 0x7E == 0x36:
        see("Exe ARM64 bit test")
        low, number = code.u8(), code.u8()
        return top << 24 | (number & 31) << 19 | (streams[x86.IMM16].u16() & 0x3FFF) << 5 | low & 31
    if top & 0x1F == 0x11 or top & 0x3B == 0x39:
        see("Exe ARM64 immediate")
        rest = code.u16()
        return (top << 24 | rest & 0x3FF | (rest >> 10 & 3) << 22 | (rest >> 12) << 18
                | streams[x86.DISP8].u8() << 10)
    if top & 0x1F == 0x12:
        see("Exe ARM64 wide immediate")
        rest = code.u8()
        value = (streams[x86.IMM16] if rest & 0x80 else code).u16()
        return top << 24 | rest & 31 | (rest >> 5) << 21 | value << 5
    see("Exe ARM64 other")
    return top << 24 | code.uint(3)
