"""A change of reseller in mid-term: planned for a day, and done on it (O4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from vlms.agreements.errors import AgreementRefused
from vlms.agreements.events import ResellerChanged
from vlms.agreements.models import Agreement, ResellerChange
from vlms.agreements.queries import get_agreement, hold_reseller_change
from vlms.agreements.rules.reseller_term import check_first_day
from vlms.agreements.service.conditions import require_editor
from vlms.agreements.service.entering import find_reseller_id
from vlms.core.acts import Condition, condition, require
from vlms.core.doubles import refusing_doubles
from vlms.core.errors import BadInput
from vlms.core.text import _
from vlms.core.work import Actor, Work


@dataclass(frozen=True)
class NewReseller:
    """Who takes the agreement on (its slug, None for nobody), from which day, and why."""

    reseller: str | None
    first_day: date
    hands_over: bool
    reason: str


def change_conditions(actor: Actor, agreement: Agreement, today: date) -> Iterator[Condition]:
    """What a change of reseller asks of who plans it and of the agreement."""
    yield condition(_("Your role changes agreements."), None, lambda: require_editor(actor))
    yield condition(
        _("The agreement has not ended."),
        "O4",
        lambda: check_first_day(today, today, agreement.last_day),
    )
    yield condition(
        _("No other change of reseller is planned."), "O4", lambda: _check_unplanned(agreement)
    )


def plan_change(work: Work, agreement_id: UUID, wanted: NewReseller) -> ResellerChange:
    """Plan the change, and do it at once when its day is today.

    Raises NotFound, Forbidden, AgreementRefused while another one is planned, and BadInput
    for a day that cannot be or the reseller that there is.
    """
    agreement = get_agreement(work.session, agreement_id)
    today = work.today(agreement.time_zone)
    require(change_conditions(work.actor, agreement, today))
    check_first_day(wanted.first_day, today, agreement.last_day)
    _refuse_double(agreement, wanted.first_day)
    reseller_id = find_reseller_id(work, wanted.reseller)
    _refuse_same(agreement, reseller_id)
    change = ResellerChange(
        organisation_id=agreement.organisation_id,
        agreement_id=agreement.id,
        former_id=agreement.reseller_id,
        reseller_id=reseller_id,
        first_day=wanted.first_day,
        hands_over=wanted.hands_over,
        reason=wanted.reason,
        planned_at=work.now,
        planned_by=work.actor.user_id,
    )
    work.does("reseller_change.planned", reason=wanted.reason)
    # Of a later day both indexes are broken, and either may be told.
    of_the_day = _double() if wanted.first_day == today else _planned()
    doubles = {"uq_reseller_change_planned": _planned(), "uq_reseller_change": of_the_day}
    with refusing_doubles(work, **doubles):
        work.session.add(change)
    if wanted.first_day == today:
        _do(work, change, agreement)
    return change


def withdraw_change(work: Work, change_id: UUID) -> None:
    """Plan it no more. Raises NotFound, Forbidden, or AgreementRefused once it is done."""
    require_editor(work.actor)
    change = hold_reseller_change(work.session, change_id)
    if change.done_at is not None:
        raise AgreementRefused(
            "O4",
            _("This change of reseller has taken place."),
            reason="change_done",
            way_out=_("Plan another one, back to the reseller before."),
        )
    work.does("reseller_change.withdrawn")
    work.session.delete(change)
    work.flush()


def list_due_changes(work: Work) -> Sequence[UUID]:
    """The planned changes whose day has come in their agreement's zone."""
    planned = select(ResellerChange).where(ResellerChange.done_at.is_(None))
    return [
        change.id
        for change in work.session.scalars(planned)
        if change.first_day <= work.today(change.agreement.time_zone)
    ]


def do_change(work: Work, change_id: UUID) -> None:
    """Do a planned change; nothing when somebody else was faster."""
    change = hold_reseller_change(work.session, change_id)
    if change.done_at is None:
        _do(work, change, get_agreement(work.session, change.agreement_id))


def _do(work: Work, change: ResellerChange, agreement: Agreement) -> None:
    work.does("reseller_change.done", reason=change.reason)
    agreement.reseller_id = change.reseller_id
    for contact in agreement.contacts:
        contact.reseller_id = change.reseller_id
    change.done_at = work.now
    work.flush()
    work.session.expire(agreement, ["reseller"])
    work.events.append(
        ResellerChanged(agreement.id, change.former_id, change.reseller_id, change.hands_over)
    )


def _check_unplanned(agreement: Agreement) -> None:
    if any(change.done_at is None for change in agreement.reseller_changes):
        raise _planned()


def _planned() -> AgreementRefused:
    return AgreementRefused(
        "O4",
        _("A change of reseller is planned for this agreement."),
        reason="change_planned",
        way_out=_("Withdraw it first; then plan another one."),
    )


def _refuse_double(agreement: Agreement, first_day: date) -> None:
    if any(change.first_day == first_day for change in agreement.reseller_changes):
        raise _double()


def _double() -> BadInput:
    return BadInput(
        "O4",
        _("The reseller has changed on this day already."),
        reason="changed_that_day",
        field="first_day",
        way_out=_("Enter a later day."),
    )


def _refuse_same(agreement: Agreement, reseller_id: UUID | None) -> None:
    if agreement.reseller_id == reseller_id:
        raise BadInput(
            "O4",
            _("This is the reseller that the agreement has."),
            reason="same_reseller",
            field="reseller",
            way_out=_("Choose another one."),
        )
