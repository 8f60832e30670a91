"""Decides whether a person may be erased, and names it in the journal (D1)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from vlms.accounts.models import User
from vlms.accounts.queries import get_person, get_user
from vlms.audit.service import journal
from vlms.core.db import reading
from vlms.core.errors import BadInput, Forbidden
from vlms.core.permissions import Permission
from vlms.core.scope import Scope, System, is_narrowed
from vlms.core.text import _
from vlms.core.tokens import new_id
from vlms.core.work import Actor, Work
from vlms.privacy.errors import ErasureRefused
from vlms.privacy.events import ErasureDecided
from vlms.privacy.models import Erasure
from vlms.privacy.queries.concerned import Concerned, concerning_person, concerning_user
from vlms.privacy.queries.plan import Plan, plan_erasure
from vlms.privacy.rules.naming import is_neutral, names_somebody

LOOKING = System("what erasing a person would do")


@dataclass(frozen=True)
class Decision:
    """What whoever erases has typed: the name as it stands there, why, and that codes lapse."""

    typed: str
    reason: str
    lets_codes_lapse: bool = False


def erase_person(work: Work, person_id: UUID, decision: Decision) -> Erasure:
    """D1: one directory entry, and its user unless another organisation has that user too.

    Raises NotFound, Forbidden, BadInput, ErasureRefused.
    """
    require_whole(work.actor, work.session.info["scope"])
    person = get_person(work.session, person_id)
    if person.erased_at is not None:
        raise ErasureRefused("D1", _("This person was erased already."))
    if person.user_id is not None and person.user_id == work.actor.user_id:
        way_out = _("Ask another admin, or the operator.")
        raise ErasureRefused("D1", _("Nobody erases themselves."), way_out=way_out)
    plan = _look(work, person_id=person_id)
    _check(plan, decision, person.name)
    erasure = _write_down(work, plan.who, decision)
    erasure.organisation_id, erasure.person_id = person.organisation_id, person.id
    record = ("person", person.id, person.organisation_id)
    journal(
        work, "person.erased", record, after={"name": plan.who.named.word}, reason=decision.reason
    )
    work.events.append(ErasureDecided(erasure.id, person.id, None))
    return erasure


def erase_user(work: Work, user_id: UUID, decision: Decision) -> Erasure:
    """D1: a user with every directory entry of theirs; for the operator.

    Raises NotFound, Forbidden, BadInput, ErasureRefused.
    """
    if not isinstance(work.session.info["scope"], System):
        raise Forbidden(None, _("Only the operator erases users."))
    user = get_user(work.session, user_id)
    if is_erased_user(user):
        raise ErasureRefused("D1", _("This person was erased already."))
    plan = _look(work, user_id=user_id)
    _check(plan, decision, user.name)
    erasure = _write_down(work, plan.who, decision)
    erasure.user_id = user.id
    record = ("user", user.id, None)
    journal(
        work, "user.erased", record, after={"name": plan.who.named.word}, reason=decision.reason
    )
    work.events.append(ErasureDecided(erasure.id, None, user.id))
    return erasure


def is_erased_user(user: User) -> bool:
    return user.disabled_at is not None and is_neutral(user.email)


def require_whole(actor: Actor, scope: Scope) -> None:
    """Who works for some agreements or schools alone sees too little of a person to erase it.

    Raises Forbidden.
    """
    actor.require(Permission.ERASE_PEOPLE)
    if is_narrowed(scope):
        way_out = _("Ask an admin of the whole organisation.")
        raise Forbidden("D1", _("Your role is for a part of the organisation."), way_out=way_out)


def _look(work: Work, *, person_id: UUID | None = None, user_id: UUID | None = None) -> Plan:
    """What stands in the way, whoever may see it; nothing is written here."""
    work.flush()
    with reading(LOOKING) as session:
        if person_id is not None:
            who = concerning_person(session, get_person(session, person_id))
        else:
            assert user_id is not None
            who = concerning_user(session, get_user(session, user_id))
        return plan_erasure(session, who, work.now)


def _check(plan: Plan, decision: Decision, name: str) -> None:
    if decision.typed.strip() != name:
        sentence = _("This is not the name that stands here.")
        way_out = _("Type it exactly as it is shown.")
        raise BadInput("D1", sentence, field="typed", way_out=way_out)
    if names_somebody(decision.reason, plan.who.named):
        sentence = _("The reason names the person, and reasons are kept.")
        way_out = _("Say why without a name or an address.")
        raise BadInput("D1", sentence, field="reason", way_out=way_out)
    if not plan.is_free:
        raise ErasureRefused(
            "D1",
            _("Something of this person's still runs."),
            way_out=_("End what stands in the list, then erase."),
        )
    if plan.lapsing and not decision.lets_codes_lapse:
        raise BadInput(
            "C2",
            _("Codes of this person can still be used, and pass to nobody."),
            field="lets_codes_lapse",
            way_out=_("Wait until they end, or confirm that they lapse unused."),
        )


def _write_down(work: Work, who: Concerned, decision: Decision) -> Erasure:
    erasure = Erasure(
        id=new_id(),
        word=who.named.word,
        reason=decision.reason,
        erased_at=work.now,
        erased_by=work.actor.user_id,
        counts={},
    )
    work.session.add(erasure)
    return erasure
