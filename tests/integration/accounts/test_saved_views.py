"""Views of lists: one of a name, whoever is first; listed and deleted by a command."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, make_role, making
from tests.support.racing import race, winners
from vlms.accounts.cli import views
from vlms.accounts.errors import AlreadyThere
from vlms.accounts.models import SavedView
from vlms.accounts.service import saved_views as service
from vlms.accounts.service.saved_views import Asked, keep_view, rename_view
from vlms.core.errors import NotFound
from vlms.core.permissions import Role
from vlms.core.scope import Organisation
from vlms.core.work import Actor, Work

ANN, BEN = "ann@contoso.example", "ben@contoso.example"
CODES = Asked("codes.index", "state=available")


@contextmanager
def as_ann(clock: StillClock, ids: tuple[UUID, UUID]) -> Iterator[Work]:
    user_id, organisation_id = ids
    actor = Actor("Ann", user_id, organisation_id, frozenset({Role.LICENSING_ADMIN}))
    with making(clock(), actor, Organisation(organisation_id)) as work:
        yield work


@pytest.fixture
def ids(app: Flask, clock: StillClock) -> tuple[UUID, UUID]:
    """Ann's key and that of contoso; she works for fabrikam too."""
    with making(clock()) as work:
        contoso, fabrikam = make_organisation(work, "contoso"), make_organisation(work, "fabrikam")
        ann = make_member(work, contoso, Role.LICENSING_ADMIN, ANN)
        make_role(work, fabrikam, ann, Role.FINANCE)
        make_member(work, contoso, Role.LICENSING_ADMIN, BEN)
        return ann.id, contoso.id


def names(clock: StillClock) -> list[str]:
    with making(clock()) as work:
        return sorted(work.session.scalars(select(SavedView.name)))


def test_of_two_that_get_one_name_at_once_the_later_is_refused_with_a_sentence(
    app: Flask, clock: StillClock, ids: tuple[UUID, UUID]
) -> None:
    def keep() -> object:
        with as_ann(clock, ids) as work:
            return keep_view(work, CODES, "Mine").id

    results = race(app, [keep] * 4)
    assert winners(results)
    refused = [one for one in results if isinstance(one, AlreadyThere)]
    assert len(refused) + len(winners(results)) == 4
    assert names(clock) == ["Mine"]


def test_a_name_that_was_taken_after_it_was_looked_for_is_refused(
    app: Flask, clock: StillClock, ids: tuple[UUID, UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the race meets on PostgreSQL, on both databases: nobody else is seen yet."""
    with as_ann(clock, ids) as work:
        keep_view(work, CODES, "Mine")
        other = keep_view(work, CODES, "Other").id
    monkeypatch.setattr(service, "_mine", lambda _work, _endpoint: [])
    with pytest.raises(AlreadyThere, match="a view of this name"), as_ann(clock, ids) as work:
        keep_view(work, CODES, "Mine")
    with pytest.raises(AlreadyThere, match="a view of this name"), as_ann(clock, ids) as work:
        rename_view(work, other, "Mine")
    assert names(clock) == ["Mine", "Other"]


def run(app: Flask, *words: str) -> Result:
    return CliRunner().invoke(views, words, obj=lambda: app, catch_exceptions=False)


def test_a_user_lists_and_deletes_their_own_views(
    app: Flask, clock: StillClock, ids: tuple[UUID, UUID]
) -> None:
    with as_ann(clock, ids) as work:
        view_id = keep_view(work, CODES, "Mine").id
    (found,) = json.loads(run(app, "list", "--as", ANN, "--json").stdout)
    assert found == {
        "id": str(view_id),
        "organisation": "contoso",
        "list": "codes",
        "name": "Mine",
        "asked": "state=available",
    }
    assert json.loads(run(app, "list", "--as", BEN, "--json").stdout) == []
    for wrong, user in ((str(uuid4()), ANN), (str(view_id), BEN)):
        with pytest.raises(NotFound):
            run(app, "delete", wrong, "--as", user)
    assert run(app, "delete", str(view_id), "--as", ANN).output == "Deleted.\n"
    assert names(clock) == []
