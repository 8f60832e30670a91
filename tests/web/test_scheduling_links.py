"""The form of a sitting opens from a class and from a quota, with what is chosen there."""

from __future__ import annotations

from bs4 import BeautifulSoup
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_academy import ADMIN_EMAIL, COORDINATOR_EMAIL
from tests.support.making_sittings import make_scene
from tests.support.pages import CheckingClient
from vlms.academy.models.packs import PackQuota
from vlms.academy.models.roster import SchoolClass

BASE = "/o/fabrikam"


def form_behind(client: CheckingClient, page: str) -> dict[str, str] | None:
    """What is chosen in the form behind the page's link; None without a link."""
    link = client.page(page).select_one("main a[href*='/sittings/schedule']")
    if link is None:
        return None
    form = client.page(str(link["href"]))
    chosen = {str(one["name"]): one.select_one("option[selected]") for one in form.select("select")}
    return {name: str(option["value"]) for name, option in chosen.items() if option}


def test_a_class_opens_the_form_with_itself(
    app: Flask, clock: StillClock, client: CheckingClient
) -> None:
    _academy, lesson = make_scene(clock, 1)
    page = f"{BASE}/schools/classes/{lesson.school_class.id}"
    client.sign_in(COORDINATOR_EMAIL)
    found = form_behind(client, page)
    assert found is not None
    assert found["class_id"] == str(lesson.school_class.id)
    with making(clock()) as work:
        work.session.get_one(SchoolClass, lesson.school_class.id).ended_on = clock().date()
    assert form_behind(client, page) is None, "a class that is over"
    client.sign_in(lesson.teacher_user.email)
    assert form_behind(client, page) is None, "a teacher schedules nothing"


def test_a_quota_of_a_pack_opens_the_form_with_itself(
    app: Flask, clock: StillClock, client: CheckingClient
) -> None:
    academy, lesson = make_scene(clock, 1)
    page = f"{BASE}/packs/{academy.pack.id}"
    client.sign_in(ADMIN_EMAIL)
    found = form_behind(client, page)
    assert found is not None
    assert found["quota"] == str(lesson.quota.id)
    with making(clock()) as work:
        quota = work.session.get_one(PackQuota, lesson.quota.id)
        quota.reserved_count = quota.quota_count
    assert form_behind(client, page) is None, "nothing of it is free"


def test_a_shared_quota_asks_for_the_school_and_keeps_the_quota(
    app: Flask, clock: StillClock, client: CheckingClient
) -> None:
    academy, lesson = make_scene(clock, 1)
    with making(clock()) as work:
        work.session.get_one(PackQuota, lesson.quota.id).school_id = None
    client.sign_in(ADMIN_EMAIL)
    link = client.page(f"{BASE}/packs/{academy.pack.id}").select_one("a[href*='/schedule']")
    assert link is not None
    choice = client.get(str(link["href"]))
    links = BeautifulSoup(choice.text, "html.parser").select("main a.list-group-item")
    assert len(links) == 2
    assert all(f"quota={lesson.quota.id}" in str(one["href"]) for one in links)
