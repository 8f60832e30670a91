"""A3: benefits of a grant are for faculty and staff; discounts are answered with a sealed code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_imagine import (
    make_academic_shop,
    make_granted,
    make_placed_person,
    make_school,
)
from tests.support.making_orders import Shop
from vlms.academy.benefits import benefits
from vlms.academy.errors import AcademyRefused, NotEligible
from vlms.academy.models.benefits import BenefitRequestState
from vlms.academy.models.packs import Pack
from vlms.academy.queries.benefits import benefit_use, get_grant, voucher_use
from vlms.academy.service.benefits import grant_benefit, refuse_benefit, reveal, take_benefit
from vlms.academy.service.forgetting import forget_benefit_codes
from vlms.accounts.models import Person, PlaceRole
from vlms.audit.models import AuditDetail, AuditEntry
from vlms.core import scope
from vlms.core.errors import BadInput, Conflict, Forbidden, NotFound
from vlms.core.permissions import Role
from vlms.core.work import Actor
from vlms.keys.queries import count_usable
from vlms.keys.service.shredding import why_not_shredded
from vlms.notices.models import OutboxMessage

CODE = "MCT-2026-AB12CD"


@dataclass(frozen=True)
class Scene:
    shop: Shop
    pack: Pack
    teacher: Person
    student: Person


def make_scene(clock: StillClock) -> Scene:
    with making(clock()) as work:
        shop = make_academic_shop(work)
        school = make_school(work, shop, "Science")
        teacher = make_placed_person(work, shop, school, "Tess Teacher")
        student = make_placed_person(work, shop, school, "Sam", PlaceRole.STUDENT)
    return Scene(shop, make_granted(shop, clock()), teacher, student)


def test_content_is_opened_at_once_and_a_discount_waits(app: Flask, clock: StillClock) -> None:
    scene = make_scene(clock)
    with scene.shop.buying(clock()) as work:
        opened = take_benefit(work, scene.pack.id, "moac", scene.teacher.id)
        asked = take_benefit(work, scene.pack.id, "microsoft-press", scene.teacher.id, "a course")
        assert opened.state is BenefitRequestState.GRANTED
        assert asked.state is BenefitRequestState.ASKED
        used = {
            use.benefit.key: (use.used, use.waiting)
            for use in benefit_use(work.session, scene.pack.id)
        }
        assert used["moac"] == (1, 0)
        assert used["microsoft-press"] == (0, 1)
        mails = work.session.scalars(select(OutboxMessage.template)).all()
    assert len(used) == len(benefits()) == 6
    with making(clock()) as work:
        mails = work.session.scalars(select(OutboxMessage.template)).all()
        assert mails.count("benefit_asked") == 1


def test_students_have_no_benefits_of_a_grant(app: Flask, clock: StillClock) -> None:
    scene = make_scene(clock)
    with pytest.raises(NotEligible) as refusal, scene.shop.buying(clock()) as work:
        take_benefit(work, scene.pack.id, "moac", scene.student.id)
    assert refusal.value.rule == "A3"


def test_staff_have_them(app: Flask, clock: StillClock) -> None:
    scene = make_scene(clock)
    with making(clock()) as work:
        school = make_school(work, scene.shop, "Library")
        clerk = make_placed_person(work, scene.shop, school, "Cleo Clerk", PlaceRole.STAFF)
        take_benefit(work, scene.pack.id, "moc", clerk.id)


def test_nobody_has_a_benefit_twice_but_a_refused_one_can_be_asked_again(
    app: Flask, clock: StillClock
) -> None:
    scene = make_scene(clock)
    with scene.shop.buying(clock()) as work:
        asked = take_benefit(work, scene.pack.id, "mct-programme", scene.teacher.id)
    with pytest.raises(Conflict), scene.shop.buying(clock()) as work:
        take_benefit(work, scene.pack.id, "mct-programme", scene.teacher.id)
    with scene.shop.operating(clock()) as work:
        refuse_benefit(work, asked.id, "not a trainer yet")
    with scene.shop.buying(clock()) as work:
        take_benefit(work, scene.pack.id, "mct-programme", scene.teacher.id)


def test_nothing_is_taken_of_a_grant_that_is_over(app: Flask, clock: StillClock) -> None:
    scene = make_scene(clock)
    clock.set(scene.pack.expires_at)
    with pytest.raises(AcademyRefused, match="IA-000001"), scene.shop.buying(clock()) as work:
        take_benefit(work, scene.pack.id, "moac", scene.teacher.id)
    with making(clock()) as work:
        use = voucher_use(get_grant(work.session, scene.pack.id), clock())
        assert (use.free, use.is_over) == (30, True)


def test_the_programmes_code_is_sealed_and_shown_to_the_asker_alone(
    app: Flask, clock: StillClock
) -> None:
    scene = make_scene(clock)
    with scene.shop.buying(clock()) as work:
        asked = take_benefit(work, scene.pack.id, "mct-programme", scene.teacher.id)
    with scene.shop.operating(clock()) as work:
        answered = grant_benefit(work, asked.id, f" {CODE} ", "enter it at the checkout")
        assert (answered.state, answered.code_last4) == (BenefitRequestState.GRANTED, "12CD")
        assert CODE.encode() not in (answered.sealed_code or b"")
    with scene.shop.buying(clock()) as work:
        request = work.session.get_one(type(asked), asked.id)
        assert reveal(work, request) == CODE
    with pytest.raises(Forbidden), scene.shop.buying(clock(), scene.shop.second_admin) as work:
        reveal(work, work.session.get_one(type(asked), asked.id))
    with making(clock()) as work:
        shown = select(AuditEntry).where(AuditEntry.action == "benefit.revealed")
        assert len(work.session.scalars(shown).all()) == 1
        told = work.session.scalars(select(AuditDetail)).all()
        assert CODE not in "".join(f"{one.before}{one.after}" for one in told)
        mails = work.session.scalars(select(OutboxMessage)).all()
        assert CODE not in "".join(f"{mail.facts}" for mail in mails)
        assert [mail.to_address for mail in mails if mail.template == "benefit_answered"] == [
            scene.shop.admin.email
        ]


def test_the_programmes_code_goes_90_days_after_the_grant_ended(
    app: Flask, clock: StillClock
) -> None:
    """C8: not an hour before, and only what is sealed; that there was one is still seen."""
    scene = make_scene(clock)
    with scene.shop.buying(clock()) as work:
        asked = take_benefit(work, scene.pack.id, "mct-programme", scene.teacher.id)
    with scene.shop.operating(clock()) as work:
        grant_benefit(work, asked.id, CODE)
    for hours, count in ((-1, 0), (0, 1), (1, 0)):
        clock.set(scene.pack.expires_at + timedelta(days=90, hours=hours))
        assert forget_benefit_codes(lambda: making(clock())) == count
    with pytest.raises(AcademyRefused, match="no longer kept"), scene.shop.buying(clock()) as work:
        request = work.session.get_one(type(asked), asked.id)
        assert (request.sealed_code, request.code_last4) == (None, "12CD")
        reveal(work, request)
    with making(clock()) as work:
        told = AuditEntry.action == "benefit.text_removed"
        assert [
            entry.record_id for entry in work.session.scalars(select(AuditEntry).where(told))
        ] == [asked.id]


def test_while_a_grant_runs_the_key_of_its_benefits_codes_is_not_dropped(
    app: Flask, clock: StillClock
) -> None:
    scene = make_scene(clock)
    with scene.shop.buying(clock()) as work:
        asked = take_benefit(work, scene.pack.id, "mct-programme", scene.teacher.id)
    with scene.shop.operating(clock()) as work:
        grant_benefit(work, asked.id, CODE)
    owner = scene.pack.organisation_id
    last = scene.pack.expires_at - timedelta(seconds=1)
    with making(last) as work:
        assert count_usable(work.session, owner, last) == 1
        refusal = why_not_shredded(work.session, owner, last)
        assert refusal is not None
        assert refusal.reason == "codes_usable"
        assert why_not_shredded(work.session, owner, scene.pack.expires_at) is None


def test_of_two_answers_at_once_one_counts(app: Flask, clock: StillClock) -> None:
    scene = make_scene(clock)
    with scene.shop.buying(clock()) as work:
        asked = take_benefit(work, scene.pack.id, "mct-programme", scene.teacher.id)
    with scene.shop.operating(clock()) as work:
        grant_benefit(work, asked.id, CODE)
    with pytest.raises(Conflict), scene.shop.operating(clock()) as work:
        refuse_benefit(work, asked.id, "too late")


def test_only_the_operator_answers_and_never_with_the_code_in_the_words(
    app: Flask, clock: StillClock
) -> None:
    scene = make_scene(clock)
    with scene.shop.buying(clock()) as work:
        asked = take_benefit(work, scene.pack.id, "mct-programme", scene.teacher.id)
    with pytest.raises(Forbidden), scene.shop.buying(clock()) as work:
        grant_benefit(work, asked.id, CODE)
    with pytest.raises(BadInput), scene.shop.operating(clock()) as work:
        grant_benefit(work, asked.id, CODE, f"your code is {CODE}")
    with pytest.raises(BadInput), scene.shop.operating(clock()) as work:
        refuse_benefit(work, asked.id, "  ")


def test_a_coordinator_sees_and_asks_for_their_own_school_alone(
    app: Flask, clock: StillClock
) -> None:
    scene = make_scene(clock)
    with making(clock()) as work:
        other = make_school(work, scene.shop, "Arts")
    coordinator = Actor(
        "Cora",
        scene.shop.second_admin.id,
        scene.shop.customer.id,
        frozenset({Role.SCHOOL_COORDINATOR}),
    )
    arts = scope.Organisation(scene.shop.customer.id, school_ids=frozenset({other.id}))
    science = scope.Organisation(
        scene.shop.customer.id, school_ids=frozenset({scene.teacher.school_id or other.id})
    )
    with pytest.raises(NotFound), making(clock(), coordinator, arts) as work:
        take_benefit(work, scene.pack.id, "moac", scene.teacher.id)
    with making(clock(), coordinator, science) as work:
        take_benefit(work, scene.pack.id, "moac", scene.teacher.id)
    with making(clock(), coordinator, arts) as work:
        assert {use.used for use in benefit_use(work.session, scene.pack.id)} == {0}
