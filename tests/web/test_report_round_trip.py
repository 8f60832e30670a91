"""The skills report that VLMS writes is read back as a monthly one: nothing lost or refused."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_person, making
from tests.support.making_competencies import make_passed
from tests.support.making_skills import ADMIN, make_report
from tests.support.pages import CheckingClient
from vlms.accounts.models import Organisation, Person
from vlms.core.dry_run import Change
from vlms.core.work import Work
from vlms.exports.reading import read_rows
from vlms.partners.models.skills_reports import ReportedSkill
from vlms.partners.service.report_importing import import_report
from vlms.partners.service.skills_reports import ReportRun, examine_report


@pytest.fixture
def partner(client: CheckingClient, clock: StillClock) -> CheckingClient:
    """Besides those of the skills report somebody whom only a name tells, and Chinese names."""
    with making(clock()) as work:
        own = make_report(work)
        for name, email in (("Eve Solo", None), ("王小明", "wang@contoso.example")):
            person = make_person(work, own, name, "x@contoso.example")
            person.email = email
            make_passed(work, person, "AZ-104")
            work.flush()
    client.sign_in(ADMIN)
    return client


def own_id(work: Work) -> Organisation:
    return work.session.query(Organisation).filter_by(slug="contoso").one()


def exported(client: CheckingClient, form: str) -> tuple[bytes, int]:
    """The file, and how many rows it has."""
    body = client.get(f"/o/contoso/skills/skills.{form}").get_data()
    return body, len(read_rows(io.BytesIO(body), f"skills.{form}").rows)


def run_of(work: Work, body: bytes, form: str) -> ReportRun:
    sheet = read_rows(io.BytesIO(body), f"skills.{form}")
    return examine_report(work.session, own_id(work).id, sheet, (None, work.now))


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_the_own_export_is_read_back_whole(
    partner: CheckingClient, clock: StillClock, form: str
) -> None:
    body, count = exported(partner, form)
    assert count > 4
    with making(clock()) as work:
        run = run_of(work, body, form)
        assert [str(fault) for fault in run.faults] == []
        assert (run.counts[Change.NEW], run.unknown_count) == (count, 0)
        sheet = read_rows(io.BytesIO(body), f"skills.{form}")
        assert import_report(work, own_id(work).id, sheet).changed == count
    with making(clock()) as work:
        names = select(Person.name).join(ReportedSkill, ReportedSkill.person_id == Person.id)
        found = set(work.session.scalars(names))
        assert {"Ada Lin", "Eve Solo", "王小明"} <= found
        # Nothing is kept of a name that the directory has.
        assert {one.name for one in work.session.scalars(select(ReportedSkill))} == {None}
        assert run_of(work, body, form).counts[Change.SAME] == count


def test_a_name_that_two_have_is_refused_without_more(
    app: Flask, partner: CheckingClient, clock: StillClock
) -> None:
    """The negative control: a name alone could be anybody's, and no erasure would find it."""
    body, _count = exported(partner, "csv")
    with making(clock()) as work:
        own = own_id(work)
        make_person(work, own, "Eve  solo", "eve@contoso.example")
    with making(clock()) as work:
        (fault,) = run_of(work, body, "csv").faults
        assert "does not say whose it is" in str(fault)


def test_a_name_of_nobody_here_is_refused_too(partner: CheckingClient, clock: StillClock) -> None:
    body, _count = exported(partner, "csv")
    clock.set(datetime(2026, 3, 2, 12, tzinfo=UTC))
    text = body.decode("utf-8-sig").replace("Solo", "Other")
    with making(clock()) as work:
        (fault,) = run_of(work, text.encode("utf-8-sig"), "csv").faults
        assert "does not say whose it is" in str(fault)
