"""A person's own certifications: how each stands, and what to do about it (R1-R4)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from tests.support.clock import StillClock
from tests.support.making import make_organisation, make_person, make_user, making
from tests.support.making_certifications import make_certification
from tests.support.pages import CheckingClient
from vlms.catalog.models import CertificationKind
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
