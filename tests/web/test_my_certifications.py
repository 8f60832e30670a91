"""A person's own certifications: how each stands, and what to do about it (R1-R4)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from bs4 import BeautifulSoup, Tag

from tests.support.clock import StillClock
from tests.support.making import make_organisation, make_person, make_user, making
from tests.support.making_certifications import make_certification
from tests.support.pages import CheckingClient
from vlms.catalog.models import CertificationKind
from vlms.catalog.renewal_models import LearningModule, RenewalAssessment
from vlms.certifications.models import HeldCertification, PassSource
from vlms.certifications.service.earning import record_pass
from vlms.certifications.service.renewing import record_attempt

HOLDER, OTHER = "mei@contoso.example", "bo@contoso.example"
EARNED = date(2026, 3, 15)
LAST_DAY = date(2027, 3, 15)


def set_up(
    clock: StillClock, kind: CertificationKind = CertificationKind.ASSOCIATE, day: date = EARNED
) -> UUID:
    """A certification of a person, as it was entered two days after it was earned."""
    clock.set(datetime(day.year, day.month, day.day, 12, tzinfo=UTC) + timedelta(days=2))
    with making(clock()) as work:
        place = make_organisation(work, "contoso")
        for email in (HOLDER, OTHER):
            user = make_user(work, email)
            person = make_person(work, place, email.split("@")[0], email, user)
            if email == HOLDER:
                made = make_certification(work, "azure-admin", kind, "AZ-104")
                record_pass(work, person, "AZ-104", day, PassSource.ENTRY)
        held = work.session.query(HeldCertification).one()
        assert held.certification_key == made.key
        return held.id


def told(client: CheckingClient, email: str = HOLDER) -> str:
    client.sign_in(email)
    return " ".join(client.page("/my/certifications/").select_one("main").text.split())  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("at", "word", "sentence"),
    [
        (datetime(2026, 9, 14, 23, 59, tzinfo=UTC), "Valid", "The renewal window opens in 1 day"),
        (datetime(2026, 9, 15, tzinfo=UTC), "Window open", "181 days left"),
        (datetime(2027, 2, 13, tzinfo=UTC), "Due", "30 days left"),
        (datetime(2027, 3, 14, 12, tzinfo=UTC), "Due", "1 day left"),
        (datetime(2027, 3, 15, 23, 59, tzinfo=UTC), "Due", "Today is the last day, in UTC"),
        (datetime(2027, 3, 16, tzinfo=UTC), "Lapsed", "It must be earned again by its exams."),
    ],
)
def test_each_day_tells_how_it_stands_and_what_is_left_r2(
    client: CheckingClient, clock: StillClock, at: datetime, word: str, sentence: str
) -> None:
    set_up(clock)
    clock.set(at)
    text = told(client)
    assert f"Azure-Admin {word}" in text
    assert sentence in text


def test_what_was_earned_again_is_not_asked_for_again_r4(
    client: CheckingClient, clock: StillClock
) -> None:
    held_id = set_up(clock)
    clock.set(datetime(2027, 4, 2, tzinfo=UTC))
    must = "It must be earned again by its exams."
    assert must in told(client)
    with making(clock()) as work:
        person = work.session.get_one(HeldCertification, held_id).person
        record_pass(work, person, "AZ-104", date(2027, 4, 1), PassSource.ENTRY)
    text = told(client)
    assert must not in text
    assert "It ended with 15 Mar 2027. It was earned again on 1 Apr 2027" in text
    page = client.page(f"/my/certifications/{held_id}")
    assert must not in page.get_text(" ", strip=True)
    assert page.select("#why-not") == []


def test_what_never_expires_asks_for_nothing_r1(client: CheckingClient, clock: StillClock) -> None:
    set_up(clock, CertificationKind.FUNDAMENTALS)
    clock.set(datetime(2036, 1, 1, tzinfo=UTC))
    text = told(client)
    assert "Never expires" in text
    assert "there is nothing to renew" in text


def test_a_wait_is_shown_while_the_window_is_open_r3(
    client: CheckingClient, clock: StillClock
) -> None:
    held_id = set_up(clock)
    first = datetime(2026, 10, 1, 8, tzinfo=UTC)
    clock.set(first + timedelta(hours=3))
    with making(clock()) as work:
        held = work.session.get_one(HeldCertification, held_id)
        for hours in (0, 1):
            record_attempt(work, held, first + timedelta(hours=hours), has_passed=False)
    shown = told(client).partition("Next attempt from")[2]
    assert shown.strip().startswith("2 Oct 2026 09:00 (UTC)")
    assert "(R3)" not in shown
    clock.set(first + timedelta(days=2))
    assert told(client).partition("Next attempt from")[2].strip().startswith("Right now")


def test_a_pass_moves_the_last_day_and_the_window_r3(
    client: CheckingClient, clock: StillClock
) -> None:
    held_id = set_up(clock)
    clock.set(datetime(2026, 10, 1, 8, tzinfo=UTC))
    with making(clock()) as work:
        held = work.session.get_one(HeldCertification, held_id)
        record_attempt(work, held, clock(), has_passed=True)
    text = told(client)
    assert "Azure-Admin Valid" in text
    assert "15 Mar 2028" in text


def test_nobody_sees_another_person_s(client: CheckingClient, clock: StillClock) -> None:
    set_up(clock)
    assert "AZ-104" in told(client)
    text = told(client, OTHER)
    assert "No certification of yours is known here yet." in text
    assert "AZ-104" not in text


ADDRESS = "https://learn.example/renew"


def page_of(client: CheckingClient, held_id: UUID) -> BeautifulSoup:
    client.sign_in(HOLDER)
    return client.page(f"/my/certifications/{held_id}")


def with_assessment(clock: StillClock, held_id: UUID) -> None:
    with making(clock()) as work:
        key = work.session.get_one(HeldCertification, held_id).certification_key
        work.session.add(
            RenewalAssessment(certification_key=key, address=ADDRESS, languages=["en", "zh-TW"])
        )
        work.flush()
        names = {"name_en": "Storage", "name_zh": "儲存體", "address": "https://learn.example/1"}
        work.session.add(LearningModule(certification_key=key, position=0, **names))


def button(page: BeautifulSoup) -> Tag:
    (found,) = [one for one in page.select("main .btn-primary") if "Renew" in one.text]
    return found


@pytest.mark.parametrize(
    ("at", "why"),
    [
        (datetime(2026, 9, 14, 23, 59, tzinfo=UTC), "Renewal begins on 15 Sep 2026"),
        (datetime(2026, 9, 15, tzinfo=UTC), None),
        (datetime(2027, 3, 15, 23, 59, tzinfo=UTC), None),
        (datetime(2027, 3, 16, tzinfo=UTC), "expired at the end of 15 Mar 2027"),
    ],
)
def test_one_button_leads_to_the_assessment_while_the_window_is_open_r2(
    client: CheckingClient, clock: StillClock, at: datetime, why: str | None
) -> None:
    held_id = set_up(clock)
    with_assessment(clock, held_id)
    clock.set(at)
    page = page_of(client, held_id)
    found = button(page)
    if why is None:
        assert (found.name, found["href"]) == ("a", ADDRESS)
        assert page.find("a", href="https://learn.example/1") is not None
        assert "Chinese" in page.text
    else:
        assert found.has_attr("disabled")
        assert why in page.text
        assert "version 2" in page.text


def test_a_stated_pass_renews_and_failed_tries_wait_r3(
    client: CheckingClient, clock: StillClock
) -> None:
    held_id = set_up(clock)
    with_assessment(clock, held_id)
    clock.set(datetime(2026, 10, 1, 8, tzinfo=UTC))
    client.sign_in(HOLDER)
    address = f"/my/certifications/{held_id}"
    assert client.send(address, attempted_at="", outcome="failed").status_code == 302
    clock.set(datetime(2026, 10, 1, 8, 1, tzinfo=UTC))
    assert button(client.page(address)).name == "a"
    assert client.send(address, attempted_at="", outcome="failed").status_code == 302
    assert button(client.page(address)).has_attr("disabled")
    refused = client.send(address, attempted_at="", outcome="passed")
    assert "2 Oct 2026, 08:01 UTC" in refused.text
    assert "R3" in refused.text
    clock.set(datetime(2026, 10, 2, 8, 1, tzinfo=UTC))
    client.sign_in(HOLDER)
    assert client.send(address, attempted_at="", outcome="passed").status_code == 302
    text = client.page(address).text
    assert "15 Mar 2028" in text
    assert text.count("The holder's own statement") == 3


@pytest.mark.parametrize(
    ("attempted_at", "outcome"),
    [("", ""), ("yesterday", "passed"), ("2026-09-14T10:00", "passed")],
)
def test_what_cannot_be_stated_is_refused_and_nothing_changes(
    client: CheckingClient, clock: StillClock, attempted_at: str, outcome: str
) -> None:
    held_id = set_up(clock)
    clock.set(datetime(2026, 10, 1, 8, tzinfo=UTC))
    client.sign_in(HOLDER)
    sent = client.send(f"/my/certifications/{held_id}", attempted_at=attempted_at, outcome=outcome)
    assert 400 <= sent.status_code < 500
    with making(clock()) as work:
        assert work.session.get_one(HeldCertification, held_id).version == 1


def test_nobody_opens_another_person_s(client: CheckingClient, clock: StillClock) -> None:
    held_id = set_up(clock)
    client.sign_in(OTHER)
    client.page(f"/my/certifications/{held_id}", 404)
