"""The days of links and of leavers' tasks as entries of a calendar (K1, K2)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from vlms.core.clock import local_day
from vlms.core.permissions import Permission
from vlms.core.text import Text, _, ngettext
from vlms.exports.calendar import Entry
from vlms.partners.models.links import UnlinkTask
from vlms.partners.queries.linked import list_tasks, list_waiting
from vlms.partners.queries.links import list_associations, standings
from vlms.partners.rules.linking import LinkState, next_link, task_reminder_days
from vlms.partners.terms import link_terms
from vlms.planning.calendar_kinds import Kind
from vlms.planning.looking import Look
from vlms.web.locales import show_moment, show_zone

Addresser = Callable[..., str]


def link_entries(look: Look, address: Addresser) -> Iterator[Entry]:
    """By when a skills report should show the links that wait, and the tasks of leavers."""
    page = address("links.index")
    due = Counter(
        local_day(at, look.zone)
        for at in list_waiting(look.session, look.organisation_id)
        if at >= look.now
    )
    for day, count in sorted(due.items()):
        title = ngettext(
            "%(number)s link is overdue after today unless a skills report shows it",
            "%(number)s links are overdue after today unless a skills report shows them",
            count,
        )
        yield _entry(f"{look.organisation_id}-links-{day}", title, day, page, look.zone)
    for task in list_tasks(look.session, look.organisation_id):
        yield from _task_entries(look, task, page)


def _task_entries(look: Look, task: UnlinkTask, page: str) -> Iterator[Entry]:
    """What is overdue stands there too; reminders are of those who end links."""
    name = task.person.name
    title = _("Last day to end the link of %(person)s, who has left", person=name)
    yield _entry(f"{task.id}-due", title, task.due_on, page, look.zone)
    if not look.may(Permission.END_LINKS):
        return
    today = local_day(look.now, look.zone)
    terms = link_terms(local_day(task.asked_at, look.zone)).terms
    for day in task_reminder_days(task.due_on, terms):
        if day > today:
            title = _("Reminder by mail: the link of %(person)s, who has left", person=name)
            key = f"{task.id}-reminder-{day}"
            yield _entry(key, title, day, page, look.zone, Kind.REMINDER)


def own_link_entries(
    session: Session, user_id: UUID, now: datetime, address: Addresser
) -> Iterator[Entry]:
    """By when one's own link should be seen, and when the next one is possible.

    The session's scope is the system's: associations with former organisations count (K1).
    """
    found = list_associations(session, user_id)
    if not found:
        return
    page = address("my_links.index")
    for one in standings(session, found, now):
        if one.state is LinkState.PENDING:
            place = one.association.organisation
            title = _(
                "Your link with %(organisation)s should be seen by now", organisation=place.name
            )
            yield Entry(
                f"{one.association.id}-seen",
                str(title),
                one.due_at,
                note=show_moment(one.due_at, place.time_zone),
                address=page,
                kind=Kind.LINK.value,
                zone=place.time_zone,
            )
    zone = found[0].organisation.time_zone
    today = local_day(now, zone)
    starts = [local_day(one.started_at, zone) for one in found]
    first = next_link(starts, today, link_terms(today).terms).first_day
    if first > today:
        title = _("From today on your MCID can be linked to another organisation")
        yield _entry(f"{user_id}-next-link", title, first, page, zone)


def _entry(key: str, title: Text, day: date, page: str, zone: str, kind: Kind = Kind.LINK) -> Entry:
    return Entry(key, str(title), day, note=show_zone(zone), address=page, kind=kind.value)
