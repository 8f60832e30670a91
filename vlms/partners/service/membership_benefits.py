"""The register of benefits: what a year brings, and what is assigned and activated of it (M1)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, select

from vlms.accounts.service.limits import require_whole_organisation
from vlms.audit.service import journal
from vlms.core.errors import BadInput
from vlms.core.permissions import Permission
from vlms.core.scoping import guarded_update
from vlms.core.text import _
from vlms.core.work import Work
from vlms.partners.errors import MembershipRefused
from vlms.partners.models.memberships import Membership, MembershipBenefit
from vlms.partners.queries.memberships import days_of, get_benefit
from vlms.partners.rules.membership_offers import BenefitEnd, Offer, OfferBenefit
from vlms.partners.rules.membership_year import MembershipYear

_Benefit = MembershipBenefit


def assign_benefits(work: Work, benefit_id: UUID, count: int) -> MembershipBenefit:
    """Assign so many more, or take back (below zero) what is not activated.

    Raises Forbidden, NotFound, BadInput for 0; MembershipRefused beyond the quantity, below what
    is activated, and after the benefit's last day.
    """
    _refuse_nothing(count)
    after = _Benefit.assigned_count + count
    fits = (after <= _Benefit.quantity, after >= _Benefit.activated_count)
    return _count(work, benefit_id, "benefit.assigned", fits, {"assigned_count": after})


def activate_benefits(work: Work, benefit_id: UUID, count: int) -> MembershipBenefit:
    """Note that so many more of the assigned ones are in use, or (below zero) that they are not.

    Raises Forbidden, NotFound, BadInput for 0; MembershipRefused beyond what is assigned, and
    after the last day.
    """
    _refuse_nothing(count)
    after = _Benefit.activated_count + count
    fits = (after <= _Benefit.assigned_count, after >= 0)
    return _count(work, benefit_id, "benefit.activated", fits, {"activated_count": after})


def _count(
    work: Work,
    benefit_id: UUID,
    action: str,
    fits: tuple[ColumnElement[bool], ...],
    values: dict[str, ColumnElement[int]],
) -> MembershipBenefit:
    """The condition and the change are one statement: no more than the quantity is ever given."""
    work.actor.require(Permission.EDIT_MEMBERSHIPS)
    require_whole_organisation(work)
    benefit = get_benefit(work.session, benefit_id)
    today = work.today(benefit.membership.organisation.time_zone)
    before = _counts(benefit)
    work.does(action)
    runs = (_Benefit.id == benefit_id, _Benefit.starts_on <= today, _Benefit.ends_on >= today)
    changed = guarded_update(work.session, _Benefit, *runs, *fits, **values)
    work.session.refresh(benefit)
    if changed != 1:
        raise _refusal(benefit, today)
    after = _counts(benefit)
    told = {name: after[name] for name in values}
    record = (_Benefit.__tablename__, benefit.id, benefit.organisation_id)
    journal(work, action, record, before={name: before[name] for name in told}, after=told)
    return benefit


def _refuse_nothing(count: int) -> None:
    if count:
        return
    raise BadInput(
        "M1",
        _("With 0 nothing would change."),
        field="count",
        way_out=_("Enter how many more; a number below zero takes so many back."),
    )


def _counts(benefit: MembershipBenefit) -> dict[str, int]:
    return {
        "assigned_count": benefit.assigned_count,
        "activated_count": benefit.activated_count,
    }


def _refusal(benefit: MembershipBenefit, today: date) -> MembershipRefused:
    if not benefit.starts_on <= today <= benefit.ends_on:
        return MembershipRefused(
            "M1",
            _(
                "This benefit ran from %(first)s until %(last)s.",
                first=benefit.starts_on,
                last=benefit.ends_on,
            ),
            reason="benefit_over",
            way_out=_("Use the one of the present year."),
        )
    return MembershipRefused(
        "M1",
        _(
            "Of %(quantity)s, %(assigned)s are assigned and %(activated)s activated; %(left)s are "
            "left to assign. This does not fit.",
            quantity=benefit.quantity,
            assigned=benefit.assigned_count,
            left=benefit.quantity - benefit.assigned_count,
            activated=benefit.activated_count,
        ),
        reason="beyond_quantity",
        field="count",
        way_out=_("Activate what is assigned, assign what is left, take back what is not in use."),
    )


def begin_year(work: Work, membership: Membership, offer: Offer, starts_on: date) -> None:
    """Enter what the first year brings."""
    work.does("benefit.entered")
    year = days_of(membership)
    for benefit in offer.benefits:
        _add(work, membership, benefit, starts_on, benefit.last_day(year))
    work.flush()


def go_on(work: Work, membership: Membership, offer: Offer, former: MembershipYear) -> None:
    """What a renewal brings: what runs through goes on, what is yearly begins anew.

    Where a lower level has fewer than are assigned, all of these stay until their end; as many
    as the level has go on from the day after it.
    """
    work.does("benefit.entered")
    year, starts_on = days_of(membership), former.anniversary + timedelta(days=1)
    running = _running(work, membership, former.window_closes)
    for benefit in offer.benefits:
        row, last = running.get(benefit.key), benefit.last_day(year)
        if row is None or benefit.ends is BenefitEnd.ANNIVERSARY:
            _add(work, membership, benefit, starts_on, last)
        elif row.assigned_count > benefit.quantity:
            _go_on_with_fewer(work, row, benefit, last)
        else:
            row.quantity, row.ends_on = benefit.quantity, last
    work.flush()


def _go_on_with_fewer(
    work: Work, row: MembershipBenefit, benefit: OfferBenefit, last: date
) -> None:
    first = row.ends_on + timedelta(days=1)
    added = _add(work, row.membership, benefit, first, last)
    added.assigned_count = benefit.quantity
    added.activated_count = min(row.activated_count, benefit.quantity)


def raise_level(work: Work, membership: Membership, offer: Offer, day: date) -> None:
    """What gold has in place of silver, from the day of the payment on (M3)."""
    year = days_of(membership)
    rows = _running(work, membership, None)
    for benefit in offer.benefits:
        last = benefit.last_day(year)
        row = rows.get(benefit.key)
        if row is None or row.ends_on != last:
            _add(work, membership, benefit, day, last)
        else:
            row.quantity = max(row.quantity, benefit.quantity)
            _take_over(work, row, day)
    work.flush()


def _take_over(work: Work, row: MembershipBenefit, day: date) -> None:
    """Where the row waits for the end of one that runs, it goes on with what is assigned there."""
    if row.starts_on <= day:
        return
    runs = select(_Benefit).where(
        _Benefit.membership_id == row.membership_id,
        _Benefit.benefit_key == row.benefit_key,
        _Benefit.starts_on <= day,
        _Benefit.ends_on >= day,
    )
    now = work.session.scalars(runs.order_by(_Benefit.ends_on.desc())).first()
    if now is not None:
        row.assigned_count = max(row.assigned_count, min(now.assigned_count, row.quantity))
        row.activated_count = max(row.activated_count, min(now.activated_count, row.quantity))


def _running(
    work: Work, membership: Membership, ends_on: date | None
) -> dict[str, MembershipBenefit]:
    """The newest row of each benefit (that ends on a day), held against changes meanwhile."""
    statement = select(_Benefit).where(_Benefit.membership_id == membership.id)
    if ends_on is not None:
        statement = statement.where(_Benefit.ends_on == ends_on)
    held = statement.order_by(_Benefit.ends_on).with_for_update(of=_Benefit)
    rows = work.session.scalars(held.execution_options(populate_existing=True)).all()
    return {row.benefit_key: row for row in rows}


def _add(
    work: Work, membership: Membership, benefit: OfferBenefit, starts_on: date, ends_on: date
) -> MembershipBenefit:
    value = benefit.values.get(membership.currency)
    added = _Benefit(
        organisation_id=membership.organisation_id,
        membership_id=membership.id,
        benefit_key=benefit.key,
        name_en=benefit.name_en,
        name_zh=benefit.name_zh,
        quantity=benefit.quantity,
        starts_on=starts_on,
        ends_on=ends_on,
        value_minor=value.minor if value else 0,
    )
    work.session.add(added)
    return added
