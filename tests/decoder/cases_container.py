"""Whole files built by hand: headers, frames and footers that are at a limit or wrong, their hashes true."""

from __future__ import annotations

from . import cases_far
from .container import CHUNK, LONG_END, LONG_FOOTER, MAGIC, SHORT_END, SHORT_FOOTER, USER_DATA, hash64
from .content_hash import SHA256, TYPE, XXH3, digest
from .craft import hashed, user_frame, varint

DATA = b"data of a chunk"
Entry = tuple[int, int, int, int]  # offset, stored, original, hash


def header(flags: int = 3, units: int = 16, original: bytes = b"", version: int = 0) -> bytes:
    return hashed(MAGIC + bytes([version, flags]) + units.to_bytes(2, "little") + original)


def chunk(sequence: bytes = b"\0", original: bytes = b"\x0F", size: bytes = b"\x0F", plan: int = 0,
          restored_hash: int = hash64(DATA), payload: bytes = DATA) -> bytes:
    head = bytes([CHUNK, plan]) + sequence + original + size + restored_hash.to_bytes(8, "little")
    return hashed(head + (hash64(payload) & 0xFFFFFFFF).to_bytes(4, "little")) + payload


def short_footer(before: int) -> bytes:
    return bytes([SHORT_FOOTER]) + (before + 7).to_bytes(4, "little") + SHORT_END


def long_footer(before: int, entries: list[Entry], total: int | None = None, count: int | None = None,
                stream_hash: int | None = None) -> bytes:
    body = bytearray([LONG_FOOTER])
    for offset, stored, original, own_hash in entries:
        body += offset.to_bytes(8, "little") + stored.to_bytes(4, "little") + original.to_bytes(4, "little")
        body += own_hash.to_bytes(8, "little")
    body += (sum(entry[2] for entry in entries) if total is None else total).to_bytes(8, "little")
    body += (before + 41 + 24 * len(entries)).to_bytes(8, "little")
    hashes = b"".join(entry[3].to_bytes(8, "little") for entry in entries)
    body += (hash64(hashes) if stream_hash is None else stream_hash).to_bytes(8, "little")
    body += (len(entries) if count is None else count).to_bytes(4, "little")
    return bytes(body) + hash64(bytes(body)).to_bytes(8, "little") + LONG_END


def content_hash_frame(kind: int, value: bytes = b"", version: int = 0, size: int | None = None) -> bytes:
    return user_frame(TYPE, bytes([version, kind, len(value) if size is None else size]) + value)


def content_hashes() -> list[tuple[str, bytes, bytes]]:
    """Names, and the frames in front of the chunk and after it."""
    cases: list[tuple[str, bytes, bytes]] = []
    for kind, name in ((XXH3, "XXH3"), (SHA256, "SHA-256")):
        first, value = content_hash_frame(kind), digest(kind, DATA)
        last = content_hash_frame(kind, value)
        cases += [(f"{name} right", first, last), (f"{name} another", first, content_hash_frame(kind, bytes(len(value)))),
                  (f"{name} missing", first, b""), (f"{name} not announced", b"", last),
                  (f"{name} announced late", b"", first + last), (f"{name} announced twice", first * 2, last),
                  (f"{name} in front", first + last, b""), (f"{name} twice", first, last * 2),
                  (f"{name} cut", first, content_hash_frame(kind, value[:-1])),
                  (f"{name} longer", first, content_hash_frame(kind, value + b"x")),
                  (f"{name} with another size", first, content_hash_frame(kind, value, size=15))]
    return cases + [
        ("of two kinds", content_hash_frame(XXH3), content_hash_frame(SHA256, digest(SHA256, DATA))),
        ("of an unknown kind", content_hash_frame(3), content_hash_frame(3, b"abc")),
        ("of an unknown version", b"", content_hash_frame(XXH3, bytes(16), version=1)),
        ("of an unknown kind beside one", content_hash_frame(0) + content_hash_frame(SHA256),
         content_hash_frame(SHA256, digest(SHA256, DATA)) + content_hash_frame(255, b"x", size=9)),
        ("of no fields", user_frame(TYPE, b""), b""), ("of two fields", user_frame(TYPE, b"\0\1"), b"")]


def files() -> dict[str, bytes]:
    """Names and files, valid and invalid ones."""
    size = len(chunk())
    own = hash64(DATA)
    plain, first = header(), chunk()
    user = user_frame(7, b"abc")
    found: dict[str, bytes] = {}

    def short(name: str, head: bytes, *frames: bytes) -> None:
        before = head + b"".join(frames)
        found[name] = before + short_footer(len(before))

    def long(name: str, head: bytes, frames: bytes, *entries: Entry, **changes: int) -> None:
        found[name] = head + frames + long_footer(len(head + frames), list(entries), **changes)

    def known(name: str, original: bytes) -> None:
        head = header(0x13, original=original)
        long(f"original size {name}", head, first, (len(head), size, 15, own))

    for flags in (0, 8, 15, 0x23, 0x43, 0x83):
        short(f"flags {flags:02X}", header(flags), first)
    for units in (0, 15, 16, 16384, 16385, 65535):
        short(f"chunk size {units}", header(3, units), first)
    short("version 1", header(version=1), first)
    short("version 1, damaged", MAGIC + b"\1\3\x10" + bytes(5), first)
    for name, original in (("right", varint(15)), ("too small", varint(14)), ("not shortest", b"\x8F\0"),
                           ("2^58", varint(1 << 58)), ("above 2^58", varint((1 << 58) + 1)),
                           ("above 64 bits", b"\x80" * 9 + b"\2"), ("of 11 bytes", b"\x80" * 10 + b"\1")):
        known(name, original)
    short("a short footer after an original size", header(0x13, original=varint(15)), first)
    for name, part in (("sequence 1", chunk(b"\1")), ("sequence not shortest", chunk(b"\x80\0")),
                       ("no original bytes", chunk(original=b"\0", size=b"\0", payload=b"")),
                       ("no payload", chunk(size=b"\0", payload=b"")),
                       ("payload above original", chunk(original=b"\x0E")),
                       ("original above the bound", chunk(original=varint(65537))),
                       ("another hash", chunk(restored_hash=5)), ("plan 63", chunk(plan=63)),
                       ("plan 75", chunk(plan=75)), ("plan 255", chunk(plan=255))):
        short(name, plain, part)
    long("no chunk", plain, b"")
    long("no chunk, another stream hash", plain, b"", stream_hash=0)
    long("no chunk, original size 0", header(0x13, original=b"\0"), b"")
    long("no chunk, a total of 1", plain, b"", total=1)
    short("no chunk, a short footer", plain)
    long("a long footer where a short one is due", plain, first, (12, size, 15, own))
    long("user data", plain, user + first + user, (12 + len(user), size, 15, own))
    short("user data and a short footer", plain, first, user)
    long("user data of a type of 33 bits", plain, user_frame(1 << 32, b"abc"))
    long("user data of the highest type", plain, user_frame((1 << 32) - 1, b"abc"))
    long("damaged user data", plain, user[:-1] + b"x")
    for name, front, back in content_hashes():
        long(f"content hash {name}", plain, front + first + back, (12 + len(front), size, 15, own))
    nothing = content_hash_frame(SHA256), content_hash_frame(SHA256, digest(SHA256, b""))
    long("content hash of no chunk", plain, b"".join(nothing))
    long("content hash of no chunk, another", plain, nothing[0] + content_hash_frame(SHA256, bytes(32)))
    huge = bytes([USER_DATA, 1]) + varint((16 << 20) + 1) + bytes(8)
    found["user data above 16 MiB"] = plain + hashed(huge)
    found["an unknown frame"] = plain + b"\0" + first
    long("sequence 0 twice", plain, first + first, (12, size, 15, own), (12 + size, size, 15, own))
    both = first + chunk(b"\1")
    entries: tuple[Entry, Entry] = ((12, size, 15, own), (12 + size, size, 15, own))
    long("two chunks", plain, both, *entries)
    long("two chunks, a count of 1", plain, both, *entries, count=1)
    long("two chunks, a total of 31", plain, both, *entries, total=31)
    long("two chunks, another stream hash", plain, both, *entries, stream_hash=1)
    long("two chunks, one entry", plain, both, entries[0])
    for name, changed in (("offset", (13 + size, size, 15, own)), ("stored", (12 + size, size - 1, 15, own)),
                          ("original", (12 + size, size, 16, own)), ("hash", (12 + size, size, 15, own + 1))):
        long(f"two chunks, another {name}", plain, both, entries[0], changed)
    good = found["two chunks"]
    for name, more in (("a byte", b"x"), ("a stream cut off", good[:7]), ("another stream", good), ("a zero", b"\0"),
                       ("zeros", bytes(5000)), ("zeros and a byte", bytes(9) + b"x"),
                       ("zeros and a stream", bytes(512) + good)):
        found[f"{name} after a stream"] = good + more
    found["zeros alone"] = bytes(100)
    return found | cases_far.files()
