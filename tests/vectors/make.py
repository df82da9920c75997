#!/usr/bin/python3
"""make.py: adds the vectors that are missing to valid/ and invalid/, and their lines to valid.txt and invalid.txt.

A vector is a small file that says by its name what it shows. They come from the files and payloads that
tests/decoder builds by hand, from the worked examples of the specification, and from changes of these; the Python
decoder judges which are valid. A vector that is there is never changed: they pin what version 0 means.

    valid.txt      name, bytes it restores to, their hash64
    invalid.txt    name, error code: not_sigma, unsupported, truncated or corrupt
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from decoder import cases, cases_container, examples, payload  # noqa: E402
from decoder.container import UNIT, hash64, streams  # noqa: E402
from decoder.craft import Part, plan_payload, stream  # noqa: E402
from decoder.errors import FormatError  # noqa: E402
from decoder.reader import Reader  # noqa: E402

LARGEST = 700  # bytes of a payload
# Built payloads whose names say too little of what they show.
UNNAMED = re.compile(r"first byte|changed bit|static table|extra|(wide|narrow) record of|narrow record|[0-9] first"
                     r"|match of the start|period (0|99|100|101) of many|tile of (99|4096|4097)|2621|2 pieces|right")
NAMES = {64: "delta", 65: "split", 66: "records", 67: "raster", 68: "pcm", 69: "float", 70: "exe", 71: "table",
         72: "branch", 73: "dictionary", 74: "pages", 1: "pattern", 2: "entropy", 3: "lz", 4: "sort", 5: "adaptive"}
Section = tuple[int, int, bytes]  # plan, original size, coded bytes


def slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower().replace("^", " to the ")).strip("-")


def restored(plan: int, coded: bytes, size: int) -> bytes:
    """The bytes that the payload restores to; zeros, so that only the payload is at fault, where it is refused."""
    try:
        return payload.restore(plan, coded, size, 0)
    except FormatError:
        return bytes(size)


def one_chunk(plan: int, coded: bytes, size: int) -> bytes:
    bound = max(65536, (size + UNIT - 1) // UNIT * UNIT)
    return stream([Part(plan, restored(plan, coded, size), coded)], bound=bound)


def containers() -> dict[str, bytes]:
    found = {f"file-{slug(name)}": file for name, file in cases_container.files().items()}
    whole = found["file-two-chunks"]
    for name, end in (("the magic", 3), ("the stream header", 9), ("the first chunk header", 20),
                      ("the first payload", 12 + 28 + 4), ("the footer", len(whole) - 50),
                      ("the trailer", len(whole) - 9)):
        found[f"file-cut-in-{slug(name)}"] = whole[:end]
    found["file-empty"] = b""
    found["file-no-magic"] = b"This is no stream of Sigma, but text."
    for place, name in ((5, "stream-header"), (13, "chunk-header"), (12 + 28 + 2, "payload"), (len(whole) - 60, "footer")):
        changed = bytearray(whole)
        changed[place] ^= 1
        found[f"file-changed-bit-in-the-{name}"] = bytes(changed)
    return found


def coders() -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for whole in cases.coder_payloads():
        if UNNAMED.search(whole.name):
            continue
        name = slug(whole.name.removeprefix("built ").replace("payload, ", "").replace(" stream, ", " "))
        if name not in found and len(whole.payload) <= LARGEST:
            found[name] = one_chunk(whole.plan, whole.payload, whole.size)
    return found


def parts(coded: bytes) -> tuple[bytes, list[Section]]:
    """Parameters and sections of a plan payload."""
    reader = Reader(coded)
    parameters = reader.take(reader.u8())
    table = [(reader.u8(), reader.varint(), reader.varint()) for _ in range(reader.u8())]
    return parameters, [(plan, size, reader.take(stored)) for plan, size, stored in table]


def changes(parameters: bytes, sections: list[Section]) -> dict[str, bytes]:
    """The payload of an example with one thing changed."""
    def longer(change: int, index: int) -> list[Section]:
        plan, size, coded = sections[index]
        if plan == 0:
            coded = coded[:-1] if change < 0 else coded + bytes(change)
        return [(plan, size + change, coded) if k == index else section for k, section in enumerate(sections)]

    first = next(index for index, section in enumerate(sections) if section[1] != 0)
    unknown = [(63, *section[1:]) if index == first else section for index, section in enumerate(sections)]
    found = {"no-parameters": plan_payload(b"", sections),
             "a-parameter-too-many": plan_payload(parameters + b"\0", sections),
             "an-unknown-parameter": plan_payload(bytes([parameters[0] | 128]) + parameters[1:], sections),
             "a-section-missing": plan_payload(parameters, sections[:-1]),
             "an-empty-section-more": plan_payload(parameters, sections + [(0, 0, b"")]),
             "unknown-coder-of-a-section": plan_payload(parameters, unknown),
             "a-byte-after-the-sections": plan_payload(parameters, sections) + b"\0"}
    for index, (plan, size, coded) in enumerate(sections):
        if size != 0 and plan in (0, 2):
            found[f"section-{index}-a-byte-shorter"] = plan_payload(parameters, longer(-1, index))
            found[f"section-{index}-a-byte-longer"] = plan_payload(parameters, longer(1, index))
    return found


def worked() -> dict[str, bytes]:
    """The worked examples, and the first of each transform with changes."""
    found: dict[str, bytes] = {}
    for example in examples.examples():
        if example.plan is None:
            name, data = "stream", example.data
        else:
            name, data = NAMES[example.plan], one_chunk(example.plan, example.data, len(example.restored))
        number = sum(key.startswith(f"{name}-example") for key in found) + 1
        found[f"{name}-example-{number}"] = data
        if example.plan is None or example.plan < 64 or number > 1:
            continue
        for change, coded in changes(*parts(example.data)).items():
            if change == "an-unknown-parameter" and name in ("split", "table"):
                continue  # any byte may stand there
            if 0 < len(coded) <= len(example.restored):
                found[f"{name}-{change}"] = one_chunk(example.plan, coded, len(example.restored))
    return found


def nested() -> dict[str, bytes]:
    """A coder and a transform below three and four splits: only coders may be that deep."""
    found = {}
    for name, plan, coded, size in (("constant", 2, b"\1c", 4000), ("delta", 64, plan_payload(
            b"\1", [(2, 1000, b"\1a"), (2, 1000, b"\1b")]), 2000)):
        for depth in range(1, 5):
            coded = plan_payload(b"\1\0", [(2, 1024, b"\1s"), (plan, size, coded)])
            plan, size = 65, size + 1024
            if depth > 2:
                found[f"nested-{name}-below-{depth}-splits"] = one_chunk(plan, coded, size)
    return found


def judge(file: bytes) -> str:
    """The line of a valid file in its list, without the name."""
    data = b"".join(part.data() for part in streams(file))
    return f"{len(data)} {hash64(data):016x}"


def code(error: FormatError) -> str:
    return error.kind.replace(" ", "_").lower()


def read_list(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.split(" ", 1) for line in lines if line and not line.startswith("#"))


def main() -> None:
    lists = {kind: read_list(HERE / f"{kind}.txt") for kind in ("valid", "invalid")}
    for name, file in (containers() | coders() | worked() | nested()).items():
        if name in lists["valid"] or name in lists["invalid"] or len(file) > 10 * LARGEST:
            continue
        try:
            kind, line = "valid", judge(file)
        except FormatError as error:
            kind, line = "invalid", code(error)
        lists[kind][name] = line
        (HERE / kind).mkdir(exist_ok=True)
        (HERE / kind / f"{name}.sigma").write_bytes(file)
    for kind, heads in (("valid", "name, bytes it restores to, their hash64"), ("invalid", "name, error code")):
        text = "".join(f"{name} {line}\n" for name, line in sorted(lists[kind].items()))
        (HERE / f"{kind}.txt").write_text(f"# {heads} (make.py)\n{text}", encoding="utf-8")


if __name__ == "__main__":
    main()
