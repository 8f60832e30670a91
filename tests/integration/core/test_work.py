"""Units of work: all or nothing, once, journalled, with their events answered."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from tests.support.clock import StillClock
from tests.support.making import EVERY_ROLE, make_organisation, make_person, making
from vlms.accounts.models import Organisation, Person
from vlms.audit.models import AuditDetail, AuditEntry
from vlms.audit.queries import list_entries
from vlms.audit.service import digest
from vlms.core import scope as scopes
from vlms.core.db import db, reading
from vlms.core.keys import KeyRing, load_keys
from vlms.core.once import AlreadyDone, Submission, do_once
from vlms.core.scope import System
from vlms.core.scoping import ScopeError
from vlms.core.tokens import new_id
from vlms.core.work import Reactions, Terms, Work, equip, working
from vlms.reactions import REACTIONS

TEST = System("test")


def test_a_failure_leaves_nothing(app: Flask, clock: StillClock) -> None:
    with pytest.raises(RuntimeError), making(clock()) as work:
        make_organisation(work, "contoso")
        raise RuntimeError("in the middle")
    with reading(TEST) as session:
        assert session.scalars(select(Organisation)).all() == []
        assert session.scalars(select(AuditEntry)).all() == []


def test_each_change_is_journalled_with_before_and_after(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        person = make_person(work, make_organisation(work, "contoso"), "Ann", "ann@a.example")
    with making(clock.move(hours=1)) as work:
        changed = work.session.get_one(Person, person.id)
        work.does("person.corrected", reason="married")
        changed.name = "Ann Lee"
    with reading(TEST) as session:
        second, first = list_entries(session, person.id)
    assert (first.action, first.record_kind) == ("person.created", "person")
    assert first.detail is not None
    assert first.detail.after["email"] == "ann@a.example"
    assert (second.action, second.reason, second.at) == ("person.corrected", "married", clock())
    assert second.detail is not None
    assert (second.detail.before, second.detail.after) == ({"name": "Ann"}, {"name": "Ann Lee"})
    assert second.detail.actor_name == EVERY_ROLE.name
    assert second.detail_digest == digest(second.detail)


def test_the_journal_of_one_organisation_is_unseen_by_another(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        mine, theirs = (make_organisation(work, slug) for slug in ("contoso", "fabrikam"))
        person = make_person(work, mine, "Ann")
    with Session(db.engine, info={"scope": scopes.Organisation(theirs.id)}) as session:
        assert list_entries(session, person.id) == []
        assert {entry.organisation_id for entry in session.scalars(select(AuditEntry))} == {
            theirs.id
        }
    with Session(db.engine, info={"scope": scopes.Organisation(mine.id)}) as session:
        assert len(list_entries(session, person.id)) == 1


def test_secrets_of_a_user_are_not_told(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        make_organisation(work, "contoso")
    with reading(TEST) as session:
        told = [detail.after for detail in session.scalars(select(AuditDetail))]
    assert told
    assert not any("password_hash" in after for after in told)


@dataclass(frozen=True)
class Rang:
    organisation_id: UUID


def test_an_event_is_answered_in_the_same_transaction(app: Flask, clock: StillClock) -> None:
    def answer(work: Work, event: Rang) -> None:
        work.session.get_one(Organisation, event.organisation_id).name = "Answered"
        raise RuntimeError("and all is undone")

    before = _means(app)
    equip(*before[:2], {Rang: (answer,)})
    try:
        with pytest.raises(RuntimeError), making(clock()) as work:
            work.events.append(Rang(make_organisation(work, "contoso").id))
    finally:
        equip(*before)
    with reading(TEST) as session:
        assert session.scalars(select(Organisation)).all() == []


def _means(app: Flask) -> tuple[KeyRing, Terms, Reactions]:
    settings = app.config["SETTINGS"]
    return load_keys(settings.key_file), Terms(), REACTIONS


def test_a_form_sent_twice_is_led_to_the_first_answer(app: Flask, clock: StillClock) -> None:
    token = new_id()
    with making(clock()) as work:
        do_once(work, token).location = "/there"
    with pytest.raises(AlreadyDone) as refused, making(clock()) as work:
        do_once(work, token)
    assert refused.value.facts["location"] == "/there"


def test_a_form_sent_twice_at_once_does_its_work_once(app: Flask, clock: StillClock) -> None:
    token, results = new_id(), []
    barrier = threading.Barrier(2)

    def send() -> None:
        with app.app_context():
            barrier.wait()
            try:
                with working(EVERY_ROLE, TEST, clock()) as work:
                    do_once(work, token)
                    make_organisation(work, f"org-{new_id().hex[-8:]}")
                results.append("done")
            except AlreadyDone:
                results.append("again")

    threads = [threading.Thread(target=send) for _each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["again", "done"]
    with reading(TEST) as session:
        assert len(session.scalars(select(Organisation)).all()) == 1
        assert len(session.scalars(select(Submission)).all()) == 1


def test_the_journal_is_never_rewritten(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        make_organisation(work, "contoso")
    with pytest.raises(ScopeError), making(clock()) as work:
        entry = work.session.scalars(select(AuditEntry)).first()
        assert entry is not None
        entry.reason = "never mind"
    with pytest.raises(ScopeError), making(clock()) as work:
        work.session.execute(update(AuditDetail).values(after={}))
    with pytest.raises(ScopeError), making(clock()) as work:
        work.session.execute(delete(AuditEntry))


def test_a_reading_session_sees_one_moment(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        organisation = make_organisation(work, "contoso")
    with reading(TEST) as session:
        count = select(func.count()).select_from(Organisation)
        before = session.scalar(count)
        with making(clock()) as work:
            make_organisation(work, "fabrikam")
            work.session.get_one(Organisation, organisation.id).name = "Changed"
        assert session.scalar(count) == before
    with reading(TEST) as session:
        assert session.scalar(count) == 2
