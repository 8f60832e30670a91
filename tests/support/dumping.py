"""Everything that an installation writes, as bytes, and the search for codes in it.

Of SQLite the file with its log, of PostgreSQL each table as COPY writes it and the segments
of the write-ahead log since a mark.
"""

from __future__ import annotations

import base64
import re
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from tests.support import postgres
from vlms.codes.rules.code_text import Profile, display
from vlms.core.db import Base, db

LOG, MAILS = "the programs' log", "mails that left"
_RUN = re.compile(rb"[0-9A-Za-z+/=_\- ]{20,}")


@dataclass(frozen=True)
class Mark:
    """The segment of PostgreSQL's log that is written now; empty on SQLite."""

    segment: str = ""


def mark() -> Mark:
    """Where to begin later."""
    if _is_sqlite():
        return Mark()
    with _superuser() as connection:
        return Mark(_segment(connection))


def written_by(since: Mark) -> Iterator[tuple[str, bytes]]:
    """Names and bytes of all that the database has on disk."""
    if _is_sqlite():
        path = Path(db.engine.url.database or "")
        for one in sorted(path.parent.glob(f"{path.name}*")):
            yield one.name, bytes_of(one)
        return
    with _superuser() as connection:
        for table in Base.metadata.sorted_tables:
            yield table.name, _copy(connection, table.name)
        connection.execute("CHECKPOINT")
        last = _segment(connection)
    folder = Path(str(db.engine.url.query["host"])).parent / "cluster" / "pg_wal"
    for one in sorted(folder.iterdir()):
        if one.is_file() and since.segment <= one.name <= last:
            yield one.name, bytes_of(one)


def bytes_of(path: Path) -> bytes:
    """A file of a database that is in use, read by another process.

    Closing it in this one would end the locks that its connections hold on it, and
    with other writers that ruins a SQLite database.
    """
    return subprocess.run(["cat", str(path)], capture_output=True, check=True).stdout


def _is_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"


def _superuser() -> psycopg.Connection[tuple[str]]:
    url = make_url(postgres.database_url(postgres.start(), str(db.engine.url.database)))
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=True)


def _segment(connection: psycopg.Connection[tuple[str]]) -> str:
    found = connection.execute("SELECT pg_walfile_name(pg_current_wal_insert_lsn())").fetchone()
    assert found is not None
    return found[0]


def _copy(connection: psycopg.Connection[tuple[str]], table: str) -> bytes:
    statement = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))
    with connection.cursor().copy(statement) as rows:
        return b"".join(bytes(row) for row in rows)


def forms_of(text: str) -> set[bytes]:
    """A code as somebody may have written it: plain, in groups, as base64, as hexadecimal."""
    grouped = display(text, Profile.VC1)
    plain = {text, text.lower(), grouped, grouped.replace("-", " ")}
    found = {each.encode() for each in plain}
    for each in list(found):
        encoded = base64.b64encode(each)
        found |= {encoded.rstrip(b"="), each.hex().encode(), each.hex().upper().encode()}
    return found


def needles_of(texts: Iterable[str]) -> Mapping[int, set[bytes]]:
    """All forms of all codes, by their lengths."""
    found: dict[int, set[bytes]] = {}
    for text in texts:
        for form in forms_of(text):
            found.setdefault(len(form), set()).add(form)
    return found


def search(body: bytes, needles: Mapping[int, set[bytes]]) -> set[bytes]:
    """Which of the forms stand in some bytes."""
    found: set[bytes] = set()
    for run in _RUN.finditer(body):
        text = run.group()
        for length, known in needles.items():
            found |= {
                text[place : place + length]
                for place in range(len(text) - length + 1)
                if text[place : place + length] in known
            }
    return found


@dataclass(frozen=True)
class Found:
    """Where codes were looked for, and which of their forms stand where."""

    texts: list[str]
    sizes: dict[str, int]
    hits: dict[str, set[bytes]]

    def __str__(self) -> str:
        size, places = sum(self.sizes.values()), len(self.sizes)
        count = sum(map(len, self.hits.values()))
        return f"{len(self.texts):,} codes: {count} found in {size:,} bytes of {places} places"


Told = Callable[[], str]
Write = Callable[[], tuple[list[str], list[bytes]]]


def find_codes(told: Told, write: Write) -> Found:
    """Look for codes in all that is written meanwhile: database, its log, our log, mails.

    `write` gives the codes' texts and the mails that left, `told` what the program has said.
    """
    since = mark()
    texts, mails = write()
    needles = needles_of(texts)
    written = [*written_by(since), (LOG, told().encode()), (MAILS, b"\n".join(mails))]
    hits = {name: search(body, needles) for name, body in written}
    sizes = {name: len(body) for name, body in written}
    return Found(texts, sizes, {name: some for name, some in hits.items() if some})
