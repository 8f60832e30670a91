"""Who works for some agreements or schools only, works on nothing of the whole organisation."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.orm import Session

from vlms.core.errors import BadInput, Forbidden
from vlms.core.scope import Organisation
from vlms.core.text import Text, _
from vlms.core.work import Work


def require_whole_organisation(work: Work) -> None:
    """Raises Forbidden for an actor whose roles are limited to agreements or schools."""
    if _limit(work) is not None:
        raise _limited(_("Your role covers some agreements only, not the whole organisation."))
    if school_limit(work.session) is not None:
        raise _limited(_("Your role covers some schools only, not the whole organisation."))


def require_agreements(work: Work, agreement_ids: Collection[UUID]) -> None:
    """None stand for the whole organisation. Raises Forbidden beyond the actor's own."""
    limit = _limit(work)
    if limit is not None and not (agreement_ids and limit.issuperset(agreement_ids)):
        raise _limited(_("Your role covers some agreements only, not the whole organisation."))


def require_school_of(work: Work, school_id: UUID | None) -> None:
    """`school_id` is a person's own school. Raises Forbidden where it is not the actor's."""
    if not is_own_school(work.session, school_id):
        raise Forbidden(
            None,
            _("This person's own school is another one, which alone changes what stands here."),
            reason="other_school",
            way_out=_("Ask its school coordinator, or a licensing admin."),
        )


def require_school_chosen(work: Work, school_id: UUID | None) -> None:
    """Raises BadInput where a school's people would put somebody outside their schools."""
    if not is_own_school(work.session, school_id):
        raise BadInput(
            None,
            _("You work for some schools only, and this is none of them."),
            field="school_id",
            way_out=_("Choose one of your schools."),
        )


def is_own_school(session: Session, school_id: UUID | None) -> bool:
    """Whether who works in this session may change what is of this school (None: of none)."""
    limit = school_limit(session)
    return limit is None or school_id in limit


def school_limit(session: Session) -> frozenset[UUID] | None:
    """The schools that the session is limited to; None: it is not."""
    scope = session.info["scope"]
    return scope.school_ids if isinstance(scope, Organisation) else None


def _limit(work: Work) -> frozenset[UUID] | None:
    scope = work.session.info["scope"]
    return scope.agreement_ids if isinstance(scope, Organisation) else None


def _limited(sentence: Text) -> Forbidden:
    return Forbidden(None, sentence, way_out=_("Ask an administrator of the whole organisation."))
