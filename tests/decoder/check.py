#!/usr/bin/python3
"""check.py SIGMA-PAR: holds the Python decoder, written from the specification alone, against the command.

Small inputs of every kind of data are compressed at every level and by every strategy and must restore byte for
byte; streams built by hand and changed payloads must be judged alike by both decoders; the worked examples of the
specification must decode; and every part of the format must have been met.
"""

from __future__ import annotations

import importlib.util
import io
import random
import re
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
if importlib.util.find_spec("xxhash") is None:
    sys.exit(f"check.py: {sys.executable} lacks the module xxhash: install Debian's python3-xxhash, or configure with "
             "-DSIGMA_PYTHON=<a python3 that has it>")

from decoder import cases, cases_container, container, content_hash, coverage, data, examples, expected  # noqa: E402
from decoder import members, payload  # noqa: E402
from decoder.command import Command  # noqa: E402
from decoder.container import UserData  # noqa: E402
from decoder.craft import Part, stream  # noqa: E402
from decoder.duel import Case, Harvest, Whole, duel, encode, mutated, mutated_payload  # noqa: E402
from decoder.errors import FormatError  # noqa: E402
from decoder.seek import seek_tables  # noqa: E402

# These take the decoder long and show something new at these levels only.
LARGE_LEVELS = {"mixed": ("-5",), "skewed": ("-1", "-6")}
VECTORS = Path(__file__).resolve().parent.parent / "vectors"
CHANGED = 20  # changed payloads of each transform


class Check:
    def __init__(self, command: Command) -> None:
        self.command = command
        self.faults: list[str] = []
        self.started = time.monotonic()

    def expect(self, condition: bool, message: str) -> None:
        if not condition:
            self.faults.append(message)
            print(f"FAULT: {message}")

    def done(self, what: str) -> None:
        now = time.monotonic()
        print(f"{now - self.started:6.1f} s  {what}", flush=True)
        self.started = now


def strategies(path: str) -> tuple[list[str], list[str]]:
    """The levels and strategies that the command lists."""
    text = subprocess.run([path, "-H"], capture_output=True, check=True, text=True).stdout
    found = {}
    for name in ("Levels", "Strategies"):
        match = re.search(rf"^{name}: (.*)$", text, re.MULTILINE)
        if match is None:
            raise RuntimeError(f"sigma-par -H lists no {name.lower()}")
        found[name] = match[1].split()
    return found["Levels"], found["Strategies"]


def check_kinds(check: Check, kinds: dict[str, bytes]) -> Harvest:
    """Every kind of data at every level and by every strategy. Returns what was decoded."""
    levels, names = strategies(check.command.path)
    modes = [(f"-{level}", *more) for level in levels for more in ((), ("--decode-first",))]
    modes += [("-4", "--strategy", name) for name in names if name != "auto"]
    modes.append(("-7", "--strategy", "lz"))  # literals in contexts
    with Harvest() as harvest:
        for mode in modes:
            chosen = {name: value for name, value in kinds.items()
                      if name not in LARGE_LEVELS or mode[0] in LARGE_LEVELS[name] and len(mode) == 1
                      or name == "mixed" and mode[-1] == "split"}
            for (name, value), (_, one) in zip(chosen.items(), check.command.compress(list(chosen.values()), mode)):
                check.expect(one.data() == value, f"{name} at {' '.join(mode)} restores to other bytes")
        check.done(f"{len(kinds)} kinds of data in {len(modes)} modes")
    return harvest


def check_files(check: Check, kinds: dict[str, bytes]) -> None:
    """Several streams in a file, several chunks in a stream, user data, nothing: from the front and the end."""
    one = check.command.compress([kinds["text"], kinds["empty"], kinds["csv"]], ("-2",))
    many = check.command.compress([kinds["far_matches"] + kinds["log"] * 3], ("-3", "-B64K"))
    user = stream([UserData(0, 7, b"before"), Part(0, b"one", b"one"), UserData(0, (1 << 32) - 1, b""),
                   Part(2, b"e" * 70, b"\1e"), UserData(0, 0, b"after" * 99)])
    alone = stream([UserData(0, 1, b"nothing else")], with_original=True)
    files = [b"".join(raw for raw, _ in one), many[0][0], user, alone, user + one[0][0] + many[0][0] + alone,
             stream([Part(0, b"known size", b"known size")], with_original=True)]
    for number, file in enumerate(files):
        found = list(container.streams(file))
        restored = b"".join(part.data() for part in found)
        run = subprocess.run([check.command.path, "-dc"], input=file, capture_output=True, check=False)
        check.expect(run.returncode == 0 and run.stdout == restored, f"file {number} restores to other bytes: "
                     f"{run.stderr.decode()}")
        tables = [[(entry.offset, entry.stored, entry.original, entry.hash) for entry in table]
                  for table in seek_tables(file)]
        from_front = [[(chunk.offset - part.offset, chunk.stored(), chunk.original, chunk.hash)
                       for chunk in part.chunks] for part in found]
        check.expect(tables == from_front, f"file {number} has other chunks from the end than from the front")
    check.expect(len(many[0][1].chunks) > 1, "the file of several chunks has one")
    check.done("files of several streams and chunks")


def check_far(check: Check, kinds: dict[str, bytes]) -> None:
    """What the command stores once restores everywhere."""
    rng = random.Random("far")
    text = (kinds["text"] + kinds["log"] + kinds["csv"])[:150000].ljust(150000, b"-")
    noise = [rng.randbytes(rng.randrange(300, 9000)) for _ in range(60)]
    inputs = {"twice": rng.randbytes(65536) * 2, "text again": text + b"other" * 99 + text,
              "noise in another order": b"".join(noise + rng.sample(noise, len(noise)) * 6),
              "nothing twice": rng.randbytes(200000)}
    far = 0
    for level in ("-1", "-3", "-5", "-7"):
        modes = (level, "-B64K", "--far", "on")
        for (name, value), (_, one) in zip(inputs.items(), check.command.compress(list(inputs.values()), modes)):
            check.expect(one.far and one.data() == value, f"{name} at {' '.join(modes)} restores to other bytes")
            found = sum(chunk.plan == payload.FAR for chunk in one.chunks)
            check.expect((found > 0) == (name != "nothing twice"), f"{name} has {found} chunks with far copies")
            far += found
    check.done(f"{far} chunks with far copies")


def check_members(check: Check) -> None:
    """The index of members says what Python's own module reads from the tar."""
    rng = random.Random("members")
    for form in (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        for count, size, level in ((3, 200000, "-3"), (3000, 900, "-1"), (700, 300, "-7")):
            options = (level, "-B64K")
            raw = io.BytesIO()
            with tarfile.open(fileobj=raw, mode="w", format=form) as archive:
                for number in range(count):
                    info = tarfile.TarInfo(f"folder{number // 50}/{'long/' * (number % 30 // 29 * 25)}name{number}")
                    info.size = size // 2 + rng.randrange(size // 2)
                    info.mtime, info.mode, info.uid = 1000000000 + rng.randrange(99), 0o640 + number % 8, number % 80
                    info.uname = f"user{info.uid}"
                    if number % 9 == 8:
                        info.type, info.linkname, info.size = tarfile.SYMTYPE, "some/where", 0
                    archive.addfile(info, io.BytesIO(rng.randbytes(info.size)))
            (_, one), = check.command.compress([raw.getvalue()], options)
            index = members.decode([part.data for part in one.user_data if part.type == members.TYPE])
            raw.seek(0)
            with tarfile.open(fileobj=raw) as archive:
                due = [(info.name.encode(), info.offset, info.offset_data, info.size, info.mtime, info.mode, info.uid,
                        info.uname.encode(), info.linkname.encode()) for info in archive]
            got = [(one.name, one.header, one.data, one.stored, one.mtime, one.mode, one.owner[0], one.owner[2],
                    one.link) for one in index.members]
            check.expect(index.whole and got == due, f"the index of {count} members at {options} differs")
            (_, without), = check.command.compress([raw.getvalue()], (*options, "--no-index"))
            check.expect(not without.user_data, "--no-index writes user data")
    check.done("indexes of members")


def check_content_hashes(check: Check, kinds: dict[str, bytes]) -> None:
    """The command's hashes of contents are those of Python's own modules; container.streams holds them together."""
    for option, kind in (("--content-hash", content_hash.XXH3), ("--content-hash=sha256", content_hash.SHA256)):
        sources = [kinds["empty"], kinds["one_byte"], kinds["log"] * 3]
        for source, (_, one) in zip(sources, check.command.compress(sources, ("-2", "-B64K", option))):
            frames = [part.data for part in one.user_data if part.type == content_hash.TYPE]
            value = content_hash.digest(kind, source)
            due = [bytes([0, kind, 0]), bytes([0, kind, len(value)]) + value]
            check.expect(one.data() == source and frames == due, f"{option} of {len(source)} bytes writes {frames}")
    check.done("hashes of contents")


def check_containers(check: Check) -> None:
    """Headers, frames and footers built by hand are judged alike."""
    accepted = 0
    found = cases_container.files()
    for name, file in found.items():
        try:
            restored: bytes | None = b"".join(part.data() for part in container.streams(file))
            accepted += 1
        except FormatError as error:
            restored = None
            reason = str(error)
        run = subprocess.run([check.command.path, "-dc"], input=file, capture_output=True, check=False)
        if restored is None:
            check.expect(run.returncode == 1, f"{name}: sigma-par accepts, Python {reason}")
        else:
            # A warning tells of a hash that was not checked.
            status = 2 if "unknown" in name else 0
            check.expect(run.returncode == status and run.stdout == restored, f"{name}: Python accepts, {run.stderr!r}")
            check.expect(sum(map(len, seek_tables(file))) > 0 or not restored, f"{name}: no chunk from the end")
    check.done(f"{len(found)} files built by hand, {accepted} of them valid")


def check_vectors(check: Check) -> None:
    """The Python decoder judges the vectors as their lists say; tests/vectors/vectors_test.cc asks the engine."""
    count = 0
    for kind in ("valid", "invalid"):
        lines = (VECTORS / f"{kind}.txt").read_text(encoding="utf-8").splitlines()
        for name, line in (line.split(" ", 1) for line in lines if not line.startswith("#")):
            try:
                restored = b"".join(part.data() for part in
                                    container.streams((VECTORS / kind / f"{name}.sigma").read_bytes()))
                found = f"{len(restored)} {container.hash64(restored):016x}"
            except FormatError as error:
                found = error.kind.replace(" ", "_").lower()
            check.expect(found == line, f"vector {name}: {found} instead of {line}")
            count += 1
    check.expect(count > 300, f"there are only {count} vectors")
    check.done(f"{count} vectors")


def check_damage(check: Check, kinds: dict[str, bytes]) -> None:
    """A changed bit or a cut must be refused by both, from the front and from the end."""
    rng = random.Random("damage")
    files = []
    for raw, _ in check.command.compress([kinds["csv"], kinds["one_byte"], kinds["empty"]], ("-3",)):
        places = set(range(min(40, len(raw)))) | set(range(max(0, len(raw) - 50), len(raw)))
        for place in sorted(places | {rng.randrange(len(raw)) for _ in range(20)}):
            changed = bytearray(raw)
            changed[place] ^= 1 << rng.randrange(8)
            files.append(bytes(changed))
        files += [raw[:place] for place in sorted(places | {rng.randrange(len(raw)) for _ in range(9)})]
    for number, file in enumerate(files):
        try:
            list(container.streams(file))
            check.expect(False, f"damaged file {number} restores")
        except FormatError:
            pass
    refused = check.command.refused(files)
    check.expect(refused == len(files), f"the command refuses {refused} of {len(files)} damaged files")
    check.done(f"{len(files)} damaged files")


def check_agreement(check: Check, found: Harvest) -> None:
    """Payloads built by hand and payloads changed at random are judged alike."""
    rng = random.Random("agreement")
    built = encode(check.command, cases.transform_cases(), "built")
    built += cases.coder_payloads()
    built += cases.nested(built)
    changed = encode(check.command, changed_cases(rng, found), "changed") + changed_payloads(rng, found)
    for name, wholes in (("built", built), ("changed", changed)):
        accepted, refused, faults = duel(check.command, wholes)
        for fault in faults:
            check.expect(False, fault)
        check.expect(accepted > 0 and refused > 0, f"{name} payloads are all judged the same way")
        check.done(f"{name} payloads: both accept {accepted}, both refuse {refused}")


def changed_cases(rng: random.Random, found: Harvest) -> list[Case]:
    changed = []
    for transform in sorted({case.transform for case in found.cases}):
        own = sorted((case for case in found.cases if case.transform == transform), key=lambda case: case.size)
        changed += [mutated(rng, rng.choice(own[:len(own) // 2 + 1])) for _ in range(CHANGED)]
    return changed


def changed_payloads(rng: random.Random, found: Harvest) -> list[Whole]:
    changed = []
    for coder in (1, 2, 3, 4):
        own = [whole for whole in found.wholes if whole.plan == coder and 0 < whole.size <= 20000]
        changed += [mutated_payload(rng, rng.choice(own)) for _ in range(5 * CHANGED)]
    return changed


def main() -> int:
    if len(sys.argv) != 2:
        sys.exit("check.py: the one argument is the path of the command sigma-par")
    payload.remember()
    with tempfile.TemporaryDirectory(prefix="sigma-decoder-") as folder:
        check = Check(Command(sys.argv[1], Path(folder)))
        kinds = data.kinds()
        check.done("inputs made")
        found = check_kinds(check, kinds)
        by_encoder = coverage.seen()
        check_files(check, kinds)
        check_far(check, kinds)
        check_members(check)
        check_content_hashes(check, kinds)
        check_containers(check)
        check_vectors(check)
        check_damage(check, kinds)
        check_agreement(check, found)
        for fault in examples.faults(check.command):
            check.expect(False, fault)
        check.done(f"{len(examples.examples())} worked examples")
        check.expect(expected.PLANS <= by_encoder, f"never made by sigma-par: {sorted(expected.PLANS - by_encoder)}")
        met = coverage.seen()
        check.expect(expected.PARTS <= met, f"never met: {sorted(expected.PARTS - met)}")
        check.expect(met <= expected.PARTS, f"met, but not in expected.py: {sorted(met - expected.PARTS)}")
        print(f"{len(met)} parts of the format met, {len(met - by_encoder)} of them only in streams built by hand: "
              f"{', '.join(sorted(met - by_encoder))}")
    print(f"{len(check.faults)} faults")
    return 1 if check.faults else 0


if __name__ == "__main__":
    sys.exit(main())
