"""The file of signed heads outside the database: one JSON object a line, only ever appended to.

Each signing ends with one signed line that says its moment and how many heads it wrote, once
the database has them too. So the file alone proves that at that moment every chain reached no
further than it says, also a chain that was quiet and got no line of its own.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, Protocol
from uuid import UUID

from vlms.audit.heads import Signed, key_of, signature_of

FORM = "vlms-journal-signing-1"
WHOLE, BROKEN_OFF = "whole", "broken off"
_LONGEST_LINE = 4096


@dataclass(frozen=True)
class Ending:
    """The last line of a signing; `end` is WHOLE, or BROKEN_OFF as the next signing found it."""

    at: str
    count: int
    end: str
    key: str
    signature: bytes

    @property
    def message(self) -> bytes:
        """What is signed: one line of JSON."""
        fields = (FORM, self.at, self.count, self.end)
        return json.dumps(fields, separators=(",", ":")).encode("ascii")

    @property
    def line(self) -> str:
        told = {"form": FORM, "at": self.at, "count": self.count, "end": self.end}
        return json.dumps({**told, "key": self.key, "signature": self.signature.hex()})


class Line(Protocol):
    """What is kept as one line."""

    @property
    def line(self) -> str: ...


@dataclass(frozen=True)
class Outside:
    """What the file holds; `older` are moments of signings from before they had an ending.

    A line that is none of ours is None among the heads. `open` are the heads behind the last
    ending: their signing was broken off, or is going on.
    """

    heads: Sequence[Signed | None] = ()
    endings: Sequence[Ending] = ()
    older: frozenset[str] = frozenset()
    open: Sequence[Signed] = ()


class HeadsFile:
    """The file while one signing has it alone."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def open_heads(self) -> Sequence[Signed]:
        """The heads that a signing left without its ending; only then the file is read."""
        size = self._file.seek(0, os.SEEK_END)
        self._file.seek(max(size - _LONGEST_LINE, 0))
        last = self._file.read().rstrip(b"\n").rpartition(b"\n")[2]
        if not last or _ending(last.decode("ascii", "replace")) is not None:
            return ()
        self._file.seek(0)
        return sort_lines(self._file.read().decode("utf-8", "replace")).open

    def append(self, lines: Iterable[Line]) -> None:
        """On the disk when this returns."""
        self._file.seek(0, os.SEEK_END)
        self._file.write("".join(each.line + "\n" for each in lines).encode("ascii"))
        self._file.flush()
        os.fsync(self._file.fileno())


@contextmanager
def alone_with(path: Path) -> Iterator[HeadsFile]:
    """The file for one signing: of two, the second waits. The lock goes with the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(handle, "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        _drop_torn_line(file)
        yield HeadsFile(file)


def _drop_torn_line(file: BinaryIO) -> None:
    """Leave whole lines: one that a crash tore was never in the database."""
    size = file.seek(0, os.SEEK_END)
    start = file.seek(max(size - _LONGEST_LINE, 0))
    rest = file.read()
    if not rest.endswith(b"\n"):
        file.truncate(start + rest.rfind(b"\n") + 1)


@contextmanager
def still(path: Path) -> Iterator[Outside]:
    """What the file holds, while nobody signs; nothing where there is no file."""
    if not path.exists():
        yield Outside()
        return
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield sort_lines(file.read().decode("utf-8", "replace"))


def sort_lines(text: str) -> Outside:
    """The lines of a file. A torn last line is left out."""
    heads: list[Signed | None] = []
    endings: list[Ending] = []
    older: set[str] = set()
    unended: list[Signed] = []
    for line in text.splitlines(keepends=True):
        ending, head = _ending(line), _head(line)
        if ending is not None:
            if not endings:
                older = {each.at for each in unended} - {ending.at}
            endings.append(ending)
            unended = []
        elif head is not None:
            heads.append(head)
            unended.append(head)
        elif line.endswith("\n") and line.strip():
            heads.append(None)
    if not endings:
        older, unended = {each.at for each in unended}, []
    return Outside(heads, endings, frozenset(older), unended)


def _head(line: str) -> Signed | None:
    try:
        told: dict[str, Any] = json.loads(line)
        return Signed(
            UUID(told["chain"]),
            int(told["position"]),
            bytes.fromhex(told["digest"]),
            str(told["at"]),
            str(told["key"]),
            bytes.fromhex(told["signature"]),
        )
    except _NONE:
        return None


def _ending(line: str) -> Ending | None:
    try:
        told: dict[str, Any] = json.loads(line)
        if told["form"] != FORM:
            return None
        signature = bytes.fromhex(told["signature"])
        return Ending(
            str(told["at"]), int(told["count"]), str(told["end"]), str(told["key"]), signature
        )
    except _NONE:
        return None


_NONE = (ValueError, TypeError, KeyError, AttributeError, RecursionError)


def end_signing(secret: bytes, at: str, count: int, end: str = WHOLE) -> Ending:
    bare = Ending(at, count, end, key_of(secret), b"")
    return replace(bare, signature=signature_of(secret, bare.message))


def end_broken_off(secret: bytes, left: Sequence[Signed], inside: Iterable[Signed]) -> list[Ending]:
    """Endings for signings that were left without one, which nobody is at any more.

    Where the database has the heads only the ending was lost; else it never got them.
    """
    known = {each.place for each in inside}
    found = []
    for at in sorted({each.at for each in left}):
        own = [each for each in left if each.at == at]
        end = WHOLE if all(each.place in known for each in own) else BROKEN_OFF
        found.append(end_signing(secret, at, len(own), end))
    return found
