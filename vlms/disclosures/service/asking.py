"""Asks for an export of codes that are nobody's; many need a second admin (C8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from vlms.codes.models import Code
from vlms.codes.queries import CodeFilter
from vlms.core.errors import Forbidden, TooMany, Topic
from vlms.core.language import Language
from vlms.core.scope import is_narrowed
from vlms.core.scoping import bulk_insert, guarded_update
from vlms.core.text import _
from vlms.core.tokens import new_id
from vlms.core.work import Work
from vlms.disclosures.errors import DisclosureRefused
from vlms.disclosures.models import CodeExport, CodeExportCode, ExportPace, ExportState
from vlms.disclosures.queries import available, count_alone
from vlms.disclosures.rules.limits import (
    DECIDE_WITHIN,
    EXPORT_EVERY,
    MOST_CODES,
    needs_second,
)
from vlms.disclosures.service.conditions import check_may_disclose, read_reason
from vlms.disclosures.service.export_mail import list_deciders, tell_deciders
from vlms.exports.pdf_table import ROW_LIMIT as MOST_ON_PAPER
from vlms.orders.service.series import next_in_series

SERIES = "code_export"


@dataclass(frozen=True)
class Wish:
    """What is asked for: a filter (also as the list's address has it), and as which file."""

    wanted: CodeFilter
    asked: Mapping[str, str]
    form: str
    language: Language
    reason: str | None


def ask_export(work: Work, wish: Wish) -> CodeExport:
    """The export, either to be made now or waiting for a second admin.

    Raises Forbidden, BadInput without a reason, TooMany within ten minutes of the last one,
    DisclosureRefused for no codes, too many of them (for paper sooner), or nobody who could
    decide.
    """
    check_may_disclose(work.actor)
    reason = read_reason(wish.reason)
    asker, place = work.actor.user_id, work.actor.organisation_id
    if asker is None or place is None:
        raise Forbidden("C8", _("Only a person who has signed in can export codes."))
    _take_turn(work, asker)
    codes = _find_codes(work, wish)
    agreement_id = _agreement_of(work, {agreement for _code, agreement in codes})
    alone = count_alone(work.session, wish.wanted, asker, work.now)
    waits = needs_second(alone, work.terms.export_limit)
    work.does("code_export.asked", reason)
    export = CodeExport(
        organisation_id=place,
        agreement_id=agreement_id,
        number=f"X-{next_in_series(work, SERIES):06d}",
        state=ExportState.WAITING if waits else ExportState.MAKING,
        form=wish.form,
        language=wish.language,
        asked=dict(wish.asked),
        code_count=len(codes),
        reason=reason,
        asked_by=asker,
        asked_at=work.now,
        decide_until=work.now + DECIDE_WITHIN if waits else None,
    )
    work.session.add(export)
    work.flush()
    _name_codes(work, export, [code for code, _agreement in codes])
    if waits:
        _ask_second(work, export)
    return export


def _ask_second(work: Work, export: CodeExport) -> None:
    deciders = list_deciders(export)
    if not deciders:
        raise DisclosureRefused(
            "C8",
            _(
                "More than %(limit)s codes within a day need a second admin, and nobody else may "
                "decide here.",
                limit=work.terms.export_limit,
            ),
            reason="nobody_to_decide",
            way_out=_("Give somebody else the role of licensing admin, or export fewer codes."),
            ask=Topic.ACCOUNT,
        )
    tell_deciders(work, export, deciders)


def _find_codes(work: Work, wish: Wish) -> Sequence[tuple[UUID, UUID]]:
    columns = available(wish.wanted, work.now).with_only_columns(Code.id, Code.agreement_id)
    found = work.session.execute(columns.limit(MOST_CODES + 1)).all()
    if not found:
        raise DisclosureRefused(
            "C8",
            _("No code under this filter is available."),
            reason="none_available",
            way_out=_("Only available codes are exported; assigned ones belong to people."),
            ask=Topic.CODES,
        )
    if len(found) > MOST_CODES:
        raise DisclosureRefused(
            "C8",
            _("One export holds at most %(most)s codes.", most=MOST_CODES),
            reason="too_many_codes",
            way_out=_("Narrow the list, for instance to one agreement or product."),
        )
    if wish.form == "pdf" and len(found) > MOST_ON_PAPER:
        raise DisclosureRefused(
            "C8",
            _("A PDF list holds at most %(limit)s rows.", limit=MOST_ON_PAPER),
            reason="too_many_for_pdf",
            field="form",
            way_out=_("Narrow the list with a filter, or take it as Excel or CSV."),
        )
    return [(code_id, agreement_id) for code_id, agreement_id in found]


def _agreement_of(work: Work, agreements: set[UUID]) -> UUID | None:
    if len(agreements) == 1:
        return next(iter(agreements))
    if is_narrowed(work.session.info["scope"]):
        raise DisclosureRefused(
            "C8",
            _("These codes are of several agreements."),
            reason="several_agreements",
            way_out=_("Narrow the list to one agreement: who may decide depends on it."),
        )
    return None


def _name_codes(work: Work, export: CodeExport, codes: Sequence[UUID]) -> None:
    own = {"organisation_id": export.organisation_id, "agreement_id": export.agreement_id}
    rows = [
        {"id": new_id(), **own, "export_id": export.id, "code_id": code_id, "is_left_out": False}
        for code_id in codes
    ]
    bulk_insert(work.session, CodeExportCode, rows)


def _take_turn(work: Work, user_id: UUID) -> None:
    """One export in ten minutes: of several at once the database lets one through."""
    next_at = work.now + EXPORT_EVERY
    mine = ExportPace.user_id == user_id
    if guarded_update(
        work.session, ExportPace, mine, ExportPace.next_at <= work.now, next_at=next_at
    ):
        return
    try:
        with work.session.begin_nested():
            work.session.add(ExportPace(user_id=user_id, next_at=next_at))
    except IntegrityError as error:
        known = work.session.scalar(select(ExportPace.next_at).where(mine)) or next_at
        raise TooMany(
            "C8",
            _("You have exported codes within the last ten minutes."),
            way_out=_("Wait until they are over; the export that you have asked for stays."),
            facts={"retry_after": max(int((known - work.now).total_seconds()), 1)},
        ) from error
