"""Pages of sittings: scheduled, completed, started, with results; only for who may see them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from werkzeug.test import TestResponse

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_academy import (
    ADMIN_EMAIL,
    COORDINATOR_EMAIL,
    MOS_EXAM,
    MTA_EXAM,
    OTHER_COORDINATOR_EMAIL,
    Academy,
    Lesson,
    make_place,
    make_school_member,
)
from tests.support.making_sittings import (
    AT,
    make_scene,
    quota_now,
    schedule,
    seats_of,
)
from tests.support.pages import CheckingClient, values_of
from vlms.academy.rules.seat_state import SeatState
from vlms.accounts.models import Person
from vlms.core.permissions import Role

BASE = "/o/fabrikam/sittings"


def filled(academy: Academy, lesson: Lesson, **fields: object) -> dict[str, object]:
    return {
        "quota": str(lesson.quota.id),
        "exam_number": MOS_EXAM,
        "class_id": str(lesson.school_class.id),
        "site": str(academy.site.id),
        "starts_at": "2026-03-10T09:00",
        **fields,
    }


def plan_page(academy: Academy) -> str:
    return f"{BASE}/schedule/{academy.law.id}"


def deliver(
    client: CheckingClient, address: str, act: str, seats: list[str], **fields: str
) -> TestResponse:
    """Tick, press the button, and answer the page that asks."""
    asked = client.press(address, "/deliver", act=act, seat=seats)
    assert asked.status_code == 200, asked.get_data(as_text=True)
    form = BeautifulSoup(asked.text, "html.parser").select_one("main form[method=post]")
    assert form is not None
    sent = {**values_of(form), "seat": seats, **fields}
    return client.post(f"{address}/deliver", data=sent)


def test_a_coordinator_schedules_a_class_and_starts_it(
    app: Flask, clock: StillClock, client: CheckingClient
) -> None:
    academy, lesson = make_scene(clock, 2)
    client.sign_in(COORDINATOR_EMAIL)
    assert client.get(f"{BASE}/schedule").location.endswith(str(academy.law.id))
    response = client.send(plan_page(academy), **filled(academy, lesson))
    assert response.status_code == 302, response.get_data(as_text=True)
    address = response.location
    page = client.page(address)
    assert "The candidate's account with the test provider is missing" in page.text
    names = [
        str(field["name"])
        for field in client.page(f"{address}/candidates").select("input[name^=provider_account]")
    ]
    shared = client.send(f"{address}/candidates", **{name: "acc" for name in names})
    assert shared.status_code in (409, 422)
    told = shared.get_data(as_text=True)
    assert "Student 000: The account acc with the test provider is that of Student 001" in told
    saved = client.send(f"{address}/candidates", **{name: name[-9:] for name in names})
    assert saved.status_code == 302, saved.get_data(as_text=True)
    clock.set(AT)
    client.sign_in(COORDINATOR_EMAIL)
    ticked = [str(box["value"]) for box in client.page(address).select("input[name=seat]")]
    started = deliver(client, address, "start", ticked)
    assert started.status_code == 302, started.get_data(as_text=True)
    assert quota_now(clock, lesson.quota) == (0, 2)
    results = client.page(f"{address}/results")
    selects = [str(one["name"]) for one in results.select("select[name^=has_passed]")]
    recorded = client.send(f"{address}/results", **{name: "failed" for name in selects})
    assert recorded.status_code == 302
    assert "Retake from" in client.page(address).text
    assert client.page(f"{BASE}/").select_one("table") is not None


def test_starting_missing_and_cancelling_ask_once_for_all_that_are_ticked(
    app: Flask, clock: StillClock, client: CheckingClient
) -> None:
    academy, lesson = make_scene(clock, 4)
    sitting = schedule(clock, academy, lesson)
    keys = [str(seat.id) for seat in seats_of(clock, sitting)]
    address = f"{BASE}/{sitting.id}"
    client.sign_in(COORDINATOR_EMAIL)
    early = client.press(address, "/deliver", act="start", seat=keys[:1])
    assert "no exam of it starts before" in early.text, "it is refused before it is asked"
    clock.set(AT)
    client.sign_in(COORDINATOR_EMAIL)
    asked = client.press(address, "/deliver", act="start", seat=keys[:2])
    lists = BeautifulSoup(asked.text, "html.parser").select("ul.names")
    assert [len(each.select("li")) for each in lists] == [2, 2], "the others are named too"
    assert quota_now(clock, lesson.quota) == (4, 0), "asking does nothing"
    assert "No candidate is chosen" in client.press(address, "/deliver", act="start", seat=[]).text
    assert deliver(client, address, "start", keys[:1]).location == address
    assert deliver(client, address, "no_show", keys[1:2]).location == address
    empty = deliver(client, address, "cancel", keys[2:], reason=" ")
    assert empty.status_code == 422
    assert "confirmed" in empty.text, "the question stands there again"
    assert quota_now(clock, lesson.quota) == (2, 1)
    assert deliver(client, address, "cancel", keys[2:], reason="Storm").location == address
    assert quota_now(clock, lesson.quota) == (0, 1)
    states = {str(seat.id): seat.state for seat in seats_of(clock, sitting)}
    assert [states[key] for key in keys] == [
        SeatState.STARTED,
        SeatState.NO_SHOW,
        SeatState.CANCELLED,
        SeatState.CANCELLED,
    ]


def test_who_may_not_sit_is_listed_and_left_out_by_a_tick(
    app: Flask, clock: StillClock, client: CheckingClient
) -> None:
    academy, lesson = make_scene(clock, 2)
    with making(clock()) as work:
        work.session.get_one(Person, lesson.students[0].id).left_at = clock()
    client.sign_in(COORDINATOR_EMAIL)
    refused = client.send(plan_page(academy), **filled(academy, lesson))
    assert refused.status_code in (409, 422)
    assert "Leave out Student 000" in refused.get_data(as_text=True)
    done = client.send(
        plan_page(academy), **filled(academy, lesson, left_out=[str(lesson.students[0].id)])
    )
    assert done.status_code == 302
    assert quota_now(clock, lesson.quota) == (1, 0)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"exam_number": MTA_EXAM}, "was retired"),
        ({"starts_at": "2027-01-05T09:00"}, "outside this pack"),
        ({"starts_at": "2026-02-30T09:00"}, "cannot be used"),
        ({"people": "nobody@nowhere.example"}, "Nobody here has this number"),
        ({"class_id": ""}, "Nobody is left to sit"),
        ({"quota": "x"}, "Choose one from the list"),
        ({"starts_at": "2026-03-01T09:00"}, "scheduled before it begins"),
    ],
)
def test_a_plan_is_refused_on_its_page(
    app: Flask, clock: StillClock, client: CheckingClient, fields: dict[str, str], words: str
) -> None:
    academy, lesson = make_scene(clock)
    client.sign_in(ADMIN_EMAIL)
    refused = client.send(plan_page(academy), **filled(academy, lesson, **fields))
    assert refused.status_code in (409, 422), refused.status_code
    assert words in refused.get_data(as_text=True)
    assert quota_now(clock, lesson.quota) == (0, 0)


def test_teachers_see_their_own_sittings_alone(
    app: Flask, clock: StillClock, client: CheckingClient
) -> None:
    academy, lesson = make_scene(clock, 1)
    with making(clock()) as work:
        stranger = make_school_member(work, academy.law, Role.TEACHER, "ted@fabrikam.example")
        make_place(work, academy.law, "Ted").user_id = stranger.id
    sitting = schedule(clock, academy, lesson)
    address = f"{BASE}/{sitting.id}"
    client.sign_in(lesson.teacher_user.email)
    page = client.page(address)
    assert not page.select("a[href$='/move']")
    assert sitting.number in client.page(f"{BASE}/").text
    assert client.get(f"{address}/move").status_code == 403
    assert client.get(f"{BASE}/schedule").status_code == 403
    other = app.test_client()
    assert isinstance(other, CheckingClient)
    other.sign_in("ted@fabrikam.example")
    assert sitting.number not in other.page(f"{BASE}/").text
    for tail in ("", "/candidates", "/results", "/session-list.pdf", "/calendar.ics"):
        assert other.get(address + tail).status_code == 404, tail


def test_another_schools_coordinator_finds_nothing(
    app: Flask, clock: StillClock, client: CheckingClient
) -> None:
    academy, lesson = make_scene(clock, 1)
    sitting = schedule(clock, academy, lesson)
    client.sign_in(OTHER_COORDINATOR_EMAIL)
    for tail in ("", "/candidates", "/results", "/move", "/staff", "/cancel", "/add"):
        assert client.get(f"{BASE}/{sitting.id}{tail}").status_code == 404, tail
    assert client.get(plan_page(academy)).status_code == 404


def test_a_sitting_is_moved_staffed_and_cancelled(
    app: Flask, clock: StillClock, client: CheckingClient
) -> None:
    academy, lesson = make_scene(clock, 2)
    sitting = schedule(clock, academy, lesson)
    address = f"{BASE}/{sitting.id}"
    client.sign_in(COORDINATOR_EMAIL)
    assert client.send(f"{address}/move", starts_at="2026-03-12T10:30").status_code == 302
    assert "10:30" in client.page(address).text
    person = str(lesson.teacher.id)
    assert client.send(f"{address}/staff", room="R 101", proctor=person).status_code == 302
    assert "R 101" in client.page(address).text
    late = client.send(f"{address}/move", starts_at="2027-03-12T10:30")
    assert late.status_code in (409, 422)
    assert client.send(f"{address}/cancel", reason="").status_code == 422
    assert client.send(f"{address}/cancel", reason="Storm").status_code == 302
    assert quota_now(clock, lesson.quota) == (0, 0)
    assert client.get(f"{address}/move").status_code in (409, 422)


def test_a_start_is_reversed_with_its_reason(
    app: Flask, clock: StillClock, client: CheckingClient
) -> None:
    academy, lesson = make_scene(clock, 1)
    sitting = schedule(clock, academy, lesson)
    (seat,) = seats_of(clock, sitting)
    clock.set(AT + timedelta(minutes=5))
    client.sign_in(COORDINATOR_EMAIL)
    address = f"{BASE}/{sitting.id}"
    deliver(client, address, "start", [str(seat.id)])
    page = f"{address}/seats/{seat.id}/reverse"
    assert client.send(page, reason="Wrong person").status_code == 302
    assert quota_now(clock, lesson.quota) == (0, 0)
    assert client.get(page).status_code in (409, 422)
    assert seats_of(clock, sitting)[0].state is SeatState.REVERSED


HOSTILE = ("", "x", "\0", "-1", "999999999999999999999", "<b>", "'; DROP", "\ud7ff" * 300, "１０")


@pytest.mark.parametrize("word", HOSTILE)
def test_no_word_breaks_a_page(
    app: Flask, clock: StillClock, client: CheckingClient, word: str
) -> None:
    academy, lesson = make_scene(clock, 1)
    sitting = schedule(clock, academy, lesson)
    (seat,) = seats_of(clock, sitting)
    client.sign_in(ADMIN_EMAIL)
    address = f"{BASE}/{sitting.id}"
    names = ("q", "school", "state", "from", "until", "sort", "after", "columns")
    assert client.get(f"{BASE}/", query_string={name: word for name in names}).status_code < 500
    every = {name: word for name in filled(academy, lesson)} | {"left_out": word, "people": word}
    answers = [
        client.send(plan_page(academy), **every),
        client.send(plan_page(academy), **filled(academy, lesson, left_out=[word], people=word)),
        client.press(address, "/deliver", act=word, seat=[word], reason=word),
        client.press(address, "/deliver", act="start", seat=[word]),
        client.press(address, "/deliver", act="cancel", seat=[word], reason=word, confirmed=word),
        client.send(f"{address}/move", starts_at=word, site=word),
        client.send(f"{address}/staff", room=word, proctor=word, substitute=word),
        client.send(
            f"{address}/candidates",
            **{f"{name}-{seat.id}": word for name in ("legal_name", "consent_on", "is_minor")},
        ),
        client.send(f"{address}/results", **{f"score-{seat.id}": word}),
    ]
    assert all(one.status_code < 500 for one in answers), [one.status_code for one in answers]
