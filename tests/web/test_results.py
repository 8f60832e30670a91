"""The holder's own note of a result, and when the exam may be retaken (A4)."""

from __future__ import annotations

from datetime import date, timedelta

from tests.support.clock import START, StillClock
from tests.support.holding import ADDRESS, Held, appointments, make_held, state_now
from tests.support.making import make_organisation, make_person, make_user, making
from tests.support.pages import CheckingClient
from vlms.catalog.models import RetakeTerm
from vlms.codes.models import StatedResult
from vlms.codes.rules.lifecycle import State

SAT_AT = START + timedelta(days=10)


def sit(client: CheckingClient, clock: StillClock) -> tuple[Held, str]:
    """A registered code whose appointment has begun, and the page of its result."""
    held = make_held(clock(), State.REGISTERED, starts_at=SAT_AT)
    with making(clock()) as work:
        general = {"first_wait_hours": 24, "later_wait_days": 14, "yearly_limit": 5}
        work.session.add(RetakeTerm(key="general", effective_from=date(2016, 1, 1), **general))
    clock.set(SAT_AT + timedelta(hours=2))
    (found,) = appointments(held, clock())
    client.sign_in(ADDRESS)
    return held, f"/my/codes/{held.code_id}/appointments/{found.id}/result"


def test_a_failure_is_noted_without_using_the_code_and_names_the_retake(
    client: CheckingClient, clock: StillClock
) -> None:
    held, page = sit(client, clock)
    assert page in str(client.page("/my/codes/"))
    assert client.send(page, result="failed").status_code == 302
    (noted,) = appointments(held, clock())
    assert noted.stated_result is StatedResult.FAILED
    assert noted.is_open
    assert state_now(held, clock()) is State.REGISTERED
    told = client.page(f"/my/codes/{held.code_id}").text
    assert "noted by yourself" in told
    assert "again from" in told
    clock.move(hours=23)
    client.sign_in(ADDRESS)
    assert "exam again now" in client.page(f"/my/codes/{held.code_id}").text


def test_a_pass_needs_no_retake(client: CheckingClient, clock: StillClock) -> None:
    held, page = sit(client, clock)
    assert client.send(page, result="passed").status_code == 302
    told = client.page(f"/my/codes/{held.code_id}").text
    assert "Passed" in told
    assert "take the exam again" not in told


def test_nothing_is_noted_of_an_exam_to_come_or_another_day(
    client: CheckingClient, clock: StillClock
) -> None:
    held, page = sit(client, clock)
    assert client.send(page, result="").status_code == 422
    assert client.send(page, result="failed", stated_on="2020-01-01").status_code == 422
    clock.set(SAT_AT - timedelta(days=2))
    assert client.send(page, result="failed").status_code == 422
    assert appointments(held, clock())[0].stated_result is None


def test_only_the_holder_notes_their_result(client: CheckingClient, clock: StillClock) -> None:
    _held, page = sit(client, clock)
    with making(clock()) as work:
        other = make_organisation(work, "fabrikam")
        user = make_user(work, "eve@fabrikam.example")
        make_person(work, other, "Eve", "eve@fabrikam.example", user)
    somebody = client.application.test_client()
    assert isinstance(somebody, CheckingClient)
    somebody.sign_in("eve@fabrikam.example")
    assert somebody.get(page).status_code == 404
