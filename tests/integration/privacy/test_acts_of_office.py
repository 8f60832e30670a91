"""No admin makes others' acts, rows or addresses a person's by what is entered there (D1, D2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.support.clock import StillClock
from tests.support.importing_people import import_people, people_sheet
from tests.support.making import make_organisation, make_person, make_role, make_user, making
from vlms.accounts.import_models import PeopleImportRow
from vlms.accounts.models import Organisation, RoleGrant, SavedView, User
from vlms.accounts.rules.person_row import LABELS
from vlms.accounts.service.people import PersonFacts, edit_person
from vlms.audit.models import AuditDetail, AuditEntry
from vlms.audit.service import journal
from vlms.core.errors import Conflict
from vlms.core.tokens import new_id
from vlms.core.work import Actor, Work
from vlms.notices.models import Mailing, NoticeChoice
from vlms.privacy.rules.holdings import HOLDINGS
from vlms.privacy.service import Decision, erase_person
from vlms.privacy.service.telling import held_on_person, held_on_user

WHY = "They asked for it"
DAY = timedelta(days=1)


def tell(work: Work, place: Organisation, told: str, record: str = "test") -> None:
    journal(work, "test.told", (record, new_id(), place.id), after={"x": told})


def told(work: Work) -> Sequence[str]:
    """What acts of tests still tell."""
    statement = select(AuditDetail).join(AuditEntry).where(AuditEntry.action == "test.told")
    return sorted(detail.after["x"] for detail in work.session.scalars(statement))


@pytest.mark.parametrize("role", ["there", "ended here", "none"])
def test_an_address_that_an_admin_enters_takes_nothing_of_its_user_who_has_a_role(
    app: Flask, clock: StillClock, role: str
) -> None:
    with making(clock()) as work:
        here, there = (make_organisation(work, slug) for slug in ("contoso", "fabrikam"))
        user = make_user(work, "op@x.example", "Olga Reed")
        if role != "none":
            make_role(work, there if role == "there" else here, user)
    with making(clock(), Actor("Olga Reed", user.id)) as work:
        tell(work, here, "sold")
    with making(clock() + DAY) as work:
        if role == "ended here":
            work.session.execute(update(RoleGrant).values(ended_at=work.now))
        view = {"endpoint": "x", "name": "Olga Reed", "asked": "q=op@x.example"}
        work.session.add(SavedView(organisation_id=here.id, user_id=user.id, **view))
        person = make_person(work, here, "Somebody", "op@x.example")
    with making(clock() + DAY) as work:
        erase_person(work, person.id, Decision("Somebody", WHY))
    with making(clock() + DAY) as work:
        names = work.session.scalars(select(SavedView.name)).all()
        goes = work.session.get_one(User, user.id).disabled_at is not None
        # Without any role they are nobody else's: then it is their sign-in, and goes.
        stays = role != "none"
        assert (list(names), list(told(work)), goes) == (
            (["Olga Reed"], ["sold"], False) if stays else ([], [], True)
        )


def test_what_was_done_under_a_role_stays_and_what_a_holder_did_goes(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        here, there = (make_organisation(work, slug) for slug in ("contoso", "fabrikam"))
        user = make_user(work, "amy@x.example", "Amy Chen")
        person = make_person(work, here, "Amy Chen", "amy@x.example", user)
        report = make_person(work, here, "Ben", "ben@x.example")
    amy = Actor("Amy Chen", user.id)
    with making(clock(), amy) as work:
        tell(work, here, "as a holder")
        journal(work, "test.told", ("person", report.id, here.id), after={"x": "as a manager"})
    with making(clock() + DAY) as work:
        make_role(work, there, user)
    with making(clock() + DAY, amy) as work:
        tell(work, here, "as a reseller")
    with making(clock() + 2 * DAY) as work:
        work.session.execute(update(RoleGrant).values(ended_at=work.now))
    with making(clock() + 3 * DAY, amy) as work:
        tell(work, here, "as a holder again")
    with making(clock() + 3 * DAY) as work:
        erase_person(work, person.id, Decision("Amy Chen", WHY))
    with making(clock() + 3 * DAY) as work:
        assert told(work) == ["as a manager", "as a reseller"]


def test_an_address_that_another_user_has_is_not_theirs(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        here, there = (make_organisation(work, slug) for slug in ("contoso", "fabrikam"))
        make_role(work, there, make_user(work, "boss@x.example", "Boss"))
        user = make_user(work, "amy@x.example", "Amy Chen")
        person = make_person(work, here, "Amy Chen", "boss@x.example", user)
        for address in ("boss@x.example", "amy@x.example"):
            choice = {"template": "code_assigned", "mailing": Mailing.NEVER}
            work.session.add(NoticeChoice(address=address, **choice))
    tables = held_on_user(user.id, clock()).tables
    assert [row["address"] for row in tables["notice_choice"]] == ["amy@x.example"]
    with making(clock()) as work:
        erase_person(work, person.id, Decision("Amy Chen", WHY))
    with making(clock()) as work:
        left = work.session.scalars(select(NoticeChoice.address)).all()
        assert left == ["boss@x.example"]


def test_a_wrong_row_that_names_them_as_manager_is_not_theirs(
    app: Flask, clock: StillClock
) -> None:
    assert HOLDINGS["people_import_row"].cell == (list(LABELS).index("email"), len(LABELS))
    with making(clock()) as work:
        here = make_organisation(work, "contoso")
        person = make_person(work, here, "Ann", "ann@x.example")
    ben = ("9", "Ben", "", "", "")
    rows = (ben, ("7", "", "ann@x.example", "Sales", ""), ("8", "", "", "Sales", "ann@x.example"))
    import_people(clock(), here, people_sheet(*rows), good_rows=True)
    held = held_on_person(person.id, clock()).tables["people_import_row"]
    assert [row["number"] for row in held] == [3]
    with making(clock()) as work:
        erase_person(work, person.id, Decision("Ann", WHY))
    with making(clock()) as work:
        found = select(PeopleImportRow.cells).order_by(PeopleImportRow.number).offset(1)
        own, other = work.session.scalars(found)
        gone = f"{person.id.hex}@erased.invalid"
        assert (own, other) == (None, ["8", "", "", "", "Sales", gone, "", ""])


def test_an_edit_that_read_them_before_writes_nothing_after(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        person = make_person(work, make_organisation(work, "contoso"), "Ann", "ann@x.example")
    with pytest.raises(Conflict, match="erased"), making(clock()) as late:
        read = late.session.get_one(type(person), person.id)
        late.session.commit()
        with making(clock()) as work:
            erase_person(work, person.id, Decision("Ann", WHY))
        assert read.erased_at is None
        edit_person(late, person.id, PersonFacts("Ann Again"))
