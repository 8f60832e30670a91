"""The page that adds candidates to a planned sitting: from a class, or by search (A2)."""

from __future__ import annotations

from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_academy import ADMIN_EMAIL, COORDINATOR_EMAIL, Academy, make_place
from tests.support.making_schools import make_member_of_class
from tests.support.making_sittings import AT, make_scene, quota_now, schedule
from tests.support.pages import CheckingClient
from vlms.academy.models.roster import ClassRole
from vlms.academy.models.sittings import Sitting
from vlms.accounts.models import Person

BASE = "/o/fabrikam/sittings"


def newcomer(clock: StillClock, academy: Academy, name: str) -> Person:
    with making(clock()) as work:
        return make_place(work, academy.law, name)


def ticks(client: CheckingClient, address: str) -> dict[str, bool]:
    """By the person's key: whether their tick is set."""
    boxes = client.page(address).select("input[name=person]")
    return {str(box["value"]): box.has_attr("checked") for box in boxes}


def page_of(sitting: Sitting) -> str:
    return f"{BASE}/{sitting.id}/add"


def test_the_newcomers_of_a_class_are_ticked_and_added(
    app: Flask, clock: StillClock, client: CheckingClient
) -> None:
    academy, lesson = make_scene(clock, 2)
    sitting = schedule(clock, academy, lesson)
    late = newcomer(clock, academy, "Late Lin")
    with making(clock()) as work:
        make_member_of_class(work, lesson.school_class, late, ClassRole.STUDENT)
    client.sign_in(COORDINATOR_EMAIL)
    link = client.page(f"{BASE}/{sitting.id}").select_one(f'a[href="{page_of(sitting)}"]')
    assert link is not None
    assert link.get_text(strip=True) == "Add candidates"
    address = f"{page_of(sitting)}?class={lesson.school_class.id}"
    assert ticks(client, address) == {str(late.id): True}, "who has a seat cannot be ticked"
    assert client.send(address, person=[str(late.id)]).location == f"{BASE}/{sitting.id}"
    assert quota_now(clock, lesson.quota) == (3, 0)
    assert ticks(client, address) == {}


def test_people_are_found_by_name_at_the_sittings_school_alone(
    app: Flask, clock: StillClock, client: CheckingClient
) -> None:
    academy, lesson = make_scene(clock, 1)
    sitting = schedule(clock, academy, lesson)
    client.sign_in(ADMIN_EMAIL)
    assert ticks(client, page_of(sitting)) == {}
    assert ticks(client, f"{page_of(sitting)}?q=sam st") == {str(academy.student.id): False}
    assert ticks(client, f"{page_of(sitting)}?q=mia") == {}, "Mia is at another school"
    sent = client.send(page_of(sitting), person=[str(academy.other_student.id)])
    assert sent.status_code in (409, 422)
    assert "Mia Student:" in sent.get_data(as_text=True)
    assert quota_now(clock, lesson.quota) == (1, 0)


def test_whom_the_page_refuses_stays_ticked_and_is_named(
    app: Flask, clock: StillClock, client: CheckingClient
) -> None:
    academy, lesson = make_scene(clock, 1, quota=2)
    sitting = schedule(clock, academy, lesson)
    keys = [str(newcomer(clock, academy, f"Nina {n}").id) for n in (1, 2)]
    client.sign_in(COORDINATOR_EMAIL)
    address = f"{page_of(sitting)}?q=nina"
    refused = client.send(address, person=keys)
    told = refused.get_data(as_text=True)
    assert refused.status_code in (409, 422)
    assert "2 exams were asked for and 1 are free here" in told
    assert all(f'value="{key}" checked' in told for key in keys)
    for typed in ("nobody", "\0", "x" * 3000):
        assert client.send(address, people=typed).status_code == 422, typed
    assert client.send(address, person=["x"]).status_code == 404
    assert "Nobody is chosen" in client.send(address).get_data(as_text=True)
    assert quota_now(clock, lesson.quota) == (1, 0)


def test_a_sitting_that_began_says_why_nobody_is_added(
    app: Flask, clock: StillClock, client: CheckingClient
) -> None:
    academy, lesson = make_scene(clock, 1)
    sitting = schedule(clock, academy, lesson)
    clock.set(AT)
    client.sign_in(COORDINATOR_EMAIL)
    assert not client.page(f"{BASE}/{sitting.id}").select(f'a[href="{page_of(sitting)}"]')
    assert client.get(page_of(sitting)).status_code in (409, 422)
    client.sign_in(lesson.teacher_user.email)
    assert client.get(page_of(sitting)).status_code == 403
