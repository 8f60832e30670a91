"""The days of certifications, links and competencies in calendar and feed (R2, R5, K1-K3)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.calendar_reader import read_calendar
from tests.support.clock import StillClock
from tests.support.making import make_member, make_person, make_user, making
from tests.support.making_certifications import make_certification, make_held
from tests.support.making_links import LIN, lin_at, make_lin
from tests.support.pages import CheckingClient
from vlms.accounts.queries import find_organisation, find_user
from vlms.catalog.models import Certification, CertificationKind, Exam
from vlms.certifications.service.telling import tell_windows
from vlms.core.permissions import Role
from vlms.partners.models.links import Association, UnlinkTask
from vlms.partners.service.linking import link
from vlms.planning.service.calendar_feeds import make_feed

START = datetime(2026, 7, 1, 4, tzinfo=UTC)
PAGE = "/o/contoso/calendar/"
MANAGER = "mo@contoso.example"
PARTNER, GLOBAL = "pat@contoso.example", "gil@contoso.example"


@pytest.fixture(autouse=True)
def contoso(app: Flask, clock: StillClock) -> None:
    """Lin is managed by Mo, linked, and holds a certification until 31 August 2026."""
    clock.set(START)
    make_lin(clock(), "contoso")
    with making(clock()) as work:
        place = find_organisation(work.session, "contoso")
        assert place is not None
        make_member(work, place, Role.PARTNER_ADMINISTRATOR, PARTNER)
        make_member(work, place, Role.GLOBAL_ADMINISTRATOR, GLOBAL)
        made = make_certification(work, "azure", CertificationKind.ASSOCIATE, "AZ-104")
        made.exams[0].retires_on = date(2026, 9, 30)
        old = Exam(number="OLD-1", name_en="Old", name_zh="舊", family_key=made.exams[0].family_key)
        old.retires_on = date(2026, 9, 30)
        work.session.add(old)
        work.flush()
        actor = work.actor
        person = lin_at(work, "contoso")
        link(work, person.id)
        work.actor = actor
        boss = make_person(work, place, "Mo", MANAGER, make_user(work, MANAGER))
        person.manager_id = boss.id
        make_held(work, person, made, date(2025, 8, 31))
        late = make_person(work, place, "Vi", "vi@contoso.example")
        make_held(work, late, made, date(2026, 6, 30))


def shown(client: CheckingClient, email: str, kind: str) -> list[str]:
    """The entries of one kind in the organisation's calendar, as its list shows them."""
    client.sign_in(email)
    items = client.page(f"{PAGE}?kind={kind}").select("li.list-group-item")
    return [" ".join(item.get_text(" ").split()) for item in items]


def fed(app: Flask, clock: StillClock, email: str) -> dict[str, date]:
    """What a user's feed tells, as an independent library reads it."""
    with making(clock()) as work:
        user = find_user(work.session, email)
        assert user is not None
        secret = make_feed(work, user.id)
    response = app.test_client().get(f"/calendar/{secret}.ics")
    assert response.status_code == 200
    events = icalendar.Calendar.from_ical(response.data).walk("VEVENT")
    assert len(read_calendar(response.text)) == len(events)
    return {str(event["SUMMARY"]): event.decoded("DTSTART") for event in events}


def test_windows_open_and_end_in_the_organisations_calendar_r2(client: CheckingClient) -> None:
    found = shown(client, PARTNER, "certification")
    assert [one.split(" Renewal windows of certifications ")[0] for one in found] == [
        "31 Aug 2026",
        "30 Dec 2026",
        "30 Jun 2027",
    ]
    assert "1 certification lapses unless it is renewed: Azure" in found[0]
    assert "1 renewal window opens: Azure" in found[1]


def test_notices_of_open_windows_stand_on_the_day_on_which_they_are_sent_once_r5(
    client: CheckingClient, clock: StillClock
) -> None:
    def planned() -> list[tuple[str, str]]:
        rows = [one.partition(" Reminders due ") for one in shown(client, PARTNER, "reminder")]
        return [(day, title.partition(": Azure")[0]) for day, _kind, title in rows]

    def tell() -> int:
        return tell_windows(lambda: making(clock()))

    mail = "1 notice by mail of an open renewal window"
    with making(clock()) as work:
        place = find_organisation(work.session, "contoso")
        assert place is not None
        made = work.session.query(Certification).one()
        # Who has no address is mailed nothing, who has left is not told.
        make_held(work, make_person(work, place, "No Mail", None), made, date(2026, 6, 30))
        gone = make_person(work, place, "Gone", "gone@contoso.example")
        make_held(work, gone, made, date(2026, 6, 30))
        gone.left_at = work.now
    first, second = planned()
    assert (first, second) == (("1 Jul 2026", mail), ("30 Dec 2026", mail))
    # What is planned for a day is sent on that day, and stands there no more.
    assert tell() == 1
    assert planned() == [second]
    clock.set(datetime(2026, 12, 29, 23, 59, tzinfo=UTC))
    assert tell() == 0
    clock.set(datetime(2026, 12, 30, tzinfo=UTC))
    assert planned() == [second]
    # That of who has no address is written too, and never leaves.
    assert tell() == 2
    assert planned() == []


def test_links_that_wait_and_exams_that_cease_to_count_stand_there_k2_k3(
    client: CheckingClient,
) -> None:
    (waits,) = shown(client, PARTNER, "link")
    assert waits.startswith("4 Jul 2026")
    assert "1 link is overdue after today unless a skills report shows it" in waits
    found = shown(client, GLOBAL, "exam")
    # What no competency asks for is of the catalogue alone.
    assert [one.partition(" Exams that retire ")[2].split(" AZ-104")[0] for one in found] == [
        "Exam retires:",
        "Last day that it counts for competencies:",
    ]
    assert found[1].startswith("29 Sep 2027")


def test_a_leavers_task_stands_there_with_its_reminders_until_it_is_done_k1(
    client: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        person = lin_at(work, "contoso")
        association = work.session.scalars(select(Association)).one()
        work.session.add(
            UnlinkTask(
                organisation_id=person.organisation_id,
                person_id=person.id,
                association_id=association.id,
                asked_at=clock(),
                due_on=date(2026, 7, 11),
            )
        )
    assert any("Last day to end the link of Lin" in one for one in shown(client, PARTNER, "link"))

    def reminded(email: str) -> list[str]:
        return [one for one in shown(client, email, "reminder") if "the link of Lin" in one]

    assert reminded(PARTNER) == []
    days = [one[:11].strip() for one in reminded(GLOBAL)]
    assert days == ["8 Jul 2026", "12 Jul 2026", "19 Jul 2026"]
    # What is overdue stands there too.
    clock.move(days=11)
    assert any(one.startswith("11 Jul 2026") for one in shown(client, GLOBAL, "link"))


def test_holder_and_manager_have_what_is_theirs_in_their_feeds(
    app: Flask, clock: StillClock
) -> None:
    own = fed(app, clock, LIN)
    assert own["Last day to renew: Azure"] == date(2026, 8, 31)
    assert own["From today on your MCID can be linked to another organisation"] == date(2026, 7, 31)
    assert own["Your link with Contoso should be seen by now"] == START + timedelta(hours=72)
    team = fed(app, clock, MANAGER)
    assert team == {"1 certification lapses unless it is renewed: Azure": date(2026, 8, 31)}
    clock.move(days=62)
    assert "Last day to renew: Azure" not in fed(app, clock, LIN)
