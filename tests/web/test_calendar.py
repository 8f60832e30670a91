"""The calendar's three views, and its secret address as an independent library reads it."""

from __future__ import annotations

from datetime import date

import icalendar
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.support.calendar_reader import read_calendar
from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, make_role, making
from tests.support.making_reminders import ADMIN, Held, change_person, make_held
from tests.support.pages import CheckingClient
from vlms.accounts.models import Organisation, RoleGrant, User
from vlms.core.db import reading
from vlms.core.language import Language
from vlms.core.permissions import Role
from vlms.core.scope import System
from vlms.planning.models.calendar_feeds import CalendarFeed

PAGE = "/o/contoso/calendar/"
MINE = "/my/calendar/"


@pytest.fixture
def held(app: Flask, clock: StillClock) -> Held:
    """Two assigned codes and an agreement until the end of 2026; a stranger's beside them."""
    make_held(clock(), slug="fabrikam")
    return make_held(clock(), people=2)


def address_of(client: CheckingClient) -> str:
    """Make an address, and read it from the page that shows it."""
    response = client.press(MINE, "/make")
    assert response.status_code == 200
    return response.text.split('id="feed-address"')[1].split(">")[1].split("<")[0]


def path_of(address: str) -> str:
    return "/" + address.split("/", 3)[3]


def titles(response: TestResponse) -> list[str]:
    """The events' titles, as icalendar reads them."""
    assert response.status_code == 200
    calendar = icalendar.Calendar.from_ical(response.data)
    return [str(event["SUMMARY"]) for event in calendar.walk("VEVENT")]


def test_the_list_holds_every_clock_that_one_may_see(client: CheckingClient, held: Held) -> None:
    client.sign_in(ADMIN)
    page = client.page(PAGE)
    for words in ("Last day of agreement", "unused codes lapse", "planned reminder"):
        assert words in page.text
    assert {a["href"].split("?")[0] for a in page.select("li.list-group-item a")} >= {
        "/o/contoso/codes/",
        "/o/contoso/reminders/",
    }


def test_a_kind_is_chosen_alone(client: CheckingClient, held: Held) -> None:
    client.sign_in(ADMIN)
    page = client.page(f"{PAGE}?kind=code")
    items = page.select("li.list-group-item")
    assert len(items) == 1
    assert "unused codes lapse" in items[0].text
    assert "No clock of this kind runs." in client.page(f"{PAGE}?kind=exam").text


@pytest.mark.parametrize(
    ("language", "first", "last"),
    [(Language.ENGLISH, "Mon", "Sun"), (Language.TRADITIONAL_CHINESE, "週日", "週六")],
)
def test_a_week_begins_as_the_language_has_it(
    client: CheckingClient,
    clock: StillClock,
    held: Held,
    language: Language,
    first: str,
    last: str,
) -> None:
    with making(clock()) as work:
        work.session.get_one(User, held.admin_id).language = language
    client.sign_in(ADMIN)
    page = client.page(f"{PAGE}?view=month&month=2026-12")
    heads = [head.text for head in page.select(".month-grid th")]
    assert (len(heads), heads[0], heads[-1]) == (7, first, last)


def test_a_month_is_a_table_and_on_a_phone_a_list(client: CheckingClient, held: Held) -> None:
    client.sign_in(ADMIN)
    page = client.page(f"{PAGE}?view=month&month=2026-12")
    cell = next(td for td in page.select(".month-grid td") if "Last day of agreement" in td.text)
    assert "31" in cell.text
    assert page.select_one('a[rel=next][href*="month=2027-01"]')
    assert "Last day of agreement" in page.select_one(".d-md-none").text  # type: ignore[union-attr]


def test_the_timeline_leads_to_the_month(client: CheckingClient, held: Held) -> None:
    client.sign_in(ADMIN)
    page = client.page(f"{PAGE}?view=timeline")
    (link,) = page.select('td a[href*="month=2026-12"][href*="kind=code"]')
    assert "unused codes lapse" in client.page(str(link["href"])).text


def test_who_may_see_nothing_is_told_so(
    client: CheckingClient, clock: StillClock, held: Held
) -> None:
    with making(clock()) as work:
        place = work.session.get_one(Organisation, held.organisation_id)
        make_member(work, place, Role.EXAM_DESK, "desk@contoso.example")
    client.sign_in("desk@contoso.example")
    assert "No clock runs." in client.page(PAGE).text


def test_the_address_is_read_without_signing_in(
    app: Flask, client: CheckingClient, held: Held
) -> None:
    client.sign_in(ADMIN)
    path = path_of(address_of(client))
    stranger = app.test_client()
    response = stranger.get(path)
    found = titles(response)
    assert len(read_calendar(response.text)) == len(found)
    assert "2 unused codes lapse: Voucher contoso" in found
    assert not [title for title in found if "fabrikam" in title]
    events = icalendar.Calendar.from_ical(response.data).walk("VEVENT")
    ends = [event for event in events if "Last day of agreement" in event["SUMMARY"]]
    assert [event.decoded("DTSTART") for event in ends] == [date(2026, 12, 31)]
    assert str(ends[0]["URL"]).startswith("http://localhost/o/contoso/agreements/")
    assert "Set-Cookie" not in response.headers


def test_it_shows_what_its_owner_may_see_now(
    app: Flask, client: CheckingClient, clock: StillClock, held: Held
) -> None:
    client.sign_in(ADMIN)
    path = path_of(address_of(client))
    with making(clock()) as work:
        grant = work.session.query(RoleGrant).filter_by(user_id=held.admin_id).one()
        grant.ended_at = clock()
    assert titles(app.test_client().get(path)) == []
    with making(clock()) as work:
        place = work.session.get_one(Organisation, held.organisation_id)
        make_role(work, place, work.session.get_one(User, held.admin_id), Role.FINANCE)
    found = titles(app.test_client().get(path))
    assert [title for title in found if "agreement" in title.lower()]
    assert not [title for title in found if "lapse" in title]


def test_ones_own_codes_stand_in_it(
    app: Flask, client: CheckingClient, clock: StillClock, held: Held
) -> None:
    with making(clock()) as work:
        other = make_organisation(work, "elsewhere")
        user = make_member(work, other, Role.EXAM_DESK, "lea@contoso.example")
    change_person(clock(), held.person_ids[0], user_id=user.id)
    client.sign_in("lea@contoso.example")
    path = path_of(address_of(client))
    assert titles(app.test_client().get(path)) == ["Last day of use: Voucher contoso"]


def test_who_is_disabled_reads_no_more(
    app: Flask, client: CheckingClient, clock: StillClock, held: Held
) -> None:
    client.sign_in(ADMIN)
    path = path_of(address_of(client))
    with making(clock()) as work:
        work.session.get_one(User, held.admin_id).disabled_at = clock()
    assert app.test_client().get(path).status_code == 404


def test_a_revoked_or_renewed_address_opens_nothing(
    app: Flask, client: CheckingClient, held: Held
) -> None:
    client.sign_in(ADMIN)
    first = path_of(address_of(client))
    second = path_of(address_of(client))
    stranger = app.test_client()
    assert stranger.get(first).status_code == 404
    assert stranger.get(second).status_code == 200
    client.press(MINE, "/revoke")
    assert stranger.get(second).status_code == 404
    assert "You have no address." in client.page(MINE).text


def test_the_secret_is_kept_as_a_digest_and_shown_once(
    app: Flask, client: CheckingClient, held: Held
) -> None:
    client.sign_in(ADMIN)
    secret = address_of(client).rsplit("/", 1)[1].removesuffix(".ics")
    assert len(secret) >= 43
    assert secret not in client.page(MINE).text
    with reading(System("test")) as session:
        (feed,) = session.query(CalendarFeed)
        assert secret.encode() not in feed.secret_digest
        assert len(feed.secret_digest) == 32


def test_guesses_are_counted_and_then_refused(app: Flask, client: CheckingClient) -> None:
    stranger = app.test_client()
    codes = [stranger.get(f"/calendar/{number:043d}.ics").status_code for number in range(31)]
    assert codes == [404] * 30 + [429]


def test_guesses_do_not_shut_out_who_knows_it(
    app: Flask, client: CheckingClient, held: Held
) -> None:
    client.sign_in(ADMIN)
    path = path_of(address_of(client))
    stranger = app.test_client()
    for number in range(32):
        stranger.get(f"/calendar/{number:043d}.ics")
    assert stranger.get(path).status_code == 200


def test_what_has_not_changed_is_not_sent_again(
    app: Flask, client: CheckingClient, clock: StillClock, held: Held
) -> None:
    client.sign_in(ADMIN)
    path = path_of(address_of(client))
    stranger = app.test_client()
    tag = stranger.get(path).headers["ETag"]
    clock.move(minutes=5)
    assert stranger.get(path, headers={"If-None-Match": tag}).status_code == 304
    change_person(clock(), held.person_ids[0], left_at=clock())
    changed = stranger.get(path, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag


def test_it_speaks_its_owners_language(
    app: Flask, client: CheckingClient, clock: StillClock, held: Held
) -> None:
    with making(clock()) as work:
        work.session.get_one(User, held.admin_id).language = Language.TRADITIONAL_CHINESE
    client.sign_in(ADMIN)
    path = path_of(address_of(client))
    response = app.test_client().get(path, headers={"Accept-Language": "en"})
    assert "認證考試券" in " ".join(titles(response))
