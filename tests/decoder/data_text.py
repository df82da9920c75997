"""Small inputs of text, tables and a database, made from a random generator."""

from __future__ import annotations

import random
import sqlite3
import tempfile
from pathlib import Path

SIZE = 16384
WORDS = ("the of and to a in that is was he for it with as his on be at by had not are but from or have an they "
         "which one you were her all she there would their we him been has when who will more no if out so said "
         "what up its about into than them can only other new some could time these two may then do first any my "
         "now such like our over man me even most made after also did many before must through years where much "
         "your way well down should because each just those people how too little state good very make world").split()


def words(rng: random.Random, size: int) -> bytes:
    out = []
    length = 0
    while length < size:
        word = WORDS[min(int(rng.expovariate(0.05)), len(WORDS) - 1)]
        if rng.random() < 0.1:
            word += rng.choice((".\n", ", ", "; "))
        out.append(word)
        length += len(word) + 1
    return " ".join(out).encode()[:size]


def text(rng: random.Random) -> bytes:
    return words(rng, 2 * SIZE)


def fixed_lines(rng: random.Random) -> bytes:
    """Lines of one length, a few of another."""
    out = []
    for number in range(700):
        out.append(f"{number:06d} {rng.choice('ABCD')}{rng.randrange(10000):5d} {rng.randrange(100):02d}:"
                   f"{rng.randrange(60):02d} {rng.random():8.5f}\n")
        if rng.random() < 0.02:
            out.append("a remark of another length\n")
    return "".join(out).encode()


def csv(rng: random.Random) -> bytes:
    out = ["id;date;city;amount;code\n"]
    for number in range(600):
        out.append(f"{10000 + number};2024-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d};"
                   f"{rng.choice(('Berlin', 'Paris', 'Rome', 'Oslo'))};{rng.uniform(0, 900):.2f};"
                   f"{rng.randrange(1 << 32):08x}\n")
    return "".join(out).encode()


def json_lines(rng: random.Random) -> bytes:
    out = []
    for number in range(300):
        tags = ",".join(f'"{rng.choice(WORDS)}"' for _ in range(rng.randrange(0, 3)))
        out.append(f'{{"id": {number * 7 + 1}, "name": "{rng.choice(WORDS)}{rng.randrange(50)}", "tags": [{tags}], '
                   f'"ok": {rng.choice(("true", "false"))}, "hash": "{rng.randrange(1 << 40):010X}"}}\n')
    return "".join(out).encode()


def log(rng: random.Random) -> bytes:
    out = []
    second = 0
    for _ in range(400):
        second += rng.randrange(0, 5)
        stamp = f"[{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}]"
        host = f"10.0.{rng.randrange(4)}.{rng.randrange(256)}"
        out.append(rng.choice((
            f"{stamp} GET /page/{rng.randrange(40)} {host} 200\n",
            f"{stamp} login of {rng.choice(WORDS)} from {host}\n",
            f"{stamp} {words(rng, 20).decode()!r}\n")))
    return "".join(out)[:-1].encode()


def database(rng: random.Random) -> bytes:
    """A database of SQLite with tables, an index and long values."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.db"
        connection = sqlite3.connect(path)
        connection.execute("pragma page_size = 1024")
        connection.execute("create table item (id integer primary key, name text, amount real)")
        connection.execute("create table note (name text primary key, body text) without rowid")
        connection.execute("create index item_name on item (name)")
        connection.executemany("insert into item values (?, ?, ?)",
                               [(number, words(rng, rng.randrange(5, 40)).decode(), rng.random())
                                for number in range(700)])
        connection.executemany("insert or ignore into note values (?, ?)",
                               [(words(rng, 12).decode(), words(rng, rng.randrange(5, 400)).decode())
                                for _ in range(60)])
        connection.execute("insert into item values (100000, ?, 0)", (words(rng, 3000).decode(),))
        connection.commit()
        connection.close()
        return path.read_bytes()
