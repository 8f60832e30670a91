"""The rounds of memberships: unpaid orders lapse, and each reminder is sent once (M1-M3, K5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from vlms.accounts.models import User
from vlms.accounts.queries import list_users_who_may
from vlms.core.attempts import OpenWork, in_work
from vlms.core.permissions import Permission
from vlms.core.work import Work
from vlms.notices.outbox import Mail, Recipient, post_many
from vlms.partners.competencies import called
from vlms.partners.models.memberships import Membership, MembershipBenefit, MembershipReminder
from vlms.partners.offers import offer_on
from vlms.partners.queries.memberships import (
    get_membership,
    get_order,
    is_reminded,
    list_benefits,
    list_overdue_orders,
    list_to_remind,
    year_of,
)
from vlms.partners.queries.qualification import qualification_of
from vlms.partners.rules.membership_offers import OfferFamily
from vlms.partners.rules.membership_reminding import (
    ReminderKind,
    benefit_reminder,
    lost_on,
    renewal_reminders,
    skills_check,
)
from vlms.partners.rules.membership_year import last_day_to_renew
from vlms.partners.service.membership_orders import lapse
from vlms.partners.terms import membership_terms

_ZONE = "UTC"
Facts = dict[str, Any]


@dataclass(frozen=True)
class Occasion:
    """Something to be told of a membership, and the day from which it is due."""

    kind: ReminderKind
    due_on: date
    facts: Facts
    # Days of earlier ones that nobody was told of: this mail tells of them too.
    missed: Sequence[date] = ()


def sweep_memberships(open_work: OpenWork) -> int:
    """Each order and each membership in a transaction of its own; how many occasions were told.

    Days are those of each organisation's zone. What was due while nobody swept is told now.
    """
    with open_work() as work:
        today = work.today(_ZONE)
        overdue = list_overdue_orders(work.session, today)
        due = list_to_remind(work.session, today)
    for order_id in overdue:
        in_work(open_work, partial(lapse_unpaid, order_id=order_id))
    return sum(in_work(open_work, partial(remind, membership_id=key)) for key in due)


def lapse_unpaid(work: Work, order_id: UUID) -> bool:
    """M3: whether the order's last day to pay is over in its zone, and nobody has paid."""
    order = get_order(work.session, order_id)
    is_over = order.pay_by < work.today(order.organisation.time_zone)
    return is_over and lapse(work, order)


def remind(work: Work, membership_id: UUID) -> int:
    """Tell what is due of one membership today; how many occasions were told."""
    membership = get_membership(work.session, membership_id)
    users = list_users_who_may(
        work.session, membership.organisation_id, Permission.EDIT_MEMBERSHIPS
    )
    # Without anybody to tell, nothing counts as told.
    if not users or membership.replaced_on is not None:
        return 0
    return sum(_tell(work, membership, one, users) for one in _occasions(work, membership))


def _occasions(work: Work, membership: Membership) -> Iterator[Occasion]:
    today = work.today(membership.organisation.time_zone)
    year = year_of(membership, today)
    terms = membership_terms(membership.anniversary).terms
    if days := renewal_reminders(year, today):
        yield _renewal(work, membership, days, is_open=today >= year.window_opens)
    if membership.family is OfferFamily.PACKAGE and (due := skills_check(year, terms, today)):
        yield from _skills(work, membership, due, today)
    if due := lost_on(year, today):
        yield Occasion(ReminderKind.LOST, due, {})
    by_day: dict[date, list[Facts]] = {}
    for one in list_benefits(work.session, membership.id):
        due = benefit_reminder(one.ends_on, terms, today)
        if due and one.starts_on <= today and one.activated_count < one.quantity:
            by_day.setdefault(due, []).append(_line(one))
    for day, lines in sorted(by_day.items()):
        yield Occasion(ReminderKind.BENEFITS, day, {"lines": lines})


def _skills(work: Work, membership: Membership, due: date, today: date) -> Iterator[Occasion]:
    """K5, with K4's alert where the package cannot be renewed as things stand."""
    if is_reminded(work.session, membership.id, ReminderKind.SKILLS, due):
        return
    found = qualification_of(work.session, membership, today)
    left = (membership.anniversary - today).days
    at_risk = found is not None and found.is_at_risk
    yield Occasion(ReminderKind.SKILLS, due, {"days_left": left, "is_at_risk": at_risk})


def _renewal(
    work: Work, membership: Membership, days: Sequence[date], *, is_open: bool
) -> Occasion:
    kind, due = ReminderKind.RENEWAL, days[-1]
    missed = [day for day in days[:-1] if not is_reminded(work.session, membership.id, kind, day)]
    facts = {"is_open": is_open, "missed": [day.isoformat() for day in missed]}
    return Occasion(kind, due, facts, missed)


def _line(benefit: MembershipBenefit) -> Facts:
    return {
        "name_en": benefit.name_en,
        "name_zh": benefit.name_zh,
        "unused": benefit.quantity - benefit.activated_count,
        "ends_on": benefit.ends_on.isoformat(),
    }


def _tell(work: Work, membership: Membership, occasion: Occasion, users: Sequence[User]) -> bool:
    if not _is_first(work, membership, (occasion.kind, occasion.due_on)):
        return False
    for day in occasion.missed:
        _is_first(work, membership, (occasion.kind, day))
    template = f"membership_{occasion.kind.value}"
    today = work.today(membership.organisation.time_zone)
    facts = {**_facts(membership, today), **occasion.facts}
    key = f"{template}:{membership.id}:{occasion.due_on}"
    post_many(
        work,
        [
            (
                Mail(
                    template,
                    membership.id,
                    f"{key}:{user.id.hex}",
                    membership.organisation_id,
                    facts=facts,
                ),
                Recipient(user.name, user.email, user.language),
            )
            for user in users
        ],
    )
    return True


def _is_first(work: Work, membership: Membership, told: tuple[ReminderKind, date]) -> bool:
    """Note that it is told; of two who tell at once, one finds the other's note."""
    kind, due_on = told
    if is_reminded(work.session, membership.id, kind, due_on):
        return False
    work.does("membership.reminded")
    try:
        with work.session.begin_nested():
            work.session.add(
                MembershipReminder(
                    organisation_id=membership.organisation_id,
                    membership_id=membership.id,
                    kind=kind,
                    due_on=due_on,
                    sent_at=work.now,
                )
            )
    except IntegrityError:
        return False
    return True


def _facts(membership: Membership, today: date) -> Facts:
    year = year_of(membership, today)
    offer = offer_on(membership.offer_key, membership.bought_on)
    organisation = membership.organisation
    named = called(membership.competency) if membership.competency else None
    return {
        "organisation": organisation.name,
        "offer_en": offer.name_en,
        "offer_zh": offer.name_zh,
        "competency_en": named.singular if named else None,
        "competency_zh": named.chinese if named else None,
        "anniversary": year.anniversary.isoformat(),
        "opens": year.window_opens.isoformat(),
        "last_day": last_day_to_renew(year).isoformat(),
        "zone": organisation.time_zone,
        "path": f"/o/{organisation.slug}/memberships/{membership.id}",
    }
