"""The section "Pattern": a prediction of every byte and a list of exceptions."""

from __future__ import annotations

from .coverage import see
from .entropy import decode_stream
from .errors import require, unsupported
from .reader import Reader

PERIOD_LIMIT = 4096


def decode(payload: bytes, size: int) -> bytes:
    reader = Reader(payload)
    prediction = reader.u8()
    if prediction > 1:
        raise unsupported(f"prediction {prediction} of a pattern is unknown")
    see(f"pattern prediction {prediction}")
    period = reader.varint()
    require(1 <= period <= min(PERIOD_LIMIT, size), "a pattern's period is invalid")
    tile = reader.take(period) if prediction == 0 else b""
    control_size, literal_size = reader.varint(), reader.varint()
    require(control_size <= size and literal_size <= size, "a pattern's lists are too long")
    control = Reader(decode_stream(reader, control_size))
    literals = Reader(decode_stream(reader, literal_size))
    reader.finish("a pattern's lists")
    out = bytearray()

    def predict(count: int) -> None:
        require(len(out) + count <= size, "an exception lies beyond the end")
        for _ in range(count):
            if prediction == 0:
                out.append(tile[len(out) % period])
            else:
                out.append(out[-period] if period <= len(out) else 0)

    while control.left():
        gap, length = control.varint(), control.varint()
        predict(gap)
        require(len(out) + length <= size, "an exception lies beyond the end")
        out += literals.take(length)
    literals.finish("the exceptions")
    predict(size - len(out))
    return bytes(out)
