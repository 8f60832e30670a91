"""What no file can be made of is refused when asked, or says why; no code in a reason (C8)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.exporting_codes import ask, export_now, make
from tests.support.making import making
from tests.support.making_codes import make_agreement
from tests.support.making_disclosures import (
    ANN,
    BEN,
    Kept,
    as_admin,
    make_kept,
)
from vlms.accounts.models import Organisation, RoleGrant, User
from vlms.codes.models import Code
from vlms.codes.queries import CodeFilter
from vlms.core.errors import BadInput, DomainError
from vlms.core.language import Language
from vlms.core.packed_text import unpack_text
from vlms.core.permissions import Role
from vlms.core.text import _
from vlms.disclosures.errors import DisclosureRefused
from vlms.disclosures.models import CodeExport, ExportState
from vlms.disclosures.service import asking, deciding
from vlms.disclosures.service.asking import Wish, ask_export
from vlms.disclosures.service.export_mail import list_deciders
from vlms.disclosures.service.making import make_file
from vlms.disclosures.service.showing import show_one
from vlms.disclosures.service.voiding_left import void_left


def ask_for(clock: StillClock, kept: Kept, form: str) -> CodeExport:
    with making(clock(), *as_admin(kept.users[ANN], kept.organisation_id)) as work:
        return ask_export(work, Wish(CodeFilter(), {}, form, Language.ENGLISH, "for lab 3"))


@pytest.mark.parametrize("form", ["pdf", "csv"])
def test_more_than_paper_holds_is_refused_for_paper_alone(
    app: Flask, clock: StillClock, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    kept = make_kept(clock())
    monkeypatch.setattr(asking, "MOST_ON_PAPER", 2)
    if form == "csv":
        assert ask_for(clock, kept, form).code_count == 3
        return
    with pytest.raises(DisclosureRefused) as refused:
        ask_for(clock, kept, form)
    assert (refused.value.reason, refused.value.field) == ("too_many_for_pdf", "form")


def test_as_many_as_paper_holds_are_taken_out_as_pdf(
    app: Flask, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = make_kept(clock())
    monkeypatch.setattr(asking, "MOST_ON_PAPER", 3)
    export_id = ask_for(clock, kept, "pdf").id
    make(clock, export_id)
    assert export_now(clock, export_id).state is ExportState.READY


def check_failed(clock: StillClock, kept: Kept, export_id: UUID, words: str) -> None:
    found = export_now(clock, export_id)
    assert (found.state, found.part_count) == (ExportState.FAILED, 0)
    assert found.refusal is not None
    assert words in str(unpack_text(found.refusal["sentence"]))
    with making(clock()) as work:
        marked = select(Code.id).where(Code.taken_out_at.is_not(None))
        assert work.session.scalars(marked).all() == []


def test_a_code_that_does_not_open_fails_the_file_in_its_own_words(
    app: Flask, clock: StillClock
) -> None:
    kept = make_kept(clock())
    export_id = ask(clock, kept)
    with making(clock()) as work:
        first, second = (work.session.get_one(Code, key) for key in kept.free[:2])
        first.sealed_text = second.sealed_text
    make(clock, export_id)
    check_failed(clock, kept, export_id, "cannot be opened with the keys")


def test_a_file_that_cannot_be_drawn_fails_in_its_own_words(app: Flask, clock: StillClock) -> None:
    kept = make_kept(clock())
    export_id = ask(clock, kept)

    def draw(_export: CodeExport, _rows: Sequence[tuple[Code, str]]) -> bytes:
        raise BadInput(None, _("A PDF list holds at most %(limit)s rows.", limit=2))

    with making(clock()) as work:
        make_file(work, export_id, draw)
    check_failed(clock, kept, export_id, "at most 2 rows")


def test_a_reason_in_which_a_code_stands_is_refused(app: Flask, clock: StillClock) -> None:
    kept = make_kept(clock())
    why = f"for {kept.texts[0]} in room 3"
    waiting = ask(clock, kept, limit=2)
    with making(clock(), *as_admin(kept.users[BEN], kept.organisation_id)) as work:
        for act in (
            lambda: ask_export(work, Wish(CodeFilter(), {}, "csv", Language.ENGLISH, why)),
            lambda: show_one(work, kept.free[0], why),
            lambda: void_left(work, waiting, why),
            lambda: deciding.decline(work, waiting, why),
        ):
            with pytest.raises(DomainError) as refused:
                act()
            assert (refused.value.reason, refused.value.field) == ("reason_holds_code", "reason")
        show_one(work, kept.free[0], "for B-000012/7 in room 3")
        deciding.decline(work, waiting, "ask for B-000012/7 alone")


def deciders(clock: StillClock, export_id: UUID) -> list[str]:
    return [user.email for user in list_deciders(export_now(clock, export_id))]


def test_whoever_was_only_invited_decides_about_nothing(app: Flask, clock: StillClock) -> None:
    kept = make_kept(clock())
    export_id = ask(clock, kept, limit=2)
    assert deciders(clock, export_id) == [BEN]
    with making(clock()) as work:
        work.session.get_one(User, kept.users[BEN]).password_hash = None
    assert deciders(clock, export_id) == []
    clock.move(minutes=10)
    with pytest.raises(DisclosureRefused) as refused:
        ask(clock, kept, limit=2)
    assert refused.value.reason == "nobody_to_decide"


def test_who_is_told_to_decide_may_in_all_that_they_see(app: Flask, clock: StillClock) -> None:
    """The role rests while somebody's places differ in their roles."""
    kept = make_kept(clock())
    export_id = ask(clock, kept, limit=2)
    with making(clock()) as work:
        place = work.session.get_one(Organisation, kept.organisation_id)
        export = work.session.get_one(CodeExport, export_id)
        other = make_agreement(work, place)
        grants = select(RoleGrant).where(RoleGrant.user_id == kept.users[BEN])
        work.session.scalars(grants).one().agreement_id = export.agreement_id
        work.flush()
        both = [
            RoleGrant(
                organisation_id=place.id,
                user_id=kept.users[BEN],
                role=Role.AUDITOR,
                agreement_id=other.id,
                granted_at=work.now,
            )
        ]
    assert deciders(clock, export_id) == [BEN]
    with making(clock()) as work:
        work.session.add_all(both)
    assert deciders(clock, export_id) == []
