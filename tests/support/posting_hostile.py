"""Posts files to doors, and tells what went wrong with the answers."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from sqlalchemy import func, select

from tests.support.hostile_files import ALIVE, HostileFile
from tests.support.owning import owner_engine
from tests.support.upload_doors import Door
from vlms.core.db import Base

# Seconds of processor, of this process and the child's: others may be at work here too.
SLOWEST = 2.0
# Stopped by the child's limits, beside what it takes to send so much.
LONGEST = 14.0
# What signing in and every request leave behind, whatever is sent.
ALWAYS = frozenset({"user_session", "login_session", "try_count", "sign_in_attempt"})
# Where a file waits for whoever looks at it first.
WAITING = frozenset({"upload", "submission", "provider_report", "stock_list"})
# Rows above what one door takes may be within what another takes.
BY_DOOR = frozenset({"", "too_many_rows", "too_many_columns", "too_much_text"})
REFUSED = (400, 413, 422)
ATTACHMENTS = frozenset({"attachments.add_to_agreement", "attachments.add_to_order"})


def row_counts() -> dict[str, int]:
    """How many rows each table has, but those that every request may add to."""
    tables = [t for t in Base.metadata.sorted_tables if t.name not in ALWAYS]
    asked = [select(func.count()).select_from(t).scalar_subquery() for t in tables]
    with owner_engine().connect() as connection:
        found = connection.execute(select(*asked)).one()
    return dict(zip((t.name for t in tables), found, strict=True))


@contextmanager
def temporary_folder(folder: Path) -> Iterator[Callable[[], tuple[list[str], int]]]:
    """Temporary files are made there meanwhile; tells those that are left, and open files."""
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    try:
        yield lambda: (sorted(os.listdir(folder)), len(os.listdir("/proc/self/fd")))
    finally:
        tempfile.tempdir = before


def may_be_taken(door: Door, file: HostileFile) -> bool:
    """Whether this door may let the file in, to be looked at: what harms is in single rows."""
    if door.endpoint in ATTACHMENTS:
        # Kept as it is, whatever its rows are.
        return file.filename.endswith(".xlsx") and file.reason not in {*ALIVE, "wrong_kind"}
    return file.reason in BY_DOOR and door.endpoint != "certificates.design"


def faults_at(door: Door, files: Iterable[tuple[str, HostileFile]]) -> list[object]:
    """What is wrong with how this door answers these files; nothing, as it should be."""
    return [(door.endpoint, name, told) for name, file in files for told in _told(door, file)]


def _told(door: Door, file: HostileFile) -> Iterator[object]:
    before, begun = row_counts(), _processor_time()
    answer = door.post(io.BytesIO(file.body), file.filename, file.mimetype)
    took = _processor_time() - begun
    if took > (LONGEST if file.is_costly else SLOWEST):
        yield f"took {took:.1f} s"
    if answer.status_code in REFUSED:
        if not is_explained(answer.text):
            yield f"{answer.status_code} without a sentence"
    elif answer.status_code == 302 and (may_be_taken(door, file) or file.comes_back):
        yield from _looked_at(door, answer)
    else:
        yield answer.status_code
    written = changed(before, row_counts())
    allowed = WAITING if answer.status_code == 302 else frozenset()
    if door.endpoint in ATTACHMENTS and answer.status_code == 302:
        allowed |= {"attachment", "audit_entry", "audit_detail", "audit_link"}
    if written - allowed:
        yield f"written: {sorted(written)}"


def _processor_time() -> float:
    return sum(os.times()[:4])


def _looked_at(door: Door, answer: Any) -> Iterator[object]:
    page = door.client.get(answer.location)
    if page.status_code not in (200, 302, *REFUSED):
        yield f"then {page.status_code}"


def is_explained(text: str) -> bool:
    """Whether the page says in a sentence what is wrong."""
    page = BeautifulSoup(text, "html.parser")
    told = page.select(".invalid-feedback, .alert, .empty-subtitle, .empty-title")
    return any(len(one.get_text(strip=True)) > 10 for one in told)


def changed(before: dict[str, int], after: dict[str, int]) -> frozenset[str]:
    return frozenset(name for name in after if before[name] != after[name])
