"""The x86 part of the section "Exe": which operands follow which bytes."""

from __future__ import annotations

CODE, DISP8, DISP32, DATA, IMM8, IMM16, IMM32, IMM64, JUMP8, JUMP32, CALL = range(11)
NOTHING: int | None = None


class Row:
    """The operands that a byte calls for in a state: a ModRM byte, an immediate (its stream, or None), and the next state."""

    def __init__(self, modrm: bool = False, immediate: int | None = NOTHING, following: str = "P",
                 by_modrm: bool = False) -> None:
        self.modrm = modrm
        self.immediate = immediate
        self.following = following
        self.by_modrm = by_modrm  # the immediate is there only if bits 4-5 of the ModRM byte are 0


def plain(byte: int, wide: bool) -> Row:
    """State P; `wide` is x86-64."""
    low = byte & 7
    if byte in (0x26, 0x2E, 0x36, 0x3E, 0x64, 0x65, 0x67, 0xF0, 0xF2, 0xF3) or (wide and 0x40 <= byte <= 0x47):
        return Row(following="same")
    if byte == 0x0F:
        return Row(following="T")
    if byte == 0x66:
        return Row(following="O")
    if wide and 0x48 <= byte <= 0x4F:
        return Row(following="R")
    if byte in (0x62, 0xC4, 0xC5):
        return Row(following={0x62: "E", 0xC4: "V", 0xC5: "VT"}[byte]) if wide else Row(modrm=True)
    if byte <= 0x3F and low <= 3:
        return Row(modrm=True)
    if byte <= 0x3F and low == 4:
        return Row(immediate=IMM8)
    if byte <= 0x3F and low == 5:
        return Row(immediate=IMM32)
    if byte == 0x63 or 0x84 <= byte <= 0x8F or 0xD0 <= byte <= 0xD3 or 0xD8 <= byte <= 0xDF or byte >= 0xFE:
        return Row(modrm=True)
    if byte in (0x6A, 0xA8, 0xCD, 0xD4, 0xD5) or 0xB0 <= byte <= 0xB7 or 0xE4 <= byte <= 0xE7:
        return Row(immediate=IMM8)
    if byte in (0x68, 0xA9) or 0xB8 <= byte <= 0xBF:
        return Row(immediate=IMM32)
    if byte in (0x80, 0x82, 0x83, 0xC0, 0xC1, 0xC6, 0x6B):
        return Row(modrm=True, immediate=IMM8)
    if byte in (0x81, 0xC7, 0x69):
        return Row(modrm=True, immediate=IMM32)
    if byte in (0xF6, 0xF7):
        return Row(modrm=True, immediate=IMM8 if byte == 0xF6 else IMM32, by_modrm=True)
    if 0xA0 <= byte <= 0xA3:
        return Row(immediate=IMM64 if wide else IMM32)
    if 0x70 <= byte <= 0x7F or 0xE0 <= byte <= 0xE3 or byte == 0xEB:
        return Row(immediate=JUMP8)
    if byte in (0xE8, 0xE9):
        return Row(immediate=CALL if byte == 0xE8 else JUMP32)
    if byte in (0xC2, 0xCA):
        return Row(immediate=IMM16)
    if byte == 0xC8:
        return Row(immediate=IMM16, following="S")
    return Row()


def prefixed(state: str, byte: int, wide: bool) -> Row:
    """States O (after 66) and R (after REX.W): as P but for the size of immediates."""
    row = plain(byte, wide)
    if row.immediate == IMM32:
        if state == "O" and not 0xA0 <= byte <= 0xA3:
            row.immediate = IMM16
        elif state == "R" and 0xB8 <= byte <= 0xBF:
            row.immediate = IMM64
    if row.following == "same":
        row.following = state
    return row


def two_byte(byte: int) -> Row:
    """State T (after 0F)."""
    if 0x80 <= byte <= 0x8F:
        return Row(immediate=JUMP32)
    if byte in (0x38, 0x3A):
        return Row(following="A" if byte == 0x38 else "B")
    if (0x05 <= byte <= 0x09 or byte in (0x0B, 0x0E, 0x77) or 0x30 <= byte <= 0x37 or 0xA0 <= byte <= 0xA2
            or 0xA8 <= byte <= 0xAA or 0xC8 <= byte <= 0xCF):
        return Row()
    immediate = 0x70 <= byte <= 0x73 or byte in (0xA4, 0xAC, 0xBA, 0xC2) or 0xC4 <= byte <= 0xC6
    return Row(modrm=True, immediate=IMM8 if immediate else NOTHING)


def lookup(state: str, byte: int, wide: bool) -> Row:
    if state == "P":
        row = plain(byte, wide)
        if row.following == "same":
            row.following = "P"
        return row
    if state in ("O", "R"):
        return prefixed(state, byte, wide)
    if state == "T":
        return two_byte(byte)
    if state in ("A", "B"):
        return Row(modrm=True, immediate=IMM8 if state == "B" else NOTHING)
    if state in ("V", "E"):
        number = byte & (31 if state == "V" else 7)
        return Row(following=state + {1: "T", 3: "B"}.get(number, "A"))
    if state in ("VT", "VA", "VB"):
        return Row(following=state[1])
    if state in ("ET", "EA", "EB"):
        return Row(following="V" + state[1])
    assert state == "S"
    return Row()
