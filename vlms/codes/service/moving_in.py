"""Codes that were issued elsewhere, taken in as they stood (C6, C7).

Each is stored as every code is: its text sealed, found by its keyed index. A text that would
be forgotten here (C8) is not kept; its index is, so that it is never taken in again. A code of
which only the last characters are known gets an index that no text has: nobody finds it by
typing, and its holder goes on with the text they have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from vlms.audit.service import Change, journal_many
from vlms.catalog.models import CodeSource, ProductKind
from vlms.codes.custody import custody_of
from vlms.codes.models import Code, CodeBatch, Outcome, Registration
from vlms.codes.rules.expiry import Expiry
from vlms.codes.rules.lifecycle import State, forgets_text
from vlms.codes.service.issuing import NewCode, code_rows
from vlms.codes.service.lapsing import KEEP_TEXT
from vlms.codes.service.new_batches import add_batch
from vlms.core.scoping import bulk_insert
from vlms.core.tokens import new_id, random_bytes
from vlms.core.work import Work
from vlms.orders.models import OrderLine

_INDEX_BYTES = 32
_TOLD = ("state", "person_id", "assigned_at", "claimed_at", "ended_at", "case_number")


@dataclass(frozen=True)
class MovedCode:
    """A code as it stood; `text` None where only its last characters are known."""

    text: str | None
    last4: str
    source: CodeSource
    expiry: Expiry
    state: State
    person_id: UUID | None
    assigned_at: datetime | None = None
    claimed_at: datetime | None = None
    ended_at: datetime | None = None
    case_number: str | None = None
    exam_number: str | None = None
    site: str | None = None
    starts_at: datetime | None = None


def take_in_codes(
    work: Work, line: OrderLine, codes: Sequence[MovedCode], issued_at: datetime
) -> CodeBatch:
    """All codes of a line as one batch; no mail is written, nothing else answers to it.

    Raises IntegrityError when somebody has one of the codes (C7).
    """
    work.does("code_batch.moved_in")
    expires_at = max(code.expiry.expires_at for code in codes)
    batch = add_batch(work, line, len(codes), issued_at, expires_at)
    rows = _rows(work, batch, codes)
    bulk_insert(work.session, Code, rows)
    booked = [
        _registration(work, row, code)
        for row, code in zip(rows, codes, strict=True)
        if _has_registration(code)
    ]
    if booked:
        bulk_insert(work.session, Registration, booked)
    told: list[Change] = [
        (
            ("code", row["id"], batch.organisation_id),
            {},
            {name: row[name] for name in _TOLD if row[name] is not None},
        )
        for row in rows
    ]
    journal_many(work, "code.moved_in", told)
    return batch


def _rows(work: Work, batch: CodeBatch, codes: Sequence[MovedCode]) -> list[dict[str, Any]]:
    custody = custody_of(work)
    new = [NewCode(new_id(), code.text or "", code.last4, code.expiry) for code in codes]
    rows = code_rows(work, batch, new)
    for row, code in zip(rows, codes, strict=True):
        row |= _standing(work, batch, code)
        if code.text is None:
            row["text_index"] = random_bytes(_INDEX_BYTES)
        else:
            row["text_index"] = custody.index(code.text)
        if code.text is None or _is_forgotten(work, code):
            row["sealed_text"] = None
    return rows


def _standing(work: Work, batch: CodeBatch, code: MovedCode) -> dict[str, Any]:
    is_library = batch.product.kind is ProductKind.E_REFERENCE
    is_open = is_library and code.state is State.ACTIVATED
    return {
        "state": code.state,
        "source": code.source,
        "person_id": code.person_id,
        "reserved_at": (code.assigned_at or work.now) if code.person_id else None,
        "assigned_at": code.assigned_at,
        "claimed_at": code.claimed_at,
        "terms_accepted_at": code.ended_at if is_open else None,
        "ended_at": code.ended_at,
        "case_number": code.case_number,
        "cost_centre": None,
        "letter_id": None,
        "letter_language": None,
        "moved_in_at": work.now,
    }


def _is_forgotten(work: Work, code: MovedCode) -> bool:
    return forgets_text(code.state, code.expiry.expires_at, work.now, KEEP_TEXT)


def _has_registration(code: MovedCode) -> bool:
    return code.exam_number is not None and code.state in (State.REGISTERED, State.USED)


def _registration(work: Work, row: dict[str, Any], code: MovedCode) -> dict[str, Any]:
    """The open appointment, or that of the exam that was sat (C3)."""
    is_open = code.state is State.REGISTERED
    return {
        "id": new_id(),
        **{name: row[name] for name in ("organisation_id", "agreement_id", "reseller_id")},
        "code_id": row["id"],
        "person_id": code.person_id,
        "exam_number": code.exam_number,
        "site": code.site or "–",
        "starts_at": code.starts_at or code.ended_at,
        "is_open": is_open,
        "outcome": None if is_open else Outcome.USED,
        "outcome_at": None if is_open else code.ended_at,
        "recorded_at": work.now,
        "once_key": f"moved-in:{row['id']}",
        "stated_result": None,
        "stated_on": None,
    }
