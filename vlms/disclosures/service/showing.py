"""Shows one code that is nobody's to an admin (C8)."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from vlms.audit.service import journal
from vlms.codes.custody import custody_of
from vlms.codes.models import Code
from vlms.codes.queries import get_code
from vlms.codes.service.steps_together import lock_codes
from vlms.core.errors import Topic
from vlms.core.text import _
from vlms.core.work import Work
from vlms.disclosures.errors import DisclosureRefused
from vlms.disclosures.service.conditions import (
    check_may_disclose,
    count_reveal,
    is_free,
    open_texts,
    read_reason,
)


def show_one(work: Work, code_id: UUID, reason: str | None) -> tuple[Code, str]:
    """A code and its normalised text; show it only after the work is committed.

    The code is held until then, so that nobody gives it away in between. Raises Forbidden,
    NotFound, BadInput without a reason, DisclosureRefused for a code that is somebody's or
    over, TooMany beyond the hour's limit.
    """
    check_may_disclose(work.actor)
    text_of_reason = read_reason(reason)
    lock_codes(work, select(Code).where(Code.id == code_id), waits=True)
    code = get_code(work.session, code_id)
    if not is_free(code, work.now):
        raise not_free()
    count_reveal(work)
    (text,) = open_texts(custody_of(work), [code])
    record = ("code", code.id, code.organisation_id)
    journal(work, "code.disclosed", record, reason=text_of_reason)
    return code, text


def not_free() -> DisclosureRefused:
    """Refuses to show a code that belongs to a person or is over."""
    return DisclosureRefused(
        "C8",
        _("Only a code that is nobody's yet and still good is shown to an admin."),
        reason="code_not_free",
        way_out=_("Whoever holds it sees it after signing in; others see its last characters."),
        ask=Topic.CODES,
    )
