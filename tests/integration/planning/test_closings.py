"""Closing certificates: to the unit and to the cent, written once, signed for good."""

from __future__ import annotations

import io
from datetime import date, timedelta
from functools import partial
from uuid import UUID

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_organisation, making
from tests.support.making_closings import end_agreement, latest_closing, make_every_end
from tests.support.making_codes import make_agreement
from tests.support.making_orders import Shop, make_shop
from tests.support.making_packs import make_pack, make_quota, make_site_pack
from tests.support.making_schools import make_school
from vlms.accounts.models import OrganisationKind
from vlms.agreements.models import Agreement
from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import State
from vlms.core.errors import BadInput, Conflict, Forbidden
from vlms.core.language import Language
from vlms.core.permissions import Role
from vlms.core.scoping import guarded_update
from vlms.core.work import key_ring
from vlms.notices.models import OutboxMessage
from vlms.orders.models import OrderLine
from vlms.planning.closing_papers import make_papers, paper_of
from vlms.planning.models.closings import Closing
from vlms.planning.queries.closing_figures import draw
from vlms.planning.queries.closings import find_latest, list_closings
from vlms.planning.rules.closing import End, digest_of, faults_of
from vlms.planning.service.closing_proof import Proof, open_paper, prove_file, prove_number
from vlms.planning.service.closing_sweep import close_now, sweep_closings
from vlms.planning.service.closings import draw_so_far, sign_closing


def _sweep(clock: StillClock) -> int:
    return sweep_closings(partial(making, clock()))


def _counts(closing: Closing) -> dict[str, int]:
    (row,) = closing.content["rows"]
    return {end: pair[0] for end, pair in row["ends"].items()}


def _signed(clock: StillClock, shop: Shop) -> UUID:
    with making(clock()) as work:
        closing = latest_closing(work, shop)
        sign_closing(work, closing.id, closing.digest, make_papers)
        return closing.id


def test_what_was_paid_is_the_sum_of_what_became_of_it(app: Flask, clock: StillClock) -> None:
    shop = make_every_end(clock)
    end_agreement(clock, shop)
    assert _sweep(clock) == 1
    with making(clock()) as work:
        closing = latest_closing(work, shop)
        assert closing.faults == []
        # The replaced code and its replacement are one of the seven; the latter lapsed.
        assert _counts(closing) == {
            "booked": 1,
            "forfeited": 1,
            "lapsed": 3,
            "used": 1,
            "void": 1,
        }
        line = work.session.scalars(select(OrderLine)).one()
        (row,) = closing.content["rows"]
        assert sum(minor for _count, minor in row["ends"].values()) == line.amount_minor
        assert row["given"] == 4
        (following,) = closing.content["next"]
        assert (following["spent"], following["units"]) == (3, 1)
        assert following["quantity"] == -(-3 * 12 // following["months"])


def test_schools_packs_and_grants_have_rows_of_their_own(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        campus = make_organisation(work, "campus", OrganisationKind.ACADEMIC)
        agreement = make_agreement(work, campus, last_day=date(2026, 12, 31))
        pack = make_pack(work, agreement, make_site_pack(work, units=10), 10)
        pack.line.amount_minor, pack.line.quantity = 1003, 2
        north = make_school(work, campus, "North")
        quota = make_quota(work, pack, north, 6)
        quota.reserved_count = 1
    with making(clock()) as work:
        drawn = draw(work.session, work.session.get_one(Agreement, agreement.id), clock())
        assert faults_of(drawn.bought, drawn.portions) == []
        found = {
            (one.school, one.end): (one.count, one.minor) for one in drawn.portions if one.count
        }
        # 1003 over twenty exams, of which one pack of ten was never delivered.
        assert found[None, End.UNDELIVERED] == (10, 500)
        assert found["North", End.BOOKED][0] == 1
        assert found["North", End.UNASSIGNED][0] == 5
        assert found[None, End.UNASSIGNED][0] == 4
        assert sum(minor for _count, minor in found.values()) == 1003


@pytest.mark.parametrize("drop", ["code", "charge", "ledger"])
def test_a_certificate_whose_numbers_do_not_add_up_is_withheld_and_says_why(
    app: Flask, clock: StillClock, drop: str
) -> None:
    shop = make_every_end(clock)
    with making(clock()) as work:
        if drop == "code":
            code = select(Code).where(Code.state == State.AVAILABLE).limit(1)
            work.session.delete(work.session.scalars(code).one())
        if drop == "charge":
            line = work.session.scalars(select(OrderLine)).one()
            line.amount_minor = (line.amount_minor or 0) + 1
        if drop == "ledger":
            pack = make_pack(
                work,
                work.session.get_one(Agreement, shop.agreement.id),
                make_site_pack(work, units=9),
                9,
            )
            make_quota(work, pack, None, 6).used_count = 2
    end_agreement(clock, shop)
    _sweep(clock)
    with making(clock()) as work:
        closing = latest_closing(work, shop)
        amiss = [fault["amiss"] for fault in closing.faults]
        assert (
            amiss == {"code": ["count", "value"], "charge": ["charged"], "ledger": ["ledger"]}[drop]
        )
        with pytest.raises(Conflict) as refused:
            sign_closing(work, closing.id, closing.digest, make_papers)
        assert refused.value.reason == "closing_withheld"
        with pytest.raises(Conflict):
            paper_of(work.keys, closing, Language.ENGLISH, "pdf")
        assert (
            work.session.scalars(
                select(OutboxMessage).where(OutboxMessage.template == "closing_ready")
            ).all()
            == []
        )


def test_the_contacts_are_told_once_and_the_sweep_writes_once(
    app: Flask, clock: StillClock
) -> None:
    shop = make_every_end(clock)
    assert _sweep(clock) == 0
    end_agreement(clock, shop)
    assert (_sweep(clock), _sweep(clock)) == (1, 0)
    clock.move(days=1)
    assert _sweep(clock) == 0
    with making(clock()) as work:
        told = select(OutboxMessage).where(OutboxMessage.template == "closing_ready")
        (message,) = work.session.scalars(told)
        assert message.facts["number"] == latest_closing(work, shop).number


def test_what_is_recorded_late_changes_an_unsigned_one_and_supplements_a_signed_one(
    app: Flask, clock: StillClock
) -> None:
    shop = make_every_end(clock)
    end_agreement(clock, shop)
    _sweep(clock)
    with making(clock()) as work:
        seen = latest_closing(work, shop).digest
        (booked,) = work.session.scalars(select(Code).where(Code.state == State.REGISTERED))
        booked.state, booked.ended_at, booked.sealed_text = State.USED, work.now, None
    with pytest.raises(Conflict) as refused, making(clock()) as work:
        sign_closing(work, latest_closing(work, shop).id, seen, make_papers)
    assert refused.value.reason == "closing_changed"
    assert _sweep(clock) == 1
    first = _signed(clock, shop)
    assert _sweep(clock) == 0
    with making(clock()) as work:
        kept = work.session.get_one(Closing, first).content
        (lapsed,) = work.session.scalars(select(Code).where(Code.state == State.ASSIGNED))
        lapsed.state, lapsed.ended_at, lapsed.sealed_text = State.USED, work.now, None
    clock.move(days=20)
    assert _sweep(clock) == 1
    with making(clock()) as work:
        one, two = list_closings(work.session, shop.customer.id, shop.agreement.id)
        assert (one.content, one.sequence, two.sequence) == (kept, 1, 2)
        follows = two.content["follows"]
        assert (follows["number"], follows["digest"]) == (one.number, one.digest)
        changed = {
            change["end"]: (change["before"], change["after"]) for change in follows["changes"]
        }
        assert changed == {"used": (2, 3), "lapsed": (3, 2)}
        assert two.digest == digest_of(two.content) != one.digest


def test_only_one_of_two_who_sign_has_signed(app: Flask, clock: StillClock) -> None:
    shop = make_every_end(clock)
    end_agreement(clock, shop)
    _sweep(clock)
    closing_id = _signed(clock, shop)
    with making(clock()) as work, pytest.raises(Conflict) as refused:
        closing = work.session.get_one(Closing, closing_id)
        sign_closing(work, closing_id, closing.digest, make_papers)
    assert refused.value.reason == "closing_signed"


def test_finance_reads_and_does_not_sign(app: Flask, clock: StillClock) -> None:
    shop = make_every_end(clock)
    end_agreement(clock, shop)
    _sweep(clock)
    with shop.acting(Role.FINANCE, clock()) as work, pytest.raises(Forbidden):
        closing = latest_closing(work, shop)
        sign_closing(work, closing.id, closing.digest, make_papers)
    with shop.acting(Role.LICENSING_ADMIN, clock()) as work:
        closing = latest_closing(work, shop)
        assert sign_closing(work, closing.id, closing.digest, make_papers).is_signed


def test_a_signed_certificate_proves_itself_by_number_and_by_file(
    app: Flask, clock: StillClock
) -> None:
    shop = make_every_end(clock)
    end_agreement(clock, shop)
    _sweep(clock)
    with making(clock()) as work:
        number = latest_closing(work, shop).number
        assert prove_number(work.session, work.keys, number).proof is Proof.UNSIGNED
    _signed(clock, shop)
    with making(clock()) as work:
        closing = latest_closing(work, shop)
        assert {(p.language, p.form) for p in closing.papers} == {
            (language, form) for language in Language for form in ("pdf", "xlsx")
        }
        for paper in closing.papers:
            body = open_paper(work.keys, closing, paper)
            assert prove_file(work.session, work.keys, body).proof is Proof.SIGNED
            with pytest.raises(BadInput):
                prove_file(work.session, work.keys, body + b" ")
        book = load_workbook(io.BytesIO(paper_of(work.keys, closing, Language.ENGLISH, "xlsx")))
        cells = [str(cell.value) for sheet in book for row in sheet for cell in row]
        assert closing.digest in cells
        assert closing.number in cells


@pytest.mark.parametrize("column", ["content", "digest", "signed_name", "signed_at", "seal"])
def test_whatever_is_changed_in_the_database_afterwards_is_found(
    app: Flask, clock: StillClock, column: str
) -> None:
    shop = make_every_end(clock)
    end_agreement(clock, shop)
    _sweep(clock)
    closing_id = _signed(clock, shop)
    with making(clock()) as work:
        closing = work.session.get_one(Closing, closing_id)
        forged = {
            "content": {**closing.content, "until": "2099-01-01"},
            "digest": "0" * 64,
            "signed_name": "Mallory",
            "signed_at": clock() - timedelta(days=1),
            "seal": b"x" * 80,
        }
        guarded_update(work.session, Closing, Closing.id == closing_id, **{column: forged[column]})
    with making(clock()) as work:
        number = latest_closing(work, shop).number
        assert prove_number(work.session, key_ring(), number).proof is Proof.CHANGED


def test_before_the_last_day_it_is_drawn_as_so_far_and_not_kept(
    app: Flask, clock: StillClock
) -> None:
    shop = make_every_end(clock)
    with making(clock()) as work:
        agreement = work.session.get_one(Agreement, shop.agreement.id)
        closing = draw_so_far(work.session, agreement, clock())
        assert closing.number == ""
        assert _counts(closing)["unassigned"] == 2
        for language in Language:
            assert paper_of(work.keys, closing, language, "pdf").startswith(b"%PDF")
        with pytest.raises(Conflict) as refused:
            close_now(work, agreement.id)
        assert refused.value.reason == "not_ended"
    with making(clock()) as work:
        assert find_latest(work.session, shop.agreement.id) is None


def test_an_agreement_of_which_nothing_was_ordered_has_no_certificate(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
    end_agreement(clock, shop)
    assert _sweep(clock) == 0
