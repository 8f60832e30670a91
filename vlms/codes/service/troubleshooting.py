"""Tells a holder why a typed code does not work; tells strangers nothing.

Without a sign-in nothing is looked up at all, so that neither the words nor the time of the
answer depend on the code. Who has signed in is looked up among their own codes alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from vlms.catalog.queries import find_exam
from vlms.codes.custody import Custody
from vlms.codes.errors import BadCodeText
from vlms.codes.holder_queries import find_open_registration, find_replacement
from vlms.codes.models import Code
from vlms.codes.rules.code_text import read_typed
from vlms.codes.rules.trouble import Asked, Finding, Standing, find_trouble
from vlms.codes.service.parties import Standing as Viewer
from vlms.codes.service.registering import retires_at
from vlms.codes.service.transition import kind_of
from vlms.codes.service.tries import LOOK_UPS, give_back, take_try
from vlms.core.errors import Topic
from vlms.core.text import _
from vlms.core.work import Work


@dataclass(frozen=True)
class Answer:
    """What the holder is told: of a code of theirs, or why what was typed is none of them."""

    code: Code | None
    finding: Finding | None
    replacement: Code | None = None
    # Why the typed text is no code of theirs.
    refusal: BadCodeText | None = None


def look_up(work: Work, typed: str, exam_number: str | None = None) -> Answer:
    """Why a code of the work's holder does not work. Raises TooMany after too many failures.

    Who holds nothing is told what a stranger is told, whatever they typed.
    """
    who = f"user:{work.actor.user_id}"
    take_try(work, LOOK_UPS, who)
    if work.session.scalar(select(Code.id).limit(1)) is None:
        return Answer(None, None)
    code, refusal = _find(work, typed)
    finding = None if code is None else _finding(work, code, exam_number)
    if code is None or finding is None:
        return Answer(None, None, refusal=refusal or not_yours())
    give_back(work, LOOK_UPS, who)
    return Answer(code, finding, find_replacement(work.session, code))


def look_at(work: Viewer, code: Code) -> Answer:
    """The same of a code that its holder has chosen instead of typing it."""
    return Answer(code, _finding(work, code, None), find_replacement(work.session, code))


def not_yours() -> BadCodeText:
    """One answer for a code that does not exist and for one that is somebody else's."""
    return BadCodeText(
        None,
        _("This is none of your codes."),
        reason="code_not_found",
        field="code",
        way_out=_("Copy the code from its own page instead of typing it."),
        ask=Topic.CODES,
    )


def _find(work: Work, typed: str) -> tuple[Code | None, BadCodeText | None]:
    """The holder's code, or which check the text failed; `None, None` where it may be a code."""
    try:
        reading = read_typed(typed)
    except BadCodeText as refusal:
        return None, refusal
    for index in Custody(work.keys).index_all(reading.texts):
        code = work.session.scalar(select(Code).where(Code.text_index == index))
        if code is not None:
            return code, None
    return None, reading.refusal


def _finding(work: Viewer, code: Code, exam_number: str | None) -> Finding | None:
    booked = find_open_registration(work.session, code.id)
    standing = Standing(
        state=code.state,
        kind=kind_of(code),
        expires_at=code.expires_at,
        usable_at=code.usable_at,
        starts_at=booked.starts_at if booked else None,
        assign_due_at=code.assign_due_at,
        has_terms=code.terms_accepted_at is not None,
        is_replaced=find_replacement(work.session, code) is not None,
        families=frozenset(family.key for family in code.product.families),
        region=code.product.region,
    )
    asked = _asked(work, code, exam_number) if exam_number else None
    return find_trouble(standing, work.now, asked)


def _asked(work: Viewer, code: Code, number: str) -> Asked:
    exam = find_exam(work.session, number.strip().upper())
    if exam is None:
        return Asked(number, None, False)
    ends_at = retires_at(code.product, exam, code.time_zone)
    return Asked(exam.number, exam.family_key, ends_at is not None and ends_at <= work.now)
