"""Erasing somebody leaves everybody else's records, and the journal of these, as they were (D1)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.erasing import places_naming
from tests.support.making import make_organisation, make_person, make_role, make_user, making
from tests.support.making_handouts import make_giver, paste, rows_of
from tests.support.owning import owner_engine
from vlms.accounts.import_models import PeopleImport, PeopleImportRow
from vlms.accounts.models import Person, User
from vlms.audit.models import AuditDetail, AuditEntry
from vlms.audit.service import journal
from vlms.core.db import Base
from vlms.core.dry_run import Change
from vlms.core.language import Language
from vlms.core.permissions import Role
from vlms.core.work import Actor, Work
from vlms.notices.models import Mailing, MessageState, NoticeChoice, OutboxMessage
from vlms.privacy.service import Decision, erase_person, erase_user

WHY = "They asked for it"
# What erasing writes of its own, and the rows of the journal that it takes.
ITS_OWN = frozenset({"erasure", "audit_entry", "audit_link", "audit_head", "audit_detail"})


def everything() -> dict[tuple[str, str], dict[str, Any]]:
    """Each row of each table by table and key."""
    with owner_engine().connect() as connection:
        return {
            (table.name, str([row[column.name] for column in table.primary_key])): dict(row)
            for table in Base.metadata.sorted_tables
            if table.name not in ITS_OWN
            for row in connection.execute(select(table)).mappings()
        }


def changed(before: dict[tuple[str, str], dict[str, Any]]) -> set[tuple[str, str]]:
    """`table, key` of each row that is not what it was."""
    after = everything()
    return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}


def a_mail(organisation_id: UUID | None, person: Person | None, **facts: Any) -> OutboxMessage:
    now = facts.pop("now")
    return OutboxMessage(
        **{
            "organisation_id": organisation_id,
            "subject_id": person.id if person else UUID(int=1),
            "person_id": person.id if person else None,
            "template": "code_assigned",
            "facts": {},
            "to_name": "Somebody Else",
            "to_address": "else@contoso.example",
            "language": Language.ENGLISH,
            "once_key": str(len(facts)) + str(facts),
            "state": MessageState.SENT,
            "next_at": now,
            "created_at": now,
            **facts,
        }
    )


def test_rows_of_namesakes_and_of_other_organisations_stay(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        here, there = (make_organisation(work, slug) for slug in ("contoso", "fabrikam"))
        person = make_person(work, here, "王小", "ann@x.example")
        person.number = "7"
        others = [
            make_person(work, here, "王小明", "joann@x.example"),
            make_person(work, here, "王小", "ann@x.example.com"),
            make_person(work, there, "王小", "ann@x.example"),
        ]
        others[1].number = "77"
        work.session.add_all(
            [a_mail(one.organisation_id, one, to_name=one.name, to_address=one.email,
                    facts={"name": one.name, "n": "7"}, now=clock()) for one in others]
        )  # fmt: skip
        work.session.add(NoticeChoice(address=person.email, template="x", mailing=Mailing.NEVER))
        told = dict(filename="王小 and joann@x.example, 7.csv", row_count=1, asked_at=work.now)
        work.session.add(PeopleImport(organisation_id=here.id, **told))
        work.session.add(
            PeopleImport(organisation_id=there.id, **told | {"filename": "ann@x.example"})
        )
    before = everything()
    with making(clock()) as work:
        erase_person(work, person.id, Decision("王小", WHY))
    # Only the person's own row: not even what the address chose, which another place mails to.
    assert changed(before) == {("person", str([person.id]))}


def test_whole_addresses_in_texts_of_others_go_in_their_organisation_alone(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        here, there = (make_organisation(work, slug) for slug in ("contoso", "fabrikam"))
        person = make_person(work, here, "Amy Chen", "amy@x.example")
        text = {"why": "Amy Chen <AMY@x.example>, bamy@x.example"}
        mails = [a_mail(place.id, None, facts=text, to_name="Amy Chen", now=clock())
                 for place in (here, there)]  # fmt: skip
        mails[1].once_key = "there"
        about = a_mail(here.id, None, facts={"who": "Amy Chen", "n": 3}, now=clock())
        about.subject_id = person.id
        work.session.add_all([*mails, about])
        work.flush()
        keys = [mail.id for mail in (*mails, about)]
    before = everything()
    with making(clock()) as work:
        word = erase_person(work, person.id, Decision("Amy Chen", WHY)).word
    assert ("outbox_message", str([keys[1]])) not in changed(before)
    with making(clock()) as work:
        first, _second, third = (work.session.get_one(OutboxMessage, key) for key in keys)
        assert (first.to_name, first.to_address) == ("Amy Chen", "else@contoso.example")
        kept = f"Amy Chen <{person.id.hex}@erased.invalid>, bamy@x.example"
        assert first.facts == {"why": kept}
        # About a record of theirs: there the name is theirs too.
        assert third.facts == {"who": word, "n": 3}


def told_of_others(work: Work) -> dict[int, str]:
    statement = select(AuditDetail, AuditEntry.record_kind).join(AuditEntry)
    return {
        detail.sequence: str((detail.before, detail.after))
        for detail, kind in work.session.execute(statement)
        if kind == "test"
    }


def test_a_chosen_name_or_address_takes_no_detail_of_others(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        here = make_organisation(work, "contoso")
        for place in (here.id, None):
            facts = {"name": "考試", "email": "boss@x.example", "sign": "@", "why": "Amy Chen"}
            journal(work, "test.told", ("test", here.id, place), after=facts)
        before = told_of_others(work)
        made = [
            make_person(work, here, name, email)
            for name, email in (("@", None), ("考試", "boss@x.example"), ("Amy Chen", None))
        ]
    for person in made:
        with making(clock()) as work:
            erase_person(work, person.id, Decision(person.name, WHY))
    with making(clock()) as work:
        assert len(before) == 2
        assert told_of_others(work) == before
        # While those on the records themselves are gone.
        ids = [person.id for person in made]
        left = select(AuditDetail.sequence).join(AuditEntry).where(
            AuditEntry.record_id.in_(ids), AuditEntry.action != "person.erased"
        )  # fmt: skip
        assert work.session.scalars(left).all() == []


def test_what_an_erased_user_did_loses_its_details_where_they_are_erased(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        here, there = (make_organisation(work, slug) for slug in ("contoso", "fabrikam"))
        user = make_user(work, "amy@x.example", "Amy Chen")
        person = make_person(work, here, "Amy Chen", "amy@x.example", user)
    with making(clock() + timedelta(days=1)) as work:
        make_role(work, there, user, Role.AUDITOR)
    with making(clock(), Actor("Amy Chen", user.id)) as work:
        for place in (here, there):
            journal(work, "test.told", ("test", place.id, place.id), after={"x": place.slug})
    with making(clock()) as work:
        assert len(told_of_others(work)) == 2
        erase_person(work, person.id, Decision("Amy Chen", WHY))
    with making(clock()) as work:
        (left,) = told_of_others(work).values()
        assert "fabrikam" in left
        assert work.session.get_one(User, user.id).name == "Amy Chen"


def test_an_entry_of_another_organisation_keeps_the_sign_in(app: Flask, clock: StillClock) -> None:
    """Claimed or not: they may sign in there still. Without such an entry the sign-in goes."""
    with making(clock()) as work:
        here, there = (make_organisation(work, slug) for slug in ("contoso", "fabrikam"))
        user, alone = (make_user(work, f"{name}@x.example", "Amy Chen") for name in ("amy", "al"))
        one = make_person(work, here, "Amy Chen", "amy@x.example", user)
        unclaimed = make_person(work, there, "Amy C.", "amy@x.example")
        other = make_person(work, here, "Amy Chen", "al@x.example")
    before = everything()
    with making(clock()) as work:
        erase_person(work, one.id, Decision("Amy Chen", WHY))
    assert changed(before) == {("person", str([one.id]))}
    with making(clock()) as work:
        erase_person(work, other.id, Decision("Amy Chen", WHY))
        work.flush()
    with making(clock()) as work:
        assert work.session.get_one(User, user.id).disabled_at is None
        assert work.session.get_one(User, alone.id).disabled_at == clock()
        assert work.session.get_one(Person, unclaimed.id).email == "amy@x.example"


def test_the_operator_erases_unclaimed_entries_of_the_user_too(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        user = make_user(work, "amy@x.example", "Amy Chen")
        make_person(work, make_organisation(work, "contoso"), "Amy Chen", user=user)
        make_person(work, make_organisation(work, "fabrikam"), "Amy C.", "amy@x.example")
        other = make_user(work, "eve@x.example", "Eve")
        theirs = make_person(work, make_organisation(work, "adatum"), "Eve", "a@x.example", other)
    with making(clock()) as work:
        erase_user(work, user.id, Decision("Amy Chen", WHY))
    assert places_naming("Amy C", "amy@x.example") == []
    with making(clock()) as work:
        assert work.session.get_one(Person, theirs.id).erased_at is None


def test_numbers_and_cells_of_their_rows_go(app: Flask, clock: StillClock) -> None:
    giver = make_giver(clock(), ("ann", "ben"), 2)
    with making(clock()) as work:
        person = work.session.get_one(Person, giver.people["ann"])
        person.number, person.mcid, person.source_id = "S-4711", "MC998877", "src-5512"
        told = PeopleImport(
            organisation_id=giver.organisation_id, filename="x.csv", row_count=2, asked_at=work.now
        )
        work.session.add(told)
        work.flush()
        rows = [
            ["S-4711", "Ann", "", "ann@contoso.example", "", "", "", ""],
            ["S-4711x", "Ben", "", "x ann@contoso.example", "", "", "", ""],
        ]
        for number, cells in enumerate(rows, 2):
            work.session.add(
                PeopleImportRow(
                    organisation_id=giver.organisation_id, import_id=told.id, number=number,
                    change=Change.WRONG, cells=cells,
                )
            )  # fmt: skip
    pasted = "ann@contoso.example\tAnn\tS-4711\nben@contoso.example\tBen\tS-4712"
    handout = paste(clock(), giver, pasted)
    assert "S-4711" in [row.number for row in rows_of(handout)]
    with making(clock()) as work:
        erase_person(work, giver.people["ann"], Decision("Ann", WHY))
    assert places_naming('"s-4711"', "mc998877", "src-5512", '"ann@contoso') == []
    assert "S-4712" in [row.number for row in rows_of(handout)]
    with making(clock()) as work:
        cells = [one.cells for one in work.session.scalars(select(PeopleImportRow))]
        kept = f"x {giver.people['ann'].hex}@erased.invalid"
        assert [each for each in cells if each] == [["S-4711x", "Ben", "", kept, "", "", "", ""]]
