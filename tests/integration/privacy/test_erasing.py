"""A person is erased from every table; counts, money and the journal's entries stay (D1)."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.support.clock import StillClock
from tests.support.erasing import places_naming
from tests.support.holding import code_of, make_held, person_of
from tests.support.making import make_member, make_organisation, make_person, make_user, making
from tests.support.owning import owner_engine
from vlms.accounts.import_models import PeopleImport, PeopleImportRow
from vlms.accounts.models import Person, SavedView, User
from vlms.audit.checking import check_journal
from vlms.audit.models import AuditDetail, AuditEntry
from vlms.codes.models import Code
from vlms.core.db import Base
from vlms.core.dry_run import Change
from vlms.core.errors import BadInput, Forbidden
from vlms.core.kept_forms import KeptForm
from vlms.core.language import Language
from vlms.core.permissions import Role
from vlms.core.scope import Organisation, System
from vlms.core.work import Actor, Work
from vlms.notices.models import Mailing, MessageState, NoticeChoice, OutboxMessage
from vlms.privacy.errors import ErasureRefused
from vlms.privacy.models import Erasure
from vlms.privacy.service import Decision, erase_person, erase_user

WHY = "They asked for it"


def counts_of_tables() -> dict[str, int]:
    with owner_engine().connect() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in Base.metadata.sorted_tables
        }


def scatter(work: Work, person: Person, user: User) -> None:
    """Their name and address in as many kinds of tables as one organisation has."""
    place = {"organisation_id": person.organisation_id}
    imported = PeopleImport(
        **place, filename="Amy Chen.csv", row_count=1, asked_by=user.id, asked_at=work.now
    )
    work.session.add(imported)
    work.flush()
    cells = ["", "Amy Chen", "", "amy@contoso.example", "", "", "", ""]
    work.session.add_all(
        [
            PeopleImportRow(
                **place, import_id=imported.id, number=2, change=Change.WRONG, cells=cells
            ),
            KeptForm(user_id=user.id, address="/x", fields=[["name", "Amy"]], kept_at=work.now),
            SavedView(**place, user_id=user.id, endpoint="x", name="Amy Chen", asked="q=Amy"),
            NoticeChoice(address=person.email, template="code_assigned", mailing=Mailing.NEVER),
            OutboxMessage(
                **place,
                subject_id=person.id,
                person_id=person.id,
                template="code_assigned",
                facts={"name": "Amy Chen", "n": 1},
                to_name="Amy Chen",
                to_address="amy@contoso.example",
                language=Language.ENGLISH,
                once_key="once",
                state=MessageState.WAITING,
                next_at=work.now,
                created_at=work.now,
            ),
        ]
    )
    work.flush()


def test_nothing_names_them_any_more_and_all_counts_stay(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        user = make_user(work, "amy@contoso.example", "Amy Chen")
        organisation = make_organisation(work, "contoso")
        person = make_person(work, organisation, "Amy Chen", "amy@contoso.example", user)
        other = make_person(work, organisation, "Amy Chenault", "bamy@contoso.example")
        scatter(work, person, user)
        person.latin_name, person.number = "Amelia Chen", "S-4711"
    names = ("Amelia Chen", "amy chen@", '"amy chen"', '"amy@contoso', "s-4711")
    assert len(places_naming(*names)) > 5
    before = counts_of_tables()
    with making(clock()) as work:
        erasure = erase_person(work, person.id, Decision("Amy Chen", WHY))
    assert places_naming(*names) == []
    after = counts_of_tables()
    changed = {name for name, count in before.items() if after[name] != count}
    assert changed <= {
        "audit_detail", "audit_entry", "erasure", "saved_view", "kept_form", "notice_choice",
        "audit_link", "audit_head",
    }  # fmt: skip
    with making(clock()) as work:
        found = work.session.get_one(Person, person.id)
        assert (found.name, found.erased_at) == (erasure.word, clock())
        assert (found.email, found.user_id, found.number) == (None, None, None)
        assert work.session.get_one(Erasure, erasure.id).counts["person"] == 1
        assert work.session.scalars(select(OutboxMessage.state)).one() is MessageState.DEAD
        stays = work.session.get_one(Person, other.id)
        assert (stays.name, stays.email) == ("Amy Chenault", "bamy@contoso.example")


def test_codes_that_can_still_be_used_lapse_only_if_that_is_confirmed(
    app: Flask, clock: StillClock
) -> None:
    held = make_held(clock())
    with making(clock()) as work:
        code, name = code_of(work, held), person_of(work, held).name
        assert code.person_id is not None
    with pytest.raises(BadInput, match="pass to nobody"), making(clock()) as work:
        erase_person(work, code.person_id, Decision(name, WHY))
    with making(clock()) as work:
        erase_person(work, code.person_id, Decision(name, WHY, True))
    with making(clock()) as work:
        assert work.session.get_one(Code, code.id).person_id == code.person_id


def test_a_name_mistyped_or_told_in_the_reason_is_refused(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        organisation = make_organisation(work, "contoso")
        person = make_person(work, organisation, "Amy Chen", "amy@contoso.example")
    for decision in (Decision("Amy", WHY), Decision("Amy Chen", "amy chen asked")):
        with pytest.raises(BadInput), making(clock()) as work:
            erase_person(work, person.id, decision)
    with making(clock()) as work:
        erase_person(work, person.id, Decision("Amy Chen", WHY))
    with pytest.raises(ErasureRefused), making(clock()) as work:
        erase_person(work, person.id, Decision("Erased", WHY))


def test_a_user_of_another_organisation_keeps_their_sign_in(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        user = make_user(work, "amy@contoso.example", "Amy Chen")
        here = make_person(work, make_organisation(work, "contoso"), "Amy Chen", user=user)
        there = make_person(work, make_organisation(work, "fabrikam"), "Amy Chen", user=user)
    with making(clock()) as work:
        erase_person(work, here.id, Decision("Amy Chen", WHY))
    with making(clock()) as work:
        assert work.session.get_one(User, user.id).email == "amy@contoso.example"
        assert work.session.get_one(Person, there.id).name == "Amy Chen"
        erase_person(work, there.id, Decision("Amy Chen", WHY))
    assert places_naming("Amy Chen", "amy@contoso.example") == []


def test_the_operator_erases_a_user_wherever_they_are(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        user = make_user(work, "amy@contoso.example", "Amy Chen")
        for slug in ("contoso", "fabrikam"):
            make_person(work, make_organisation(work, slug), "Amy Chen", user=user)
    with making(clock()) as work:
        erase_user(work, user.id, Decision("Amy Chen", WHY))
    assert places_naming("Amy Chen", "amy@contoso.example") == []
    with making(clock()) as work:
        assert work.session.get_one(User, user.id).disabled_at == clock()


def test_a_role_ends_first_and_a_part_of_an_organisation_erases_nobody(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        organisation = make_organisation(work, "contoso")
        user = make_member(work, organisation, Role.FINANCE, "amy@contoso.example")
        person = make_person(work, organisation, "Amy Chen", user=user)
    with pytest.raises(ErasureRefused), making(clock()) as work:
        erase_person(work, person.id, Decision("Amy Chen", WHY))
    admin = Actor("Ann", None, organisation.id, frozenset({Role.LICENSING_ADMIN}))
    part = Organisation(organisation.id, agreement_ids=frozenset())
    with pytest.raises(Forbidden), making(clock(), admin, part) as work:
        erase_person(work, person.id, Decision("Amy Chen", WHY))


def test_entries_stay_whole_when_their_details_go(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        organisation = make_organisation(work, "contoso")
        person = make_person(work, organisation, "Amy Chen")
    with making(clock()) as work:
        entries = work.session.scalars(select(AuditEntry)).all()
        before = {entry.sequence: entry.detail_digest for entry in entries}
    with making(clock()) as work:
        erase_person(work, person.id, Decision("Amy Chen", WHY))
    with making(clock(), scope=System("test")) as work:
        entries = work.session.scalars(select(AuditEntry)).all()
        assert before.items() <= {each.sequence: each.detail_digest for each in entries}.items()
        details = work.session.scalars(select(AuditDetail)).all()
        assert "Amy Chen" not in str([(each.before, each.after) for each in details])
        report = check_journal(work.session)
        assert report.holds, report.faults
        assert report.erased > 0
