"""How many were invited, and how many an import named, is counted without reading them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.support.clock import StillClock
from tests.support.inviting import import_and_invite
from tests.support.making import make_organisation, making
from vlms.accounts.invited_queries import (
    count_imported,
    count_unanswered,
    list_imported,
    list_unanswered,
)
from vlms.accounts.models import Person


def loaded(session: Session, run: Callable[[], object]) -> tuple[object, int]:
    """What it gives, and how many people it left in memory."""
    session.expunge_all()
    found = run()
    people = [one for one in session.identity_map.values() if isinstance(one, Person)]
    return found, len(people)


@pytest.mark.parametrize(("days", "count"), [(1, 2), (3, 0)])
def test_they_are_counted_where_they_stand(
    app: Flask, clock: StillClock, days: int, count: int
) -> None:
    with making(clock()) as work:
        place = make_organisation(work, "contoso")
        work.session.expunge(place)
    done, _count = import_and_invite(clock(), place)
    clock.move(days=2)
    before = clock() - timedelta(days=days)
    with making(clock()) as work:
        session = work.session
        assert loaded(session, lambda: count_unanswered(session, place.id, before)) == (count, 0)
        assert loaded(session, lambda: count_imported(session, done.id)) == (3, 0)
        # The negative control: a list of them is read.
        found, read = loaded(session, lambda: list(list_unanswered(session, place.id, before)))
        assert (len(found), read) == (count, count)  # type: ignore[arg-type]
        assert loaded(session, lambda: len(list_imported(session, done.id)))[0] == 3
