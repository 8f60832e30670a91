"""Whom rows of monthly reports mean: shared MCIDs, and people whom one month names otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_organisation, make_person, making
from tests.support.making_skills_reports import report_csv, sheet_of
from vlms.accounts.models import Organisation, Person
from vlms.core.work import Work
from vlms.partners.models.skills_reports import SkillsReport
from vlms.partners.queries.skills_reports import compare
from vlms.partners.service.report_importing import import_report
from vlms.partners.service.skills_reports import examine_report

MCID = "990000001"
MAILS = ("ada@contoso.example", "bo@contoso.example")


@pytest.fixture
def place(app: Flask, clock: StillClock) -> UUID:
    """Ada and Bo have the same MCID in the directory."""
    clock.set(datetime(2026, 7, 10, 4, tzinfo=UTC))
    with making(clock()) as work:
        own = make_organisation(work, "contoso")
        for mail in MAILS:
            make_person(work, own, mail.partition("@")[0].title(), mail).mcid = MCID
        return own.id


def person(work: Work, name: str) -> Person:
    return work.session.query(Person).filter_by(name=name).one()


def told(work: Work, place: UUID, **row: str) -> tuple[UUID | None, str]:
    """Whom a row names, and what the dry run says of it."""
    run = examine_report(work.session, place, sheet_of(report_csv(row)), (None, work.now))
    (line,) = run.lines
    assert line.facts is not None
    return line.facts.values["person_id"], str(line.notes[0])


def test_an_mcid_of_two_who_are_present_means_neither(place: UUID, clock: StillClock) -> None:
    with making(clock()) as work:
        found, note = told(work, place, mcid=MCID, mail="other@x.example")
        assert found is None
        assert note.startswith("Several people here have this MCID")
        # The address says which of them.
        found, note = told(work, place, mcid=MCID, mail=MAILS[1])
        assert (found, note) == (person(work, "Bo").id, "Found by the address.")


@pytest.mark.parametrize(("leaver", "stays"), [("Ada", "Bo"), ("Bo", "Ada")])
def test_of_two_with_an_mcid_who_is_present_counts(
    place: UUID, clock: StillClock, leaver: str, stays: str
) -> None:
    with making(clock()) as work:
        person(work, leaver).left_at = work.now
    with making(clock()) as work:
        found, note = told(work, place, mcid=MCID, mail="other@x.example")
        assert (found, note) == (person(work, stays).id, "Found by the MCID.")


def imported(clock: StillClock, place: UUID, month: str, **row: str) -> UUID:
    with making(clock()) as work:
        body = report_csv({"month": month, **row})
        return import_report(work, place, sheet_of(body)).report_id


def differences(clock: StillClock, report_id: UUID) -> Sequence[object]:
    with making(clock()) as work:
        return compare(work.session, work.session.get_one(SkillsReport, report_id)).lines


def test_who_gets_an_mcid_between_the_months_is_neither_new_nor_gone(
    place: UUID, clock: StillClock
) -> None:
    imported(clock, place, "2026-05", mcid="", mail="cy@x.example")
    june = imported(clock, place, "2026-06", mcid="990000007", mail="cy@x.example")
    assert differences(clock, june) == []


def test_nor_is_whom_the_directory_knows_only_since(place: UUID, clock: StillClock) -> None:
    imported(clock, place, "2026-05", mcid="", mail="cy@x.example")
    with making(clock()) as work:
        own = work.session.get_one(Organisation, place)
        make_person(work, own, "Cy", "cy@x.example")
    june = imported(clock, place, "2026-06", mcid="990000007", mail="cy@x.example")
    assert differences(clock, june) == []
