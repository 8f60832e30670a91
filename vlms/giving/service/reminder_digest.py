"""Tells admins what lies unused: on the 1st of the month, and before the last day (F8, F10)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from vlms.accounts.models import Organisation, User
from vlms.accounts.queries import list_users_who_may
from vlms.agreements.models import Agreement
from vlms.agreements.rules.ladder import step_due, strength_of
from vlms.codes.rules.lifecycle import State
from vlms.core.doubles import broken_index
from vlms.core.permissions import Permission
from vlms.core.work import Work
from vlms.giving.models.reminders import EndWarning
from vlms.giving.queries.end_warnings import Ending, list_endings, list_warned
from vlms.giving.queries.reminders import Lying, list_lying, plan_of
from vlms.notices.outbox import Mail, Recipient, post

# After a stop a month's digest still leaves within so many days of its 1st.
_LATE_DAYS = 7
_SHOWN = 20
_FREE = (State.AVAILABLE, State.RESERVED)
_GIVEN = (State.ASSIGNED,)


def send_digest(work: Work, place: Organisation, today: date) -> int:
    """The month's digest to each admin, once; to how many it was written."""
    if not plan_of(work.session, place.id).has_digest or today.day > _LATE_DAYS:
        return 0
    return write_digest(work, place, f"{today:%Y-%m}")


def write_digest(work: Work, place: Organisation, occasion: str) -> int:
    """The two lists to each admin, unless both are empty; one `occasion` writes one mail."""
    unassigned = list_lying(work.session, place.id, _FREE, work.now)
    unused = list_lying(work.session, place.id, _GIVEN, work.now)
    if not unassigned and not unused:
        return 0
    facts = {
        "organisation": place.name,
        "unassigned": _told(unassigned),
        "unassigned_count": sum(each.count for each in unassigned),
        "unused": _told(unused),
        "unused_count": sum(each.count for each in unused),
        **_paths(place.slug),
    }
    key = f"reminder_digest:{place.id}:{occasion}"
    admins = list_users_who_may(work.session, place.id, Permission.SEND_REMINDERS)
    return _tell(work, admins, ("reminder_digest", key), (place.id, place.id, None), facts)


def warn_of_ends(work: Work, place: Organisation) -> int:
    """Tell the admins of each last day whose next step has come; how many warnings."""
    plan = plan_of(work.session, place.id)
    endings = list_endings(work.session, place.id, work.now)
    warned = list_warned(work.session, place.id)
    count = 0
    for ending in endings:
        today = work.today(ending.agreement.time_zone)
        days = step_due(ending.last_day, today, plan.ladder)
        key = (ending.agreement.id, ending.last_day, days)
        if days is not None and key not in warned and _is_told(work, ending, days):
            _warn(work, place, ending, days, (ending.last_day - today).days)
            count += 1
    return count


def _is_told(work: Work, ending: Ending, days: int) -> bool:
    """Write down that this step is told; False when another worker tells of it."""
    warning = EndWarning(
        organisation_id=ending.agreement.organisation_id,
        agreement_id=ending.agreement.id,
        last_day=ending.last_day,
        days=days,
        told_at=work.now,
    )
    try:
        with work.doing("end_warning.told"), work.session.begin_nested():
            work.session.add(warning)
    except IntegrityError as error:
        if broken_index(error) != "uq_end_warning":
            raise
        return False
    return True


def _warn(work: Work, place: Organisation, ending: Ending, days: int, days_left: int) -> None:
    agreement: Agreement = ending.agreement
    facts = {
        "agreement": agreement.number,
        "strength": int(strength_of(days)),
        "days_left": days_left,
        "last_day": ending.last_day.isoformat(),
        "zone": agreement.time_zone,
        "unassigned_count": ending.unassigned,
        "unused_count": ending.unused,
        **_paths(place.slug, f"&agreement={agreement.id}"),
    }
    key = f"end_warning:{agreement.id}:{ending.last_day.isoformat()}:{days}"
    admins = list_users_who_may(work.session, place.id, Permission.SEND_REMINDERS, agreement.id)
    _tell(work, admins, ("end_warning", key), (agreement.id, place.id, agreement.id), facts)


def _tell(
    work: Work,
    users: Sequence[User],
    what: tuple[str, str],
    about: tuple[UUID, UUID, UUID | None],
    facts: dict[str, Any],
) -> int:
    """The same mail to each: template and occasion, subject with organisation and agreement."""
    template, key = what
    count = 0
    for user in users:
        mail = Mail(template, about[0], f"{key}:{user.id.hex}", about[1], about[2], None, facts)
        count += post(work, mail, Recipient(user.name, user.email, user.language)) is not None
    return count


def _paths(slug: str, more: str = "") -> dict[str, str]:
    page = f"/o/{slug}/reminders/?only="
    return {
        "unassigned_path": f"{page}unassigned{more}",
        "unclaimed_path": f"{page}unclaimed{more}",
        "claimed_path": f"{page}unused{more}",
    }


def _told(lying: Sequence[Lying]) -> list[dict[str, Any]]:
    return [
        {
            "product_en": each.product_en,
            "product_zh": each.product_zh,
            "last_day": each.last_day.isoformat(),
            "count": each.count,
        }
        for each in lying[:_SHOWN]
    ]
