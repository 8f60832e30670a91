"""Finds the views of lists that somebody keeps for themselves."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from vlms.accounts.models import SavedView
from vlms.core.errors import NotFound
from vlms.core.text import _
from vlms.core.work import Actor


def list_views(session: Session, actor: Actor) -> Sequence[SavedView]:
    """The views of lists that the actor keeps in this workspace, by list and name."""
    statement = _views_of(actor).order_by(SavedView.endpoint, SavedView.name)
    return session.scalars(statement).all()


def get_view(session: Session, view_id: UUID, actor: Actor) -> SavedView:
    """Raises NotFound, also for somebody else's."""
    view = session.scalar(_views_of(actor).where(SavedView.id == view_id))
    if view is None:
        raise NotFound(None, _("You have no such view here."))
    return view


def list_views_of(session: Session, user_id: UUID) -> Sequence[SavedView]:
    """A user's views in all their workspaces, by workspace, list and name."""
    statement = select(SavedView).where(SavedView.user_id == user_id)
    order = (SavedView.organisation_id, SavedView.endpoint, SavedView.name)
    return session.scalars(statement.order_by(*order)).all()


def _views_of(actor: Actor) -> Select[SavedView]:
    return select(SavedView).where(
        SavedView.organisation_id == actor.organisation_id, SavedView.user_id == actor.user_id
    )
