"""A person whose address was wrong is written to again, at the right one (C2)."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from tests.integration.codes.giving import Scene, make_scene
from tests.support.clock import StillClock
from tests.support.making import making
from vlms.accounts.links import get_open_link, link_path
from vlms.accounts.models import LinkPurpose, OneTimeLink
from vlms.accounts.service import correct_address
from vlms.codes.queries import get_code
from vlms.codes.service.assigning import start_assign
from vlms.codes.service.claiming import open_claim
from vlms.codes.service.reserving import reserve_this
from vlms.core.errors import NotFound
from vlms.core.scope import Organisation
from vlms.notices.models import OutboxMessage

OLD, RIGHT = "ann@contoso.example", "anne@contoso.example"


def give(clock: StillClock, scene: Scene, *code_ids: UUID) -> None:
    with making(clock()) as work:
        for code_id in code_ids:
            reserve_this(work, code_id, scene.ann, confirmed=True)
            start_assign(work, code_id)


def correct(clock: StillClock, scene: Scene) -> None:
    """As a licensing admin does, some time later."""
    with making(clock.move(hours=1), scope=Organisation(scene.organisation.id)) as work:
        correct_address(work, scene.ann, RIGHT, "mistyped")


def mails(clock: StillClock, address: str) -> list[OutboxMessage]:
    with making(clock()) as work:
        found = select(OutboxMessage).where(OutboxMessage.to_address == address)
        return list(work.session.scalars(found.order_by(OutboxMessage.id)))


def opens(clock: StillClock, message: OutboxMessage) -> UUID | None:
    """The code that a mail's link opens; None when it opens nothing any more."""
    with making(clock()) as work:
        link = work.session.get_one(OneTimeLink, message.link_id)
        token = link_path(work.keys.link, link).rpartition("/")[2]
        try:
            get_open_link(work, token, LinkPurpose.CLAIM_CODE)
        except NotFound:
            return None
        found = open_claim(work, token)
        return found.code.id if found else None


def test_the_old_link_is_dead_and_a_new_one_goes_to_the_right_address(
    app: Flask, clock: StillClock
) -> None:
    scene = make_scene(clock, delay=0)
    one, two = scene.codes[0].id, scene.codes[1].id
    give(clock, scene, one, two)
    before = mails(clock, OLD)
    assert [opens(clock, mail) for mail in before] == [one, two]
    correct(clock, scene)
    assert [opens(clock, mail) for mail in before] == [None, None]
    assert {opens(clock, mail) for mail in mails(clock, RIGHT)} == {one, two}
    assert len(mails(clock, OLD)) == 2


@pytest.mark.parametrize("what", ["claimed", "expired", "reserved"])
def test_nothing_is_written_of_a_code_that_waits_for_no_claim(
    app: Flask, clock: StillClock, what: str
) -> None:
    scene = make_scene(clock, delay=30 if what == "reserved" else 0)
    give(clock, scene, scene.codes[0].id)
    with making(clock()) as work:
        code = get_code(work.session, scene.codes[0].id)
        if what == "claimed":
            code.claimed_at = clock()
        if what == "expired":
            code.expires_at = clock() + timedelta(hours=1)
    correct(clock, scene)
    assert mails(clock, RIGHT) == []


def test_a_person_without_an_address_is_written_to_once_there_is_one(
    app: Flask, clock: StillClock
) -> None:
    scene = make_scene(clock, delay=0)
    with making(clock()) as work:
        reserve_this(work, scene.codes[0].id, scene.bob)
        start_assign(work, scene.codes[0].id)
    with making(clock.move(hours=1), scope=Organisation(scene.organisation.id)) as work:
        correct_address(work, scene.bob, RIGHT, "entered")
    (mail,) = mails(clock, RIGHT)
    assert opens(clock, mail) == scene.codes[0].id


def test_every_correction_is_told_with_a_link_of_its_own(app: Flask, clock: StillClock) -> None:
    scene = make_scene(clock, delay=0)
    give(clock, scene, scene.codes[0].id)
    correct(clock, scene)
    with making(clock.move(hours=1)) as work:
        correct_address(work, scene.ann, "third@contoso.example", "mistyped again")
    assert [opens(clock, mail) for mail in mails(clock, RIGHT)] == [None]
    (last,) = mails(clock, "third@contoso.example")
    assert opens(clock, last) == scene.codes[0].id
