"""Rows of monthly reports that name somebody by MCID or mail alone go with that person (D1, D2)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.erasing import places_naming
from tests.support.making import make_organisation, make_person, make_user, making
from tests.support.making_links import make_profile
from tests.support.making_skills_reports import report_csv, sheet_of
from vlms.accounts.models import Organisation, Person
from vlms.core.work import Work
from vlms.partners.models.skills_reports import ReportedSkill
from vlms.partners.service import skills_reports
from vlms.partners.service.report_importing import Imported, import_report
from vlms.partners.service.skills_reports import examine_report
from vlms.privacy.queries.concerned import concerning_person
from vlms.privacy.queries.rows import is_own, places
from vlms.privacy.service import Decision, erase_person, held_on_person

WHY = "They asked for it"
MCID = "990000001"
AMY = {"mcid": MCID, "first": "Amy", "last": "Chen", "mail": "amy.old@x.example"}
HOME = {"mcid": "", "first": "Amy", "last": "Chen", "mail": f"{MCID}@home.example"}
HUGO = {"mcid": "990000009", "first": "Hugo", "last": "Berg", "mail": "hugo@x.example"}
NAMED = ("Amy", MCID, "amy.old@x.example")


@pytest.fixture
def place(app: Flask, clock: StillClock) -> UUID:
    """A report named Amy twice and Hugo before anybody knew them."""
    clock.set(datetime(2026, 7, 10, 4, tzinfo=UTC))
    with making(clock()) as work:
        own = make_organisation(work, "contoso").id
    imported(clock, own, AMY, HOME, HUGO)
    return own


def imported(clock: StillClock, place: UUID, *rows: dict[str, str]) -> Imported:
    with making(clock()) as work:
        return import_report(work, place, sheet_of(report_csv(*rows)))


def enter(work: Work, place: UUID, mcid: str | None, *, proved: bool, name: str = "Amy") -> UUID:
    own = work.session.get_one(Organisation, place)
    email = f"{name.lower()}@contoso.example"
    user = make_user(work, email, name) if proved else None
    person = make_person(work, own, name, email, user)
    if proved and user:
        make_profile(work, user, MCID)
    person.mcid = mcid
    work.flush()
    return person.id


def erase(clock: StillClock, person_id: UUID) -> None:
    clock.move(days=1)
    with making(clock()) as work:
        name = work.session.get_one(Person, person_id).name
        erase_person(work, person_id, Decision(name, WHY))


def names(clock: StillClock) -> Sequence[str | None]:
    with making(clock()) as work:
        found = work.session.scalars(select(ReportedSkill))
        return sorted((one.name or "") for one in found)


def test_who_has_proved_the_mcid_is_found_by_it_and_by_its_mail(
    place: UUID, clock: StillClock
) -> None:
    with making(clock()) as work:
        person_id = enter(work, place, None, proved=True)
    told = json.loads(held_on_person(person_id, clock()).written())["tables"]["reported_skill"]
    assert sorted(str(one["mcid"]) for one in told) == [MCID, "None"]
    erase(clock, person_id)
    assert places_naming(*NAMED, f"{MCID}@home.example") == []
    assert names(clock) == ["", "", "Hugo Berg"]


def test_who_has_it_in_the_directory_alone_is_found_by_it(place: UUID, clock: StillClock) -> None:
    with making(clock()) as work:
        person_id = enter(work, place, MCID, proved=False)
    assert len(held_on_person(person_id, clock()).tables["reported_skill"]) == 1
    erase(clock, person_id)
    assert names(clock) == ["", "Amy Chen", "Hugo Berg"], "of the profile's mail nobody said a word"


@pytest.mark.parametrize("proved", [False, True])
def test_an_mcid_that_somebody_else_has_says_nothing(
    place: UUID, clock: StillClock, proved: bool
) -> None:
    """Else an admin could rid reports of anybody by writing an MCID into an entry."""
    with making(clock()) as work:
        other = enter(work, place, MCID, proved=False, name="Eve")
        enter(work, place, None if proved else MCID, proved=proved)
    assert "reported_skill" not in held_on_person(other, clock()).tables
    erase(clock, other)
    assert names(clock) == ["Amy Chen", "Amy Chen", "Hugo Berg"]


def test_reports_of_other_organisations_stay(place: UUID, clock: StillClock) -> None:
    with making(clock()) as work:
        other = make_organisation(work, "fabrikam").id
        person_id = enter(work, other, None, proved=True)
    assert "reported_skill" not in held_on_person(person_id, clock()).tables
    erase(clock, person_id)
    assert names(clock) == ["Amy Chen", "Amy Chen", "Hugo Berg"]


def test_without_the_declared_column_nothing_would_be_found(place: UUID, clock: StillClock) -> None:
    """The negative control."""
    with making(clock()) as work:
        person_id = enter(work, place, MCID, proved=False)
    with making(clock()) as work:
        who = concerning_person(work.session, work.session.get_one(Person, person_id))
        own = next(one for one in places() if one.model is ReportedSkill)
        bare = replace(own, holding=replace(own.holding, mcid=""))
        counts = [
            len(work.session.scalars(select(ReportedSkill).where(is_own(one, who))).all())
            for one in (own, bare)
        ]
    assert counts == [1, 0]


def test_the_same_month_again_brings_no_name_back(place: UUID, clock: StillClock) -> None:
    with making(clock()) as work:
        known = enter(work, place, MCID, proved=False)
    imported(clock, place, AMY, HUGO)
    erase(clock, known)
    assert names(clock) == ["", "Hugo Berg"]
    with making(clock()) as work:
        sheet = sheet_of(report_csv(AMY, HUGO))
        run = examine_report(work.session, place, sheet, (None, work.now))
        told = [str(line.notes[0]) for line in run.lines]
    assert told[0] == "Whom it names was erased on 2026-07-10: the row stays without a name."
    assert told[1].startswith("Nobody here is known by it")
    assert imported(clock, place, AMY, HUGO).changed == 0
    assert names(clock) == ["", "Hugo Berg"]
    # What else the row says counts; who is really new has a name.
    done = imported(clock, place, {**AMY, "pc": "No"}, HUGO, {**HUGO, "title": "AZ-305"})
    assert (done.changed, names(clock)) == (2, ["", "Hugo Berg", "Hugo Berg"])
    assert places_naming(*NAMED) == []


def test_rows_that_no_entry_was_known_by_stay_without_a_name_too(
    place: UUID, clock: StillClock
) -> None:
    with making(clock()) as work:
        person_id = enter(work, place, None, proved=True)
    erase(clock, person_id)
    assert imported(clock, place, AMY, HOME, HUGO).changed == 0
    assert places_naming(*NAMED) == []


def test_where_it_could_be_several_who_imports_is_told(place: UUID, clock: StillClock) -> None:
    with making(clock()) as work:
        person_id = enter(work, place, None, proved=True)
    erase(clock, person_id)
    stranger = {**HUGO, "mcid": "990000010", "mail": "cy@x.example"}
    with making(clock()) as work:
        sheet = sheet_of(report_csv(AMY, HOME, HUGO, stranger))
        run = examine_report(work.session, place, sheet, (None, work.now))
        notes = [len(line.notes) for line in run.lines]
        assert "is of somebody who was erased" in str(run.lines[0].notes[1])
    assert notes == [2, 2, 1, 2]


def test_without_the_guard_the_name_would_be_back(
    place: UUID, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control."""
    with making(clock()) as work:
        person_id = enter(work, place, None, proved=True)
    erase(clock, person_id)
    monkeypatch.setattr(
        skills_reports, "without_erased", lambda lines, *_: (list(lines), frozenset())
    )
    imported(clock, place, AMY, HOME, HUGO)
    assert names(clock) == ["Amy Chen", "Amy Chen", "Hugo Berg"]
