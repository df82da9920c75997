"""Builds streams from their parts, with true hashes: for worked examples and for what no encoder writes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .container import (CHUNK, MAGIC, UNIT, USER_DATA, Chunk, Stream, UserData, footer, hash32, hash64)


def varint(value: int) -> bytes:
    out = bytearray()
    while value >= 128:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out) + bytes([value])


def hashed(header: bytes) -> bytes:
    return header + hash32(header).to_bytes(4, "little")


def chunk_frame(plan: int, sequence: int, restored: bytes, payload: bytes) -> bytes:
    header = bytes([CHUNK, plan]) + varint(sequence) + varint(len(restored)) + varint(len(payload))
    return hashed(header + hash64(restored).to_bytes(8, "little") + hash32(payload).to_bytes(4, "little")) + payload


def user_frame(kind: int, data: bytes) -> bytes:
    return hashed(bytes([USER_DATA]) + varint(kind) + varint(len(data)) + hash64(data).to_bytes(8, "little")) + data


@dataclass
class Part:
    """A chunk to be: its plan, what it restores to, its payload."""

    plan: int
    restored: bytes
    payload: bytes


def stream(frames: Sequence[Part | UserData], bound: int = 65536, with_original: bool = False,
           level: int = 3, far: bool = False) -> bytes:
    """A whole stream of these frames."""
    original = sum(len(frame.restored) for frame in frames if isinstance(frame, Part)) if with_original else None
    header = MAGIC + bytes([0, level | (16 if with_original else 0) | (32 if far else 0)]) + (bound // UNIT).to_bytes(2, "little")
    out = bytearray(hashed(header + (varint(original) if original is not None else b"")))
    model = Stream(0, level, bound, original, len(out), far)
    for frame in frames:
        place = len(out)
        if isinstance(frame, UserData):
            model.user_data.append(frame)
            out += user_frame(frame.type, frame.data)
            continue
        out += chunk_frame(frame.plan, len(model.chunks), frame.restored, frame.payload)
        size = len(out) - place - len(frame.payload)
        model.chunks.append(Chunk(place, frame.plan, len(model.chunks), len(frame.restored), frame.payload,
                                  hash64(frame.restored), size))
    return bytes(out) + footer(model, len(out))


def plan_payload(parameters: bytes, sections: Sequence[tuple[int, int, bytes]]) -> bytes:
    """A plan payload; each section is its plan, its original size, its coded bytes."""
    table = b"".join(bytes([plan]) + varint(size) + varint(len(coded)) for plan, size, coded in sections)
    head = bytes([len(parameters)]) + parameters + bytes([len(sections)])
    return head + table + b"".join(coded for _, _, coded in sections)


def raw_plan(parameters: bytes, sections: Sequence[bytes]) -> bytes:
    """A plan payload of raw sections."""
    return plan_payload(parameters, [(0, len(section), section) for section in sections])


def far_payload(copies: Sequence[tuple[int, int, int]], position: int, rest: bytes, plan: int = 0,
                code: Callable[[bytes], bytes] = bytes) -> bytes:
    """A chunk's payload of far copies: begin, length and source of each; `rest` is the own bytes' plan and payload."""
    end, distance = 0, 0
    columns: tuple[list[int], list[int], list[int]] = ([], [], [])
    for begin, length, source in copies:
        now = position + begin - source
        difference = now - distance
        columns[0].append(begin - end)
        columns[1].append(length - 64)
        columns[2].append(difference * 2 if difference >= 0 else -difference * 2 - 1)
        end, distance = begin + length, now
    table = b"".join(varint(value % (1 << 64)) for column in columns for value in column)
    coded = code(table)
    return varint(len(copies)) + bytes([plan]) + varint(len(table)) + varint(len(coded)) + coded + rest
