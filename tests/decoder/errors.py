"""The errors of the specification's section "Errors"."""

from __future__ import annotations

UNSUPPORTED = "unsupported"
CORRUPT = "corrupt"
TRUNCATED = "truncated"
NOT_SIGMA = "not Sigma"


class FormatError(Exception):
    """A refusal: its kind, what is wrong, and, as far as they are known, the offset in the file and the chunk."""

    def __init__(self, kind: str, message: str, offset: int | None = None, chunk: int | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.offset = offset
        self.chunk = chunk

    def __str__(self) -> str:
        place = "" if self.offset is None else f"at byte {self.offset}: "
        chunk = "" if self.chunk is None else f"chunk {self.chunk}: "
        return f"{place}{chunk}{self.message} ({self.kind})"


def corrupt(message: str) -> FormatError:
    return FormatError(CORRUPT, message)


def unsupported(message: str) -> FormatError:
    return FormatError(UNSUPPORTED, message)


def require(condition: bool, message: str) -> None:
    """Refuses as corrupt unless the condition holds."""
    if not condition:
        raise corrupt(message)
