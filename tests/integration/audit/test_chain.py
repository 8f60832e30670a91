"""Each organisation's entries stand in a chain of their own, written with the work."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from tests.support.clock import StillClock
from tests.support.counting import statements
from tests.support.making import make_organisation, make_person, making
from tests.support.owning import owner_engine
from tests.support.tampering import check
from vlms.audit.erasing import erase_details
from vlms.audit.models import AuditDetail, AuditEntry, AuditHead, AuditLink
from vlms.audit.rules.chain import NOBODYS, START, chain_of
from vlms.audit.service import Change, journal, journal_many
from vlms.core import scope
from vlms.core.db import db, reading
from vlms.core.scope import System
from vlms.core.tokens import new_id
from vlms.core.work import Work


def tell(work: Work, organisation_id: object = None, count: int = 1) -> None:
    for number in range(count):
        journal(work, "test.told", ("test", new_id(), organisation_id), after={"n": number})  # type: ignore[arg-type]


def test_each_organisation_has_a_chain_without_gaps(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        first, second = (make_organisation(work, slug) for slug in ("contoso", "fabrikam"))
        tell(work, first.id, 2)
        tell(work, None, 3)
    with making(clock()) as work:
        make_person(work, first, "Ann")
        tell(work, second.id)
    with reading(System("test")) as session:
        links = session.scalars(select(AuditLink).order_by(AuditLink.position)).all()
        entries = session.scalars(select(AuditEntry)).all()
        heads = {head.chain_id: head for head in session.scalars(select(AuditHead))}
    chains = {key: [each for each in links if each.chain_id == key] for key in heads}
    assert {key: len(some) for key, some in chains.items()} == {
        chain_of(first.id): 4,
        chain_of(second.id): 2,
        NOBODYS: 3,
    }
    for key, some in chains.items():
        assert [link.position for link in some] == list(range(1, len(some) + 1))
        assert [link.previous for link in some] == [START, *(link.digest for link in some[:-1])]
        assert (heads[key].position, heads[key].digest) == (len(some), some[-1].digest)
    assert {entry.sequence for entry in entries} == {link.sequence for link in links}
    assert check().holds


def test_who_works_for_one_organisation_writes_into_anothers_chain(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        mine, theirs = (make_organisation(work, slug) for slug in ("contoso", "fabrikam"))
    with making(clock(), scope=scope.Organisation(mine.id)) as work:
        tell(work, theirs.id)
        tell(work, None)
    report = check()
    assert (report.entries, report.chains, report.faults) == (4, 3, [])


def test_what_a_savepoint_took_back_leaves_no_place(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        tell(work)
        with pytest.raises(RuntimeError), work.session.begin_nested():
            tell(work, None, 2)
            changes: list[Change] = [(("test", new_id(), None), {}, {"n": 1})] * 3
            journal_many(work, "test.many", changes)
            raise RuntimeError
        with work.session.begin_nested():
            tell(work)
        journal_many(work, "test.many", [(("test", new_id(), None), {}, {"n": 1})])
    report = check()
    assert (report.entries, report.faults) == (3, [])


def test_a_chain_of_many_entries_costs_few_statements(app: Flask, clock: StillClock) -> None:
    def cost(count: int) -> int:
        with statements() as found, making(clock()) as work:
            changes: list[Change] = [
                (("test", new_id(), None), {}, {"n": each}) for each in range(count)
            ]
            journal_many(work, "test.many", changes)
        return len(found)

    cost(1)
    few, many = cost(30), cost(900)
    assert many <= few + 4
    assert check().entries == 931


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET reason = 'never mind'",
        "DELETE FROM audit_entry",
        "UPDATE audit_detail SET actor_name = 'nobody'",
        "UPDATE audit_link SET position = position + 1",
        "DELETE FROM audit_link",
        "DELETE FROM audit_head",
        "UPDATE audit_head SET position = position - 1",
        "TRUNCATE audit_entry CASCADE",
        "TRUNCATE audit_detail",
        "TRUNCATE audit_link",
        "TRUNCATE audit_head",
    ],
)
def test_the_database_refuses_to_change_what_was_written(
    app: Flask, clock: StillClock, statement: str
) -> None:
    with making(clock()) as work:
        tell(work, None, 2)
    if statement.startswith("TRUNCATE") and db.engine.dialect.name == "sqlite":
        statement = statement.replace("TRUNCATE", "DELETE FROM").removesuffix(" CASCADE")
        if "detail" in statement:
            return
    with (
        pytest.raises(DBAPIError, match=r"append-only|only grows"),
        owner_engine().begin() as connection,
    ):
        connection.execute(text(statement))
    assert check().entries == 2


def test_details_are_erased_and_the_chain_holds(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        organisation = make_organisation(work, "contoso")
        ann = make_person(work, organisation, "Ann")
        tell(work, organisation.id, 3)
    with making(clock()) as work:
        wanted = select(AuditEntry.sequence).where(AuditEntry.record_id == ann.id)
        assert erase_details(work, work.session.scalars(wanted).all()) == 1
    report = check()
    assert (report.holds, report.erased, report.entries) == (True, 1, 6)
    with reading(System("test")) as session:
        kept = [str(told.after) for told in session.scalars(select(AuditDetail))]
    assert not any("Ann" in told for told in kept)
