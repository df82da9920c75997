"""Changed payloads with true hashes, decoded by the Python decoder and by the command.

Both must refuse the same ones and restore the others to the same bytes. This finds where the text and the engine
judge differently, which whole streams, all of them valid, cannot.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from . import coverage, payload
from .command import Answer, Command
from .craft import Part, plan_payload, stream
from .errors import FormatError

HASH_MESSAGE = "does not restore to what its hash says"


@dataclass(frozen=True)
class Case:
    """A transform's input: its parameters, its sections and the size it restores to."""

    transform: int
    parameters: bytes
    sections: tuple[bytes, ...]
    size: int


@dataclass(frozen=True)
class Whole:
    """A payload to be judged by both."""

    name: str
    plan: int
    payload: bytes
    size: int


class Harvest:
    """While it is entered, collects what coders and transforms were given and restored."""

    def __init__(self) -> None:
        self.cases: dict[Case, None] = {}
        self.wholes: dict[Whole, None] = {}
        self.coders = dict(payload.CODERS)
        self.transforms = dict(payload.TRANSFORMS)

    def __enter__(self) -> Harvest:
        for number, decode in self.coders.items():
            payload.CODERS[number] = self.coder(number, decode)
        for number, restore in self.transforms.items():
            payload.TRANSFORMS[number] = self.transform(number, restore)
        return self

    def __exit__(self, *_: object) -> None:
        payload.CODERS.update(self.coders)
        payload.TRANSFORMS.update(self.transforms)

    def coder(self, number: int, decode: payload.Coder) -> payload.Coder:
        def collect(coded: bytes, size: int) -> bytes:
            data = decode(coded, size)
            self.wholes[Whole(f"changed payload of coder {number}", number, coded, size)] = None
            return data

        return collect

    def transform(self, number: int, restore: payload.Transform) -> payload.Transform:
        def collect(parameters: bytes, sections: list[bytes], size: int) -> bytes:
            data = restore(parameters, sections, size)
            self.cases[Case(number, parameters, tuple(sections), size)] = None
            return data

        return collect


def mutated_payload(rng: random.Random, whole: Whole) -> Whole:
    """The coder's payload with a few bytes changed, mostly near its start, or its size."""
    coded = bytearray(whole.payload)
    size = whole.size
    for _ in range(rng.choice((1, 1, 2, 4))):
        place = rng.randrange(min(len(coded), rng.choice((8, 60, len(coded)))))
        coded[place] = rng.choice((coded[place] ^ 1 << rng.randrange(8), rng.randrange(256)))
    if rng.random() < 0.1:
        size += rng.choice((-1, 1))
    if rng.random() < 0.1:
        coded = coded[:-1] if rng.random() < 0.5 else coded + b"\0"
    return Whole(whole.name, whole.plan, bytes(coded), max(size, len(coded), 1))


def mutated(rng: random.Random, case: Case) -> Case:
    """The case with a few bytes, sizes or sections changed."""
    sections, parameters, size = list(case.sections), bytearray(case.parameters), case.size
    for _ in range(rng.choice((1, 1, 2, 3))):
        number = rng.randrange(len(sections))
        section = bytearray(sections[number])
        kind = rng.randrange(10)
        if kind <= 4 and section:
            place = rng.randrange(len(section)) if kind < 3 else min(rng.randrange(8), len(section) - 1)
            section[place] = rng.choice((section[place] ^ 1 << rng.randrange(8), rng.randrange(256), 0, 255))
        elif kind == 5:
            section = section[:-1]
        elif kind == 6:
            section.append(rng.choice((0, rng.randrange(256))))
        elif kind == 7 and parameters:
            place = rng.randrange(len(parameters))
            parameters[place] = rng.choice((parameters[place] ^ 1 << rng.randrange(8), rng.randrange(256)))
        elif kind == 8 and section:
            place = rng.randrange(len(section))
            section[place:place + 20] = rng.randbytes(len(section[place:place + 20]))
        elif kind == 9 and len(sections) > 1:
            sections.append(sections.pop(number))
            continue
        sections[number] = bytes(section)
    if rng.random() < 0.1:
        size = max(1, size + rng.choice((-7, -1, 1, 3)))
    return Case(case.transform, bytes(parameters), tuple(sections), size)


def encode(command: Command, cases: Sequence[Case], name: str) -> list[Whole]:
    """Payloads of the cases, sections entropy coded by the command; those that do not shrink are left out."""
    sections = sorted({section for case in cases for section in case.sections if section})
    coded = {b"": (0, b"")}
    found = command.compress(sections, ("-1", "-B1M", "--strategy", "entropy"))
    for section, (_, one) in zip(sections, found):
        coded[section] = (one.chunks[0].plan, one.chunks[0].payload)
    wholes = []
    for case in cases:
        rows = [(coded[section][0], len(section), coded[section][1]) for section in case.sections]
        whole = plan_payload(case.parameters, rows)
        if len(whole) <= case.size:
            wholes.append(Whole(f"{name}, transform {case.transform}", payload.TRANSFORM + case.transform, whole,
                                case.size))
    return wholes


def duel(command: Command, wholes: Sequence[Whole]) -> tuple[int, int, list[str]]:
    """How many payloads both accept, how many both refuse, and a line for each one they judge differently."""
    mine: list[Answer] = []
    files = []
    for whole in wholes:
        coverage.drop()
        try:
            answer = Answer(payload.restore(whole.plan, whole.payload, whole.size, 0))
            coverage.keep()
        except FormatError as error:
            answer = Answer(b"\1" * whole.size, str(error))
        mine.append(answer)
        bound = max(65536, (whole.size + 4095) // 4096 * 4096)
        files.append(stream([Part(whole.plan, answer.data, whole.payload)], bound))
    theirs = command.restore(files, [whole.size for whole in wholes])
    accepted = refused = 0
    faults = []
    for whole, own, other in zip(wholes, mine, theirs):
        if not own.error and not other.error and own.data == other.data:
            accepted += 1
        elif own.error and other.error and HASH_MESSAGE not in other.error:
            refused += 1
        else:
            faults.append(f"{whole.name}: Python {own.error or 'accepts'}, sigma-par {other.error or 'accepts'}")
    return accepted, refused, faults
