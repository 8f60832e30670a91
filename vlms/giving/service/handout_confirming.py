"""Confirms handouts, lets those that failed be tried again, and asks for all to be taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from vlms.audit.service import journal
from vlms.core.errors import Conflict, Topic
from vlms.core.packed_text import pack_refusal
from vlms.core.permissions import Permission
from vlms.core.scoping import guarded_update
from vlms.core.text import Name, Text, _, ngettext
from vlms.core.work import Work
from vlms.giving.models.handouts import Handout, HandoutRow
from vlms.giving.queries.handouts import Need, list_needs
from vlms.giving.rules.handouts import SKIPPED, WILLING, Outcome, dropped
from vlms.giving.service.handout_checking import check_handout


def confirm(work: Work, handout: Handout) -> None:
    """Let the codes be given: from now on nothing of the list is changed (C2).

    Raises Conflict when it was confirmed before, when nobody would get anything, and when
    there are fewer codes than people.
    """
    work.actor.require(Permission.ASSIGN_CODES)
    draft = (Handout.id == handout.id, Handout.confirmed_at.is_(None))
    said = {"confirmed_at": work.now, "confirmed_by": work.actor.user_id}
    if guarded_update(work.session, Handout, *draft, **said) != 1:
        raise _refused(
            "confirmed",
            _("This handout was confirmed before; nothing is given twice."),
            _("Look at its result."),
        )
    work.session.refresh(handout)
    check_handout(work, handout)
    work.flush()
    _check_stock(list_needs(work.session, handout, work.now))
    _tell(work, handout, "handout.confirmed", {"act": handout.act, "row_count": handout.row_count})
    _settle(work, handout)


def _tell(work: Work, handout: Handout, action: str, after: Mapping[str, Any]) -> None:
    journal(work, action, ("handout", handout.id, handout.organisation_id), after=after)


def _check_stock(needs: list[Need]) -> None:
    if not any(need.wanted for need in needs):
        raise _refused(
            "nobody",
            _("Nobody in this list can get a code as it stands."),
            _("Put rows right, or make another list."),
        )
    for need in needs:
        if need.missing:
            raise _refused("too_few_available", too_few(need), _WAYS_OUT)


_WAYS_OUT = _("Leave rows out, choose other stock, release reservations, or order more.")


def too_few(need: Need) -> Text:
    """ "You have 40, you entered 47", of a product."""
    return ngettext(
        "You have %(number)s code of %(product)s, and %(wanted)s are asked for.",
        "You have %(number)s codes of %(product)s, and %(wanted)s are asked for.",
        need.free_count,
        product=Name(need.product.name_en, chinese=need.product.name_zh),
        wanted=need.wanted,
    )


def _settle(work: Work, handout: Handout) -> None:
    """What gets no code ends here: what is meant to be left out is skipped, the rest fails."""
    rows = (HandoutRow.handout_id == handout.id, HandoutRow.outcome.is_(None))
    left_out = pack_refusal(dropped())
    kept = ~HandoutRow.is_dropped
    ends: list[tuple[Any, Outcome, object]] = [
        (HandoutRow.is_dropped, Outcome.SKIPPED, left_out),
        (kept & HandoutRow.standing.in_(SKIPPED), Outcome.SKIPPED, HandoutRow.problem),
        (kept & HandoutRow.standing.not_in(WILLING), Outcome.FAILED, HandoutRow.problem),
    ]
    for condition, outcome, reason in ends:
        guarded_update(work.session, HandoutRow, *rows, condition, outcome=outcome, reason=reason)


def retry(work: Work, handout: Handout) -> int:
    """Let those that failed and could get a code now have another turn; how many.

    Raises Conflict when there is none.
    """
    work.actor.require(Permission.ASSIGN_CODES)
    check_handout(work, handout, failed_only=True)
    work.flush()
    failed = (
        HandoutRow.handout_id == handout.id,
        HandoutRow.outcome == Outcome.FAILED,
        HandoutRow.standing.in_(WILLING),
        ~HandoutRow.is_dropped,
    )
    count = guarded_update(work.session, HandoutRow, *failed, outcome=None, reason=None)
    if count == 0:
        raise _refused(
            "nothing_failed",
            _("No row that failed can get a code as it stands."),
            _("Put it right first: the reason stands beside it."),
        )
    # What is left is given now; nothing of it is taken back again by going on.
    handout.undone_at = None
    still = (*failed[:2], HandoutRow.problem.is_not(None))
    guarded_update(work.session, HandoutRow, *still, reason=HandoutRow.problem)
    _tell(work, handout, "handout.retried", {"row_count": count})
    return count


def begin_undo(work: Work, handout: Handout) -> None:
    """Ask that all it gave is taken back, as far as that is possible (C2).

    Raises Conflict when nothing of it is given.
    """
    work.actor.require(Permission.ASSIGN_CODES)
    work.does("handout.undone")
    given = (HandoutRow.handout_id == handout.id, HandoutRow.outcome == Outcome.GIVEN)
    if work.session.scalar(select(HandoutRow.id).where(*given).limit(1)) is None:
        raise _refused(
            "nothing_given",
            _("Nothing of this handout is given, so there is nothing to take back."),
            _("Look at its result."),
        )
    waiting = (HandoutRow.handout_id == handout.id, HandoutRow.outcome.is_(None))
    stopped = pack_refusal(dropped())
    skipped = {"outcome": Outcome.SKIPPED, "reason": stopped}
    guarded_update(work.session, HandoutRow, *waiting, **skipped)
    guarded_update(work.session, HandoutRow, *given, reason=None)
    handout.undone_at = work.now
    work.flush()


def _refused(reason: str, sentence: Text, way_out: Text) -> Conflict:
    return Conflict("C2", sentence, reason=reason, way_out=way_out, ask=Topic.CODES)
