"""What is asked about a heading is asked once: the answers are kept with its titles."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from vlms.core.errors import NotFound
from vlms.core.text import _
from vlms.core.work import Work
from vlms.reconciliation.models.files import FileMapping, Layout
from vlms.reconciliation.queries.files import find_mapping
from vlms.reconciliation.rules.file_examination import Answers, Examination
from vlms.reconciliation.rules.file_layouts import Columns


def remember_answers(
    work: Work, reseller_id: UUID, found: Examination, said: Answers
) -> UUID | None:
    """Keep what was said about a heading of one's own; None for a published layout."""
    if found.heading.layout is not Layout.MAPPED:
        return None
    mapping = find_mapping(work.session, reseller_id, found.heading.digest)
    if mapping is None:
        mapping = _added(work, reseller_id, found)
    mapping.source = found.columns.source
    mapping.columns = _packed(found.columns)
    mapping.reading = {**mapping.reading, **_asked(said)}
    work.flush()
    return mapping.id


def _added(work: Work, reseller_id: UUID, found: Examination) -> FileMapping:
    added = FileMapping(
        reseller_id=reseller_id,
        header_digest=found.heading.digest,
        name=", ".join(found.heading.titles)[:120],
        source=found.columns.source,
        columns={},
        reading={},
    )
    try:
        with work.session.begin_nested():
            work.session.add(added)
        return added
    except IntegrityError:
        # Another transaction was asked about the same heading first, and has committed.
        first = find_mapping(work.session, reseller_id, found.heading.digest)
        assert first is not None
        return first


def _packed(columns: Columns) -> dict[str, Any]:
    return {**columns.titles, **{key: {"fixed": value} for key, value in columns.fixed.items()}}


def _asked(said: Answers) -> dict[str, str]:
    given = {"day_order": said.day_order, "decimal": said.decimal}
    return {name: str(value) for name, value in given.items() if value}


def forget_mapping(work: Work, mapping_id: UUID) -> str:
    """Let the next file with this heading be asked about again; its name. Raises NotFound."""
    mapping = work.session.scalar(select(FileMapping).where(FileMapping.id == mapping_id))
    if mapping is None:
        raise NotFound(None, _("There is no such mapping."))
    work.does("reconciliation.mapping_forgotten")
    mapping.columns, mapping.reading = {}, {}
    return mapping.name
