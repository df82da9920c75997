"""The worked examples of the specification: every fenced block that begins with ```hex is decoded.

    ```hex stream           a whole file
    ```hex payload 66       a payload of this plan id
    ```hex members          a block of the index of members, whose names, each with a zero after it, it restores to
    89 53 47 4D             bytes in hexadecimal, (61 62)*3 for a repetition, a comment after #
    = 48 65 6C 6C 6F        the restored bytes, on one line or several
    ```
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from . import members, payload
from .command import Command
from .container import streams
from .craft import Part, stream
from .errors import FormatError

ROOT = Path(__file__).resolve().parent.parent.parent
FENCE = re.compile(r"^```hex +(stream|members|payload +\d+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TOKEN = re.compile(r"\s*(?:\(([0-9A-F ]+)\)\*(\d+)|([0-9A-F]{2})(?:\*(\d+))?(?=\s|$))")


@dataclass
class Example:
    """An example: where it stands, its plan (None for a whole file), its bytes and what they restore to."""

    place: str
    kind: str
    plan: int | None
    data: bytes
    restored: bytes


def hexadecimal(text: str, place: str) -> bytes:
    out = bytearray()
    text = text.rstrip()
    position = 0
    while position < len(text):
        match = TOKEN.match(text, position)
        if match is None:
            raise ValueError(f"{place}: no bytes in hexadecimal: {text[position:]!r}")
        group, times, byte, byte_times = match.groups()
        out += bytes.fromhex(group or byte) * int(times or byte_times or 1)
        position = match.end()
    return bytes(out)


def examples() -> list[Example]:
    found = []
    for path in sorted(ROOT.glob("engine/**/*.md")):
        text = path.read_text(encoding="utf-8")
        blocks = list(FENCE.finditer(text))
        if len(blocks) != text.count("```hex"):
            raise ValueError(f"{path.relative_to(ROOT)}: a block in hexadecimal is not written as examples.py says")
        for block in blocks:
            place = f"{path.relative_to(ROOT)}:{text.count(chr(10), 0, block.start()) + 1}"
            lines = [line.split("#")[0] for line in block[2].splitlines()]
            kind = block[1].split()
            found.append(Example(
                place, kind[0], int(kind[1]) if kind[0] == "payload" else None,
                hexadecimal(" ".join(line for line in lines if not line.startswith("=")), place),
                hexadecimal(" ".join(line[1:] for line in lines if line.startswith("=")), place)))
    return found


def missing(found: list[Example]) -> list[str]:
    """A line for each coder and transform without an example, and for each family of transforms without a text."""
    plans = {example.plan for example in found}
    all_plans = [*payload.CODERS, *(payload.TRANSFORM + number for number in payload.TRANSFORMS)]
    lines = [f"plan {plan} has no worked example" for plan in all_plans if plan not in plans]
    families = [path for path in (ROOT / "engine/transform").iterdir() if path.is_dir()]
    return lines + [f"{path.relative_to(ROOT)} has no SPEC.md" for path in families if not (path / "SPEC.md").exists()]


def faults(command: Command) -> list[str]:
    """A line for each example that is missing, or that one of the decoders does not restore as the text says."""
    found = examples()
    lines = missing(found)
    for example in found:
        try:
            if example.kind == "members":
                index = members.decode([example.data])
                own = b"".join(member.name + b"\0" for member in index.members)
            elif example.plan is None:
                own = b"".join(one.data() for one in streams(example.data))
            else:
                own = payload.restore(example.plan, example.data, len(example.restored), 0)
        except FormatError as error:
            lines.append(f"{example.place}: the Python decoder refuses the example: {error}")
            continue
        if own != example.restored:
            lines.append(f"{example.place}: the example restores to {own.hex(' ').upper()}")
    found = [example for example in found if example.kind != "members"]
    files = [example.data if example.plan is None else stream([Part(example.plan, example.restored, example.data)])
             for example in found]
    # The file of each example with more than one chunk is accepted, so it gives output of the size that is said.
    for example, answer in zip(found, command.restore(files, [len(example.restored) for example in found])):
        if answer.error or answer.data != example.restored:
            lines.append(f"{example.place}: sigma-par does not restore the example: {answer.error or 'other bytes'}")
    return lines
