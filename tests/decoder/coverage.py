"""Names of the parts of the format that a run has decoded; check.py asserts that none is left out."""

from __future__ import annotations

_seen: set[str] = set()


def see(name: str) -> None:
    _seen.add(name)


def seen() -> set[str]:
    return set(_seen)


def merge(names: set[str]) -> None:
    _seen.update(names)
