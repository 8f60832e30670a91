"""The page of reminders: tabs, one or all reminded, the plan, warnings on home (F8, F10)."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, making
from tests.support.making_reminders import (
    ADMIN,
    change_code,
    go_round,
    keys,
    mails,
    make_held,
)
from tests.support.pages import CheckingClient
from vlms.accounts.models import Organisation
from vlms.codes.rules.lifecycle import State
from vlms.core.permissions import Role
from vlms.giving.queries.end_warnings import list_standing
from vlms.giving.queries.reminders import plan_of

PAGE = "/o/contoso/reminders/"


def tabs(client: CheckingClient, address: str) -> dict[str, str]:
    """The count on each tab."""
    found = client.page(address).select("nav.tabs a.tab")
    return {" ".join(tab.text.split()[:-1]): tab.text.split()[-1] for tab in found}


def test_each_tab_holds_its_codes(app: Flask, client: CheckingClient, clock: StillClock) -> None:
    held = make_held(clock(), people=5)
    free, _unclaimed, claimed, used, gone = held.code_ids
    change_code(clock(), free, state=State.AVAILABLE, person_id=None)
    change_code(clock(), claimed, claimed_at=clock())
    change_code(clock(), used, state=State.USED)
    change_code(clock(), gone, expires_at=datetime(2026, 3, 1, tzinfo=UTC))
    client.sign_in(ADMIN)
    response = client.get(PAGE)
    assert response.status_code == 302
    assert "only=unclaimed" in response.location
    assert tabs(client, f"{PAGE}?only=unclaimed") == {
        "Not assigned": "1",
        "Assigned, not claimed": "1",
        "Claimed, not used": "1",
        "Used": "1",
        "Expired": "1",
    }
    page = client.page(f"{PAGE}?only=unused")
    assert "Person 2" in page.text
    assert "Person 1" not in page.text


def test_all_under_a_filter_are_reminded_and_who_is_not_is_told_why(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    held = make_held(clock(), people=3)
    for code_id in held.code_ids[1:]:
        change_code(clock(), code_id, person_id=held.person_ids[0])
    client.sign_in(ADMIN)
    address = "/o/contoso/codes/together?act=remind&which=all&only=unclaimed"
    page = client.page(address)
    assert "Remind the holders of these codes?" in page.text
    assert "2 reminders this week" in page.text
    page = client.page(client.send(address).location)
    assert "Done: 2. Left out: 1." in page.text
    assert len(mails(clock())) == 2
    assert page.select_one('a[href^="/o/contoso/reminders/?only=unclaimed"]')
    again = client.page(f"{PAGE}?only=unclaimed")
    assert "1 reminder in all" in again.text


def test_one_is_reminded_from_its_row(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    make_held(clock())
    client.sign_in(ADMIN)
    link = client.page(f"{PAGE}?only=unclaimed").select_one("td a[aria-label^=Remind]")
    assert link is not None
    page = client.page(client.send(str(link["href"])).location)
    assert "Done: 1. Left out: 0." in page.text
    assert len(mails(clock())) == 1


def test_an_auditor_sees_and_reminds_nobody(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    held = make_held(clock())
    with making(clock()) as work:
        place = work.session.get_one(Organisation, held.organisation_id)
        make_member(work, place, Role.AUDITOR, "aud@contoso.example")
    client.sign_in("aud@contoso.example")
    page = client.page(f"{PAGE}?only=unclaimed")
    assert "Person 0" in page.text
    assert not page.select("button[value=remind]")
    assert client.get(f"{PAGE}plan").status_code == 403
    assert client.get("/o/contoso/codes/together?act=remind&which=all").status_code == 403


def test_somebody_else_finds_nothing_there(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    make_held(clock())
    with making(clock()) as work:
        other = make_organisation(work, "fabrikam")
        make_member(work, other, Role.LICENSING_ADMIN, "eve@fabrikam.example")
    client.sign_in("eve@fabrikam.example")
    assert client.get(f"{PAGE}?only=unclaimed").status_code == 404
    assert "No code stands here." in client.page("/o/fabrikam/reminders/?only=unclaimed").text


def test_the_plan_is_changed_and_what_is_no_day_is_refused(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    held = make_held(clock())
    client.sign_in(ADMIN)
    page = client.send(f"{PAGE}plan", after_days="3, ten")
    assert page.status_code == 422
    assert "no list of days" in page.text
    client.send(
        f"{PAGE}plan", after_days="14, 5\N{FULLWIDTH COMMA}5", before_days="", weekly_cap="1"
    )
    with making(clock()) as work:
        plan = plan_of(work.session, held.organisation_id)
    assert (plan.after_days, plan.before_days, plan.weekly_cap) == ((5, 14), (), 1)


def test_the_last_warning_stands_on_home_until_somebody_has_seen_it(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    held = make_held(clock())
    clock.set(datetime(2026, 12, 23, 9, tzinfo=UTC))
    go_round(clock())
    client.sign_in(ADMIN)
    home = client.page("/o/contoso/")
    assert "8 days until codes of agreement" in home.text
    with held.administering(clock()) as work:
        (one,) = list_standing(work.session, held.organisation_id, clock())
    client.press("/o/contoso/", "/seen")
    assert "days until codes of agreement" not in client.page("/o/contoso/").text
    assert one.warning.days == 10
    assert len(keys(clock(), "end_warning")) == 1
