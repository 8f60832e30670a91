"""Who of an organisation is linked, invitations, and leavers without access (K1, K2, K5)."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from openpyxl import load_workbook

from tests.support.clock import StillClock
from tests.support.mail import open_postbox, text_of
from tests.support.making import EVERY_ROLE, make_member, make_person, making
from tests.support.making_links import lin_at, make_lin, running
from tests.support.pages import CheckingClient
from vlms.accounts.queries import find_organisation
from vlms.core.permissions import Role
from vlms.notices import smtp
from vlms.notices.delivery import Post, deliver_due
from vlms.notices.models import OutboxMessage
from vlms.partners.models.links import Association, EndReason, UnlinkTask
from vlms.partners.service.inviting import note_seen
from vlms.partners.service.leaving import LIFETIME, MOST_BY_MCID
from vlms.partners.service.linking import link

START = datetime(2026, 7, 1, 4, tzinfo=UTC)
HOME, FORM = "/o/contoso/links/", "/leavers/"
MCID, ADDRESS = "990123456", "990123456@home.example"
PARTNER, GLOBAL, ELSEWHERE = "pat@contoso.example", "gil@contoso.example", "eve@fabrikam.example"


@pytest.fixture(autouse=True)
def linked(app: Flask, clock: StillClock) -> None:
    """Lin is linked with Contoso, Bo is not; each organisation has its administrators."""
    clock.set(START)
    make_lin(clock(), "contoso", "fabrikam")
    with making(clock()) as work:
        for slug, email, role in (
            ("contoso", PARTNER, Role.PARTNER_ADMINISTRATOR),
            ("contoso", GLOBAL, Role.GLOBAL_ADMINISTRATOR),
            ("fabrikam", ELSEWHERE, Role.GLOBAL_ADMINISTRATOR),
        ):
            place = find_organisation(work.session, slug)
            assert place is not None
            make_member(work, place, role, email)
            if email == PARTNER:
                make_person(work, place, "Bo", "bo@contoso.example")
    with making(clock()) as work:
        link(work, lin_at(work, "contoso").id)


def told(client: CheckingClient, address: str = HOME) -> str:
    main = client.page(address).select_one("main")
    assert main is not None
    return " ".join(main.get_text(" ").split())


def mails(clock: StillClock, template: str) -> list[OutboxMessage]:
    with making(clock()) as work:
        return work.session.query(OutboxMessage).filter_by(template=template).all()


def _token(page: BeautifulSoup) -> str:
    field = page.select_one("input[name=csrf_token]")
    assert field is not None
    return str(field["value"])


def link_of_mail(clock: StillClock) -> str:
    """The path that a real mail's link leads to."""
    with open_postbox() as (postbox, port):
        server = smtp.MailServer("127.0.0.1", port, tls=False)
        office = Post(server, "vlms@operator.example", "https://vlms.example")
        deliver_due(office, lambda: making(clock()))
        (text,) = [text_of(mail) for mail in postbox.mails if ADDRESS in str(mail["To"])]
    (token,) = re.findall(r"/leavers/([\w-]+)", text)
    return f"{FORM}{token}"


def ask(client: CheckingClient, clock: StillClock) -> str:
    client.send(FORM, mcid=MCID, email=ADDRESS)
    return link_of_mail(clock)


def test_the_tabs_tell_who_is_linked_pending_overdue_counted_and_not(
    client: CheckingClient, clock: StillClock
) -> None:
    client.sign_in(PARTNER)
    assert "Lin lin@contoso.example 990123456" in told(client, f"{HOME}?tab=pending")
    assert "No link stands so." in told(client, f"{HOME}?tab=overdue")
    assert "Bo bo@contoso.example not yet" in told(client, f"{HOME}?tab=not_linked")
    clock.move(hours=73)
    client.sign_in(PARTNER)
    assert "Lin" in told(client, f"{HOME}?tab=overdue")
    with making(clock()) as work:
        place = find_organisation(work.session, "contoso")
        assert place is not None
        assert note_seen(work, place.id, [MCID, "990000000"]) == 1
        assert note_seen(work, place.id, [MCID]) == 0
    assert "Lin" in told(client, f"{HOME}?tab=counted")
    assert "No link stands so." in told(client, f"{HOME}?tab=overdue")


def test_who_is_not_linked_is_asked_once_a_day(client: CheckingClient, clock: StillClock) -> None:
    client.sign_in(PARTNER)
    assert client.press(f"{HOME}?tab=not_linked", "/links/invite").status_code == 302
    page = client.page(f"{HOME}?tab=not_linked")
    assert "Asked today" in page.text
    assert page.select('form[action*="/invite"]') == []
    assert client.post(f"{HOME}invite", data={"csrf_token": _token(page)}).status_code == 302
    assert [one.to_address for one in mails(clock, "link_invitation")] == ["bo@contoso.example"]
    assert "bo@contoso.example not yet" not in told(client, f"{HOME}?tab=not_linked")
    clock.move(days=1)
    client.sign_in(PARTNER)
    assert client.press(f"{HOME}?tab=not_linked", "/invite").status_code == 302
    assert len(mails(clock, "link_invitation")) == 2


def test_another_organisation_sees_none_of_it(client: CheckingClient) -> None:
    client.sign_in(ELSEWHERE)
    assert client.get(HOME).status_code == 404
    assert MCID not in told(client, "/o/fabrikam/links/")


def test_the_file_names_everybody(client: CheckingClient) -> None:
    client.sign_in(PARTNER)
    got = client.get(f"{HOME}links.xlsx")
    sheet = load_workbook(io.BytesIO(got.data)).worksheets[0]
    cells = [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]
    states = {row[0]: row[3] for row in cells if row[0] in ("Lin", "Bo")}
    assert states == {"Lin": "Pending", "Bo": "Not linked"}


def test_a_leaver_s_mail_makes_a_dated_task_that_the_global_administrator_does(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    address = ask(client, clock)
    assert "is linked to Contoso" in told(client, address)
    assert mails(clock, "unlink_asked") == []
    assert "by 11 Jul 2026" in client.send(address).text
    assert client.get(address).status_code == 410
    assert [one.to_address for one in mails(clock, "unlink_asked")] == [GLOBAL]
    with making(clock()) as work:
        (task,) = work.session.query(UnlinkTask)
        end = f"{HOME}tasks/{task.id}/end"
    client.sign_in(PARTNER)
    assert "The global administrator ends it." in told(client)
    assert client.get(end).status_code == 403
    other = app.test_client()
    assert isinstance(other, CheckingClient)
    other.sign_in(ELSEWHERE)
    assert other.get(end.replace("contoso", "fabrikam")).status_code == 404
    client.sign_in(GLOBAL)
    assert client.send(end).location == HOME
    with making(clock()) as work:
        (one,) = work.session.query(Association)
        assert one.end_reason is EndReason.LEFT
        assert running(work) == []
        (task,) = work.session.query(UnlinkTask)
        assert task.done_at == clock()
    assert {one.to_address for one in mails(clock, "link_ended")} == {PARTNER, GLOBAL}


@pytest.mark.parametrize(("mcid", "email"), [("990000000", ADDRESS), (MCID, "eve@home.example")])
def test_everybody_gets_the_same_answer(
    client: CheckingClient, clock: StillClock, mcid: str, email: str
) -> None:
    right = client.send(FORM, mcid=MCID, email=ADDRESS)
    wrong = client.send(FORM, mcid=mcid, email=email)
    assert (right.status_code, wrong.status_code) == (200, 200)
    said = "If this MCID is linked here and this is its address"
    assert said in right.text
    assert said in wrong.text
    assert [one.to_address for one in mails(clock, "unlink_link")] == [ADDRESS]


def test_the_form_is_not_tried_without_end(client: CheckingClient) -> None:
    for _time in range(MOST_BY_MCID):
        assert client.send(FORM, mcid=MCID, email="eve@home.example").status_code == 200
    assert client.send(FORM, mcid=MCID, email="eve@home.example").status_code == 429


@pytest.mark.parametrize("late", [timedelta(0), timedelta(days=1)])
def test_the_link_of_the_mail_ends_after_a_day_and_nothing_else_opens(
    client: CheckingClient, clock: StillClock, late: timedelta
) -> None:
    address = ask(client, clock)
    assert client.get(f"{address[:-1]}!").status_code == 404
    clock.move(seconds=(LIFETIME + late).total_seconds())
    assert client.get(address).status_code == 410


def test_a_link_that_ended_by_itself_closes_the_task(
    client: CheckingClient, clock: StillClock
) -> None:
    client.send(ask(client, clock))
    clock.move(days=31)
    with making(clock()) as work:
        person_id = lin_at(work, "fabrikam").id
        link(work, person_id)
    with making(clock(), EVERY_ROLE) as work:
        (task,) = work.session.query(UnlinkTask)
        assert task.done_at == clock()


def test_who_was_asked_and_has_not_answered_for_days_is_found_asked_again_and_a_file(
    client: CheckingClient, clock: StillClock
) -> None:
    """Who was never asked has nothing to answer."""
    tab = f"{HOME}?tab=not_linked"
    client.sign_in(PARTNER)
    assert "Bo" in told(client, tab)
    assert "Bo" not in told(client, f"{tab}&days=0")
    client.press(tab, "/links/invite")
    assert "Bo" in told(client, f"{tab}&days=0")
    for days, is_there in ((6, False), (1, True)):
        clock.move(days=days)
        client.sign_in(PARTNER)
        assert ("Bo" in told(client, f"{tab}&days=7")) is is_there
    written = client.get(f"{HOME}links.csv?days=7").get_data(as_text=True)
    assert '"Bo","bo@contoso.example"' in written
    assert '"Lin"' not in written
    answer = client.press(f"{tab}&days=7", "/invite?days=7")
    assert "days=7" in answer.location
    assert len(mails(clock, "link_invitation")) == 2
    assert "Bo" not in told(client, f"{tab}&days=7")


def test_exactly_those_whom_the_page_counts_are_asked(
    client: CheckingClient, clock: StillClock
) -> None:
    """Words narrow it; who has no address, or was asked today, is not among them."""
    with making(clock()) as work:
        place = find_organisation(work.session, "contoso")
        assert place is not None
        for name, email in (("Bob", "bob@contoso.example"), ("Boris", None)):
            make_person(work, place, name, email)
        make_person(work, place, "Cleo", "cleo@contoso.example")
    client.sign_in(PARTNER)
    tab = f"{HOME}?tab=not_linked"
    for words, count in (("", 3), ("&q=bo", 2), ("&q=cleo", 1)):
        noun = "person" if count == 1 else "people"
        assert f"Ask {count} {noun} to link" in told(client, f"{tab}{words}")
    answer = client.press(f"{tab}&q=bo", "/links/invite?q=bo")
    assert "q=bo" in answer.location
    asked = {one.to_address for one in mails(clock, "link_invitation")}
    assert asked == {"bo@contoso.example", "bob@contoso.example"}
    assert "Ask 1 person to link" in told(client, tab)
    page = client.page(f"{tab}&q=bo")
    assert page.select_one("button[aria-describedby=nobody-to-ask][disabled]") is not None
    assert "Nothing has these words." in told(client, f"{tab}&q=nobody")
