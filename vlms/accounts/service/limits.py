"""Who works for some agreements only, works on nothing of the whole organisation."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from vlms.core.errors import Forbidden
from vlms.core.scope import Organisation
from vlms.core.text import _
from vlms.core.work import Work


def require_whole_organisation(work: Work) -> None:
    """Raises Forbidden for an actor whose roles are limited to agreements."""
    if _limit(work) is not None:
        raise _limited()


def require_agreements(work: Work, agreement_ids: Collection[UUID]) -> None:
    """None stand for the whole organisation. Raises Forbidden beyond the actor's own."""
    limit = _limit(work)
    if limit is not None and not (agreement_ids and limit.issuperset(agreement_ids)):
        raise _limited()


def _limit(work: Work) -> frozenset[UUID] | None:
    scope = work.session.info["scope"]
    return scope.agreement_ids if isinstance(scope, Organisation) else None


def _limited() -> Forbidden:
    return Forbidden(
        None,
        _("Your role covers some agreements only, not the whole organisation."),
        way_out=_("Ask an administrator of the whole organisation."),
    )
