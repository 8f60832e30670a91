"""Of two tabs that let one kept file do its work at the same moment, one does."""

from __future__ import annotations

from uuid import UUID

from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_user, making
from tests.support.racing import race, winners
from vlms.accounts.queries import find_user
from vlms.core.once import AlreadyDone
from vlms.core.uploads import Upload, drop_upload, get_upload, keep_upload
from vlms.core.work import Actor, Work

EMAIL, PURPOSE, TABS = "ada@contoso.example", "test", 4


def as_ada(work: Work) -> Actor:
    user = find_user(work.session, EMAIL)
    assert user is not None
    return Actor(user.name, user.id)


def make_file(clock: StillClock) -> UUID:
    with making(clock()) as work:
        make_user(work, EMAIL, "Ada")
    with making(clock()) as work:
        work.actor = as_ada(work)
        file = ("a.csv", b"a")
        return keep_upload(work, PURPOSE, file, organisation_id=None, remark="").id


def test_a_file_does_its_work_once_in_however_many_tabs(app: Flask, clock: StillClock) -> None:
    key = make_file(clock)

    def use() -> str:
        with making(clock()) as work:
            work.actor = as_ada(work)
            drop_upload(work, get_upload(work.session, key, PURPOSE, (work.actor, work.now)))
            return "used"

    found = race(app, [use] * TABS)
    assert winners(found) == ["used"]
    assert sum(isinstance(one, AlreadyDone) for one in found) == TABS - 1
    with making(clock()) as work:
        assert work.session.get(Upload, key) is None
