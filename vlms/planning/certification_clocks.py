"""The renewal windows of certifications as entries of a calendar, in UTC (R2, R5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.catalog.models import Certification
from vlms.certifications.queries.board import BoardFilter, count_ends
from vlms.certifications.queries.needs import life_of
from vlms.certifications.queries.transcripts import list_held
from vlms.certifications.queries.windows import count_untold
from vlms.certifications.rules.activity import first_renewal, tells_on
from vlms.certifications.rules.board_edges import edges_on
from vlms.certifications.rules.renewal import ZONE
from vlms.certifications.terms import renewal_terms
from vlms.core.clock import local_day
from vlms.core.text import Text, _, ngettext
from vlms.exports.calendar import Entry
from vlms.planning.calendar_kinds import Kind
from vlms.web.locales import name_of, show_zone

# Ends of so many days and certifications, the nearest first.
_MOST = 250
Addresser = Callable[..., str]


def certification_entries(
    session: Session, now: datetime, organisation_id: UUID, address: Addresser
) -> Iterator[Entry]:
    """How many of an organisation's windows open and end on each day, and how many are told."""
    page = address("certifications.index")
    yield from _counted(session, now, organisation_id, page)
    yield from _mails(session, now, organisation_id, page)


def team_certification_entries(
    session: Session, now: datetime, address: Addresser
) -> Iterator[Entry]:
    """The same of a manager's people; the session's scope is that of the team."""
    yield from _counted(session, now, None, address("team_certifications.index"))


def own_certification_entries(
    session: Session, person_ids: Collection[UUID], now: datetime, address: Addresser
) -> Iterator[Entry]:
    """When each of a holder's certifications can be renewed, and until when."""
    today = local_day(now, ZONE)
    terms = renewal_terms(today).terms
    for held in list_held(session, sorted(person_ids)):
        if held.expires_on is None or held.expires_on < today:
            continue
        page, name = address("my_certifications.show", held_id=held.id), name_of(held.certification)
        opens = first_renewal(held.expires_on, life_of(held.certification), terms)
        if opens is not None and opens >= today:
            title = _("Renewal window opens: %(offer)s", offer=name)
            yield _entry(f"{held.id}-opens", title, opens, page)
        title = (
            _("Lapses after today: %(name)s", name=name)
            if opens is None
            else _("Last day to renew: %(offer)s", offer=name)
        )
        yield _entry(f"{held.id}-ends", title, held.expires_on, page)


def _counted(
    session: Session, now: datetime, organisation_id: UUID | None, page: str
) -> Iterator[Entry]:
    today = local_day(now, ZONE)
    terms = renewal_terms(today).terms
    found = count_ends(session, BoardFilter(edges_on(today, terms), organisation_id), _MOST)
    named = _named(session, (key for key, _day, _count in found))
    whose = organisation_id or "team"
    for key, last_day, count in found:
        name, life = name_of(named[key]), life_of(named[key])
        opens = first_renewal(last_day, life, terms)
        if opens is not None and opens >= today:
            title = ngettext(
                "%(number)s renewal window opens: %(name)s",
                "%(number)s renewal windows open: %(name)s",
                count,
                name=name,
            )
            yield _entry(f"{whose}-{key}-{last_day}-opens", title, opens, page)
        title = _ending(count, name, is_renewed=opens is not None)
        yield _entry(f"{whose}-{key}-{last_day}-ends", title, last_day, page)


def _mails(session: Session, now: datetime, organisation_id: UUID, page: str) -> Iterator[Entry]:
    """The notices of open windows that will be sent as things stand now, each once (R5)."""
    today = local_day(now, ZONE)
    terms = renewal_terms(today).terms
    found = count_untold(session, organisation_id, today, _MOST)
    named = _named(session, (key for key, _day, _count in found))
    counts: Counter[tuple[date, str]] = Counter()
    for key, last_day, count in found:
        day = tells_on(last_day, life_of(named[key]), terms, today)
        if day is not None:
            counts[day, key] += count
    for (day, key), count in sorted(counts.items()):
        title = ngettext(
            "%(number)s notice by mail of an open renewal window: %(name)s",
            "%(number)s notices by mail of open renewal windows: %(name)s",
            count,
            name=name_of(named[key]),
        )
        yield _entry(f"{organisation_id}-{key}-{day}-mail", title, day, page, Kind.REMINDER)


def _named(session: Session, keys: Iterable[str]) -> Mapping[str, Certification]:
    wanted = select(Certification).where(Certification.key.in_(set(keys)))
    return {one.key: one for one in session.scalars(wanted)}


def _ending(count: int, name: str, *, is_renewed: bool) -> Text:
    """What was retired is renewed by nobody (R1)."""
    if not is_renewed:
        return ngettext(
            "%(number)s certification lapses after today: %(name)s",
            "%(number)s certifications lapse after today: %(name)s",
            count,
            name=name,
        )
    return ngettext(
        "%(number)s certification lapses unless it is renewed: %(name)s",
        "%(number)s certifications lapse unless they are renewed: %(name)s",
        count,
        name=name,
    )


def _entry(key: str, title: Text, day: date, page: str, kind: Kind = Kind.CERTIFICATION) -> Entry:
    return Entry(key, str(title), day, note=show_zone(ZONE), address=page, kind=kind.value)
