"""Who may sit a pack's exam on a day: every way to be refused has a sentence of its own."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlms.academy.rules.eligibility import (
    Candidate,
    Offer,
    Place,
    grant_offer,
    refuse_candidate,
    site_pack_offer,
)
from vlms.accounts.rules.place_role import PlaceRole

MANAGEMENT, ENGINEERING = UUID(int=1), UUID(int=2)
NAMES = {MANAGEMENT: "School of Management", ENGINEERING: "School of Engineering"}
DAY = date(2026, 11, 3)
SITE_PACK = site_pack_offer(MANAGEMENT, NAMES[MANAGEMENT])
GRANT = grant_offer([MANAGEMENT, ENGINEERING], "Demo University")
STUDENT, FACULTY, STAFF = PlaceRole.STUDENT, PlaceRole.FACULTY, PlaceRole.STAFF


def place(
    role: PlaceRole,
    school_id: UUID = MANAGEMENT,
    first: date | None = None,
    last: date | None = None,
) -> Place:
    return Place(role, school_id, NAMES[school_id], first, last)


def refused(offer: Offer, *places: Place, left_on: date | None = None, day: date = DAY) -> str:
    refusal = refuse_candidate(Candidate("Lin", places, left_on), offer, day)
    return refusal.reason if refusal else ""


@pytest.mark.parametrize(
    ("offer", "places", "reason"),
    [
        (SITE_PACK, [place(STUDENT)], ""),
        (SITE_PACK, [place(FACULTY)], ""),
        (SITE_PACK, [place(STAFF)], "staff"),
        (SITE_PACK, [place(STAFF), place(STUDENT)], ""),
        (SITE_PACK, [place(STUDENT, ENGINEERING)], "other_school"),
        (SITE_PACK, [place(STUDENT, ENGINEERING), place(STUDENT)], ""),
        (SITE_PACK, [], "not_on_roster"),
        (SITE_PACK, [place(STUDENT, ENGINEERING, last=DAY - timedelta(1))], "not_on_roster"),
        (SITE_PACK, [place(STUDENT, last=DAY)], ""),
        (SITE_PACK, [place(STUDENT, last=DAY - timedelta(1))], "no_longer"),
        (SITE_PACK, [place(STUDENT, first=DAY)], ""),
        (SITE_PACK, [place(STUDENT, first=DAY + timedelta(1))], "not_yet"),
        (GRANT, [place(FACULTY)], ""),
        (GRANT, [place(STAFF, ENGINEERING)], ""),
        (GRANT, [place(STUDENT)], "student"),
        (GRANT, [place(STUDENT), place(STAFF, ENGINEERING)], ""),
        (GRANT, [place(STAFF, last=DAY - timedelta(1))], "no_longer"),
        (GRANT, [], "not_on_roster"),
    ],
)
def test_a_pack_is_for_these_alone(offer: Offer, places: list[Place], reason: str) -> None:
    assert refused(offer, *places) == reason


@pytest.mark.parametrize("offer", [SITE_PACK, GRANT])
@pytest.mark.parametrize(("gone_for", "reason"), [(1, "left"), (0, "left"), (-1, "")])
def test_a_leaver_is_refused_from_the_day_of_leaving(
    offer: Offer, gone_for: int, reason: str
) -> None:
    left_on = DAY - timedelta(gone_for)
    assert refused(offer, place(FACULTY), left_on=left_on) == reason


def test_each_reason_has_a_sentence_that_names_the_person_and_its_rule() -> None:
    said = [
        refuse_candidate(Candidate("Lin", places, left_on), offer, DAY)
        for offer, places, left_on in [
            (SITE_PACK, [place(STAFF)], None),
            (SITE_PACK, [place(STUDENT, ENGINEERING)], None),
            (SITE_PACK, [], None),
            (SITE_PACK, [place(STUDENT, last=date(2026, 1, 1))], None),
            (SITE_PACK, [place(STUDENT, first=date(2027, 1, 1))], None),
            (SITE_PACK, [place(STUDENT)], date(2026, 1, 1)),
            (GRANT, [place(STUDENT)], None),
        ]
    ]
    sentences = {str(refusal) for refusal in said if refusal}
    assert len(sentences) == len(said)
    assert all("Lin" in sentence for sentence in sentences)
    assert {refusal.rule for refusal in said if refusal} == {"A2", "A3"}


DAYS = st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31))
PLACES = st.lists(
    st.builds(place, st.sampled_from(PlaceRole), st.sampled_from([*NAMES]), DAYS, DAYS),
    max_size=4,
)


@given(PLACES, DAYS, st.sampled_from([SITE_PACK, GRANT]))
def test_only_a_fitting_place_on_that_day_lets_somebody_sit(
    places: list[Place], left_on: date | None, offer: Offer
) -> None:
    fits = any(
        one.role in offer.roles
        and one.school_id in offer.school_ids
        and (one.first_day or DAY) <= DAY <= (one.last_day or DAY)
        for one in places
    )
    is_here = left_on is None or left_on > DAY
    assert (refused(offer, *places, left_on=left_on) == "") == (fits and is_here)
