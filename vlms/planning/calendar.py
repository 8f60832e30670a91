"""Every clock of a workspace, and of a person, as entries of one calendar."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date

from vlms.core.clock import local_day
from vlms.core.permissions import Permission
from vlms.core.text import _, ngettext
from vlms.exports.calendar import Entry
from vlms.giving.queries.reminders import held_codes, list_assigned, plan_of
from vlms.giving.rules.reminders import planned, why_silent
from vlms.planning.calendar_kinds import Kind
from vlms.planning.certification_clocks import certification_entries
from vlms.planning.clocks import MOST, Addresser, workspace_entries
from vlms.planning.competency_clocks import competency_entries
from vlms.planning.link_clocks import link_entries
from vlms.planning.looking import Look
from vlms.planning.membership_clocks import membership_entries
from vlms.planning.queries.calendar_rows import (
    list_coming_sittings,
    list_retiring,
    list_running_packs,
)
from vlms.planning.renewal_clocks import renewal_entries
from vlms.web.locales import name_of, show_moment, show_zone

_P = Permission
# Reminders are reckoned for so many codes; of more, those that were issued first.
_RECKONED = 1_000


def every_entry(look: Look, address: Addresser) -> list[Entry]:
    """All clocks that the visitor may see now, the nearest first."""
    entries = workspace_entries(look, address)
    for needs, of_buyers, clocks in _CLOCKS:
        if all(map(look.may, needs)) and (look.buys or not of_buyers):
            entries += clocks(look, address)
    return sorted(entries, key=lambda entry: (entry.day, entry.kind, entry.title))


def _certifications(look: Look, address: Addresser) -> Iterator[Entry]:
    return certification_entries(look.session, look.now, look.organisation_id, address)


def _packs(look: Look, address: Addresser) -> Iterator[Entry]:
    for pack in list_running_packs(look, MOST):
        named = {"number": pack.number, "product": name_of(pack.product)}
        yield Entry(
            f"{pack.id}-end",
            str(_("Pack %(number)s ends: %(product)s", **named)),
            pack.last_day,
            note=show_zone(pack.time_zone),
            address=address("packs.show", pack_id=pack.id),
            kind=Kind.PACK.value,
        )


def _exams(look: Look, address: Addresser) -> Iterator[Entry]:
    today = local_day(look.now, look.zone)
    for exam in list_retiring(look, today, MOST):
        day = exam.last_day
        if day is None or day < today:
            continue
        named = f"{exam.number} {name_of(exam)}"
        yield Entry(
            f"exam-{exam.number}-retires",
            str(_("Exam retires: %(exam)s", exam=named)),
            day,
            address=address("catalog.exams"),
            kind=Kind.EXAM.value,
        )


def _reminders(look: Look, address: Addresser) -> Iterator[Entry]:
    """How many planned reminders fall on each day, as things stand now."""
    for day, count in sorted(_planned_days(look).items()):
        title = ngettext(
            "%(number)s planned reminder of a code",
            "%(number)s planned reminders of codes",
            count,
        )
        yield Entry(
            f"{look.organisation_id}-reminders-{day:%Y%m%d}",
            str(title),
            day,
            note=show_zone(look.zone),
            address=address("reminders.index", only="unclaimed"),
            kind=Kind.REMINDER.value,
        )


def _planned_days(look: Look) -> Counter[date]:
    plan = plan_of(look.session, look.organisation_id)
    found: Counter[date] = Counter()
    if not plan.is_on:
        return found
    codes = list_assigned(look.session, look.organisation_id, look.now, None, _RECKONED)
    today = local_day(look.now, look.zone)
    for held in held_codes(look.session, codes, look.now).values():
        if why_silent(held) is None:
            found.update({nudge.day for nudge in planned(plan, held) if nudge.day > today})
    return found


def _sittings(look: Look, address: Addresser) -> Iterator[Entry]:
    for sitting in list_coming_sittings(look, MOST):
        yield Entry(
            f"{sitting.id}-sitting",
            f"{sitting.number}: {sitting.exam_number} {name_of(sitting.exam)}",
            sitting.starts_at,
            place=sitting.room,
            note=show_moment(sitting.starts_at, sitting.time_zone),
            address=address("sittings.show", sitting_id=sitting.id),
            kind=Kind.SITTING.value,
            zone=sitting.time_zone,
        )


# What one must be allowed to do, whether it is of those alone who buy, and the clocks.
_CLOCKS: tuple[tuple[tuple[Permission, ...], bool, Callable[..., Iterable[Entry]]], ...] = (
    ((_P.VIEW_CLOSINGS,), True, renewal_entries),
    ((_P.VIEW_PACKS,), False, _packs),
    ((_P.VIEW_CATALOG,), False, _exams),
    ((_P.VIEW_COMPETENCIES,), False, competency_entries),
    ((_P.VIEW_CERTIFICATIONS,), False, _certifications),
    ((_P.VIEW_SKILLS,), False, link_entries),
    ((_P.VIEW_REMINDERS,), False, _reminders),
    ((_P.VIEW_MEMBERSHIPS,), True, membership_entries),
    ((_P.DELIVER_EXAMS, _P.VIEW_ROSTERS), False, _sittings),
)
