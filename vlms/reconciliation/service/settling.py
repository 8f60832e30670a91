"""The work on differences: owner, comment, accept, dispute, write off, close, open again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from vlms.core.errors import BadInput, Conflict, DomainError, NotFound
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.core.work import Work
from vlms.reconciliation.models.differences import Difference
from vlms.reconciliation.queries.differences import get_difference, list_owners
from vlms.reconciliation.rules.differences import DifferenceState
from vlms.reconciliation.rules.settling import check_step
from vlms.reconciliation.service.noting import write_note
from vlms.reconciliation.service.periods import hold_period


@dataclass(frozen=True)
class Step:
    """What is done to a difference, why, and the other side's reference of a dispute."""

    state: DifferenceState
    reason: str
    reference: str | None = None


def settle(work: Work, difference_id: UUID, step: Step, version: int | None = None) -> Difference:
    """Accept, dispute, write off, close or open again.

    Raises BadInput for a step that does not lead there or has no reason, Conflict when the
    month is closed or somebody changed the difference since `version`.
    """
    difference = _changing(work, difference_id, version)
    check_step(difference.state, step.state, step.reason)
    work.does(f"difference.{step.state.value}", reason=step.reason)
    difference.state = step.state
    difference.reason = step.reason
    difference.settled_at = None if step.state is DifferenceState.OPEN else work.now
    if step.reference:
        difference.dispute_reference = step.reference
    work.flush()
    write_note(work, difference.id, step.reason, step.state)
    return difference


def comment(work: Work, difference_id: UUID, note: str) -> Difference:
    """Raises BadInput for an empty note, Conflict when the month is closed."""
    if not note.strip():
        raise BadInput(
            None, _("%(field)s is missing.", field=_("Comment")), reason="missing", field="note"
        )
    difference = _changing(work, difference_id, None)
    write_note(work, difference.id, note)
    return difference


def give_to(work: Work, difference_id: UUID, owner_id: UUID | None) -> Difference:
    """Who looks after it: somebody of the reseller's, or nobody. Raises NotFound, Conflict."""
    difference = _changing(work, difference_id, None)
    if owner_id is not None and owner_id not in list_owners(difference.reseller_id):
        raise NotFound(None, _("There is no such person in your organisation."))
    work.does("difference.given")
    difference.owner_id = owner_id
    work.flush()
    return difference


@dataclass(frozen=True, slots=True)
class Refused:
    """A difference on which a common step was not taken, and why."""

    difference_id: UUID
    refusal: DomainError


def settle_together(work: Work, ids: Sequence[UUID], step: Step) -> tuple[int, list[Refused]]:
    """The same step on several; how many it was taken on, and which refused it."""
    refused: list[Refused] = []
    for one in ids:
        try:
            settle(work, one, step)
        except BadInput as refusal:
            refused.append(Refused(one, refusal))
    return len(ids) - len(refused), refused


def _changing(work: Work, difference_id: UUID, version: int | None) -> Difference:
    work.actor.require(Permission.RECONCILE)
    difference = get_difference(work.session, difference_id)
    hold_period(work, difference.period_id)
    # Somebody else may have changed it before the month was ours.
    work.session.refresh(difference)
    if version not in (None, difference.version):
        raise Conflict(
            None,
            _("Somebody has changed this difference meanwhile."),
            reason="changed",
            way_out=_("Look at it again, then decide."),
        )
    difference.version += 1
    return difference
