"""A manager's session: their people's rows, only what is named, and no way around (threat 5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from tests.support.clock import StillClock
from tests.support.holding import make_exam_product
from tests.support.making import make_organisation, make_person, making
from tests.support.making_codes import make_agreement, make_codes, make_line
from vlms.accounts.models import Person
from vlms.codes.models import Code, CodeBatch, Registration
from vlms.codes.rules.lifecycle import State
from vlms.core.db import Base, reading, transaction
from vlms.core.packed_scope import pack_scope
from vlms.core.scope import Team
from vlms.core.scoping import ScopeError, bulk_insert, guarded_update
from vlms.core.tokens import new_id
from vlms.giving.models.provider_reports import ExamScore, ProviderRow
from vlms.giving.models.requests import AskState, VoucherLimit, VoucherRequest
from vlms.orders.models import Order


def make_two(clock: StillClock) -> tuple[Team, Person, Person]:
    """A person of the team and one who is not, each with a code and a request."""
    with making(clock()) as work:
        organisation = make_organisation(work, "contoso")
        product = make_exam_product(work)
        line = make_line(work, make_agreement(work, organisation), product, 2)
        people = [make_person(work, organisation, name) for name in ("Ann", "Bob")]
        for person in people:
            make_codes(work, line, 1, state=State.ASSIGNED, person=person)
            work.session.add(request_of(person, product.id, clock))
        work.flush()
        return Team(new_id(), frozenset({people[0].id})), people[0], people[1]


def request_of(person: Person, product_id: object, clock: StillClock) -> VoucherRequest:
    return VoucherRequest(
        organisation_id=person.organisation_id,
        person_id=person.id,
        department="",
        product_id=product_id,
        reason="To sit it",
        wanted_on=date(2026, 6, 1),
        state=AskState.ASKED,
        asked_at=clock(),
    )


def test_it_sees_the_rows_of_the_team_alone(app: Flask, clock: StillClock) -> None:
    team, ann, _bob = make_two(clock)
    with reading(team) as session:
        assert [one.id for one in session.scalars(select(Person))] == [ann.id]
        assert [one.person_id for one in session.scalars(select(Code))] == [ann.id]
        assert [one.person_id for one in session.scalars(select(VoucherRequest))] == [ann.id]


@pytest.mark.parametrize(
    "model", [CodeBatch, Registration, Order, ExamScore, ProviderRow, VoucherLimit]
)
def test_what_is_not_named_it_does_not_see(
    app: Flask, clock: StillClock, model: type[Base]
) -> None:
    team, _ann, _bob = make_two(clock)
    with reading(team) as session:
        assert session.scalars(select(model)).first() is None


def test_it_changes_requests_of_the_team_and_nothing_else(app: Flask, clock: StillClock) -> None:
    team, ann, bob = make_two(clock)
    refused = {"state": AskState.REFUSED}
    with transaction(team) as session:
        theirs = VoucherRequest.person_id == bob.id
        assert guarded_update(session, VoucherRequest, theirs, **refused) == 0
        assert guarded_update(session, Code, Code.person_id == ann.id, state=State.VOID) == 0
        assert guarded_update(session, Person, Person.id == ann.id, manager_id=None) == 0
        assert (
            guarded_update(session, VoucherRequest, VoucherRequest.id.is_not(None), **refused) == 1
        )


def add_person(session: Session, ann: Person) -> None:
    session.add(Person(id=new_id(), organisation_id=ann.organisation_id, name="Eve"))
    session.flush()


BYPASSES: dict[str, Callable[[Session, Person], object]] = {
    "raw SQL": lambda session, _ann: session.execute(text("SELECT * FROM code")),
    "a table": lambda session, _ann: session.execute(select(Code.__table__)),
    "a bulk delete": lambda session, _ann: session.execute(delete(Code.__table__)),  # type: ignore[arg-type]
    "a row added": add_person,
    "rows added at once": lambda session, ann: bulk_insert(
        session, VoucherRequest, [{"id": new_id(), "person_id": ann.id}]
    ),
}


@pytest.mark.parametrize("bypass", BYPASSES.values(), ids=BYPASSES)
def test_no_bypass_is_open(
    app: Flask, clock: StillClock, bypass: Callable[[Session, Person], object]
) -> None:
    team, ann, _bob = make_two(clock)
    with pytest.raises(ScopeError), transaction(team) as session:
        bypass(session, ann)


def test_a_code_of_the_team_is_not_changed_by_its_row(app: Flask, clock: StillClock) -> None:
    team, _ann, _bob = make_two(clock)
    with pytest.raises(ScopeError), transaction(team) as session:
        session.scalars(select(Code)).one().state = State.VOID
        session.flush()


def test_no_job_works_in_it(app: Flask) -> None:
    assert pack_scope(Team(new_id(), frozenset())) is None
