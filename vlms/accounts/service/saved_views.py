"""Keeps what a user asks of a list, under a name; everybody has their own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from vlms.accounts.errors import AlreadyThere
from vlms.accounts.models import SavedView
from vlms.accounts.saved_view_queries import get_view, list_views
from vlms.core.errors import BadInput
from vlms.core.text import _
from vlms.core.work import Work

MOST_VIEWS = 20


@dataclass(frozen=True)
class Asked:
    """A list, by its endpoint, and the arguments of its address."""

    endpoint: str
    arguments: str


def keep_view(work: Work, asked: Asked, name: str) -> SavedView:
    """Keep a view of a list; under a name of before the new one takes its place.

    Raises BadInput when the user has as many of this list as may be kept, AlreadyThere when
    another one gets this name at the same moment.
    """
    mine = _mine(work, asked.endpoint)
    for view in mine:
        if view.name == name:
            work.does("saved_view.changed")
            view.asked = asked.arguments
            return view
    if len(mine) >= MOST_VIEWS:
        raise BadInput(
            None,
            _("You keep %(count)s views of this list already.", count=MOST_VIEWS),
            field="name",
            way_out=_("Delete one that you no longer need."),
        )
    work.does("saved_view.kept")
    view = SavedView(
        organisation_id=work.actor.organisation_id,
        user_id=work.actor.user_id,
        endpoint=asked.endpoint,
        name=name,
        asked=asked.arguments,
    )
    with _name_is_free(work):
        work.session.add(view)
    return view


def rename_view(work: Work, view_id: UUID, name: str) -> SavedView:
    """Raises NotFound for another user's, AlreadyThere when a view has this name."""
    view = get_view(work.session, view_id, work.actor)
    if any(one.name == name and one.id != view.id for one in _mine(work, view.endpoint)):
        raise _taken()
    work.does("saved_view.changed")
    with _name_is_free(work):
        view.name = name
    return view


@contextmanager
def _name_is_free(work: Work) -> Iterator[None]:
    """The database has the last word: of two of one name the later is refused."""
    try:
        with work.session.begin_nested():
            yield
    except IntegrityError as error:
        raise _taken() from error


def _taken() -> AlreadyThere:
    return AlreadyThere(
        None,
        _("You have a view of this name already."),
        field="name",
        way_out=_("Choose another name."),
    )


def delete_view(work: Work, view_id: UUID) -> None:
    """Raises NotFound for another user's."""
    view = get_view(work.session, view_id, work.actor)
    work.does("saved_view.deleted")
    work.session.delete(view)


def _mine(work: Work, endpoint: str) -> list[SavedView]:
    views = list_views(work.session, work.actor)
    return [view for view in views if view.endpoint == endpoint]
