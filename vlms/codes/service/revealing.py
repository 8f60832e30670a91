"""Shows a code to its holder (C8); each view is told to the journal before it is made."""

from __future__ import annotations

from collections.abc import Iterator

from vlms.audit.service import journal
from vlms.codes.custody import custody_of
from vlms.codes.errors import StepRefused
from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import WHO_MAY, State, Step
from vlms.codes.rules.step_refusals import EXPIRED
from vlms.codes.rules.steps import next_state
from vlms.codes.service.conditions import YOURS
from vlms.codes.service.parties import Standing, check_actor, is_expired
from vlms.core.acts import Condition, condition, in_turn, require
from vlms.core.errors import Topic
from vlms.core.text import _
from vlms.core.work import Work


def reveal(work: Work, code: Code) -> str:
    """The normalised code for its holder; show it only after the work is committed.

    Raises NotForThisParty for anybody else, StepRefused before the terms are accepted and
    once the code is used up or expired, CustodyRefused for a code that does not open.
    """
    check_revealable(work, code)
    if code.sealed_text is None:
        raise EXPIRED.refusal(code.state, Step.CLAIM, "code_expired")
    text = custody_of(work).open(code.id, code.organisation_id, code.sealed_text)
    journal(work, "code.revealed", ("code", code.id, code.organisation_id))
    return text


def check_revealable(work: Standing, code: Code) -> None:
    """Raises as `reveal` does, without showing anything."""
    require(reveal_conditions(work, code))


def reveal_conditions(work: Standing, code: Code) -> Iterator[Condition]:
    """What showing a code asks, one condition after the other."""
    return in_turn(_asked(work, code))


def _asked(work: Standing, code: Code) -> Iterator[Condition]:
    rule, yours = YOURS[WHO_MAY[Step.CLAIM]]
    yield condition(yours, rule, lambda: check_actor(work, code, Step.CLAIM))
    yield condition(_("The code has not expired."), "C5", lambda: _check_unexpired(work, code))
    given = _("The code has been given to you and is not used up.")
    yield condition(given, "C6", lambda: _check_in_use(code))
    yield condition(_("You have accepted its terms."), "C4", lambda: check_terms(code))


def _check_unexpired(work: Standing, code: Code) -> None:
    if is_expired(work, code):
        raise EXPIRED.refusal(code.state, Step.CLAIM, "code_expired")


def _check_in_use(code: Code) -> None:
    if code.state is not State.REGISTERED:
        next_state(code.state, Step.CLAIM)


def check_terms(code: Code) -> None:
    """Raises StepRefused until the holder has accepted the terms (C4)."""
    if code.terms_accepted_at is None:
        raise StepRefused(
            "C4",
            _("The terms of the code have not been accepted yet."),
            reason="code_terms_missing",
            way_out=_("Read and accept them first; the code is then shown."),
            ask=Topic.CODES,
        )
