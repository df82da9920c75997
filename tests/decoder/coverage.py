"""Names of the parts of the format that a run has decoded; check.py asserts that none is left out.

Only what is accepted counts: names wait until keep(), and drop() forgets those of a refused input.
"""

from __future__ import annotations

_waiting: set[str] = set()
_seen: set[str] = set()


def see(name: str) -> None:
    _waiting.add(name)


def keep() -> None:
    _seen.update(_waiting)
    _waiting.clear()


def drop() -> None:
    _waiting.clear()


def seen() -> set[str]:
    return set(_seen)
