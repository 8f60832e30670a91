"""Shows a code to its holder (C8); each view is told to the journal before it is made."""

from __future__ import annotations

from vlms.audit.service import journal
from vlms.codes.custody import Custody
from vlms.codes.errors import StepRefused
from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import State, Step
from vlms.codes.rules.step_refusals import EXPIRED
from vlms.codes.rules.steps import next_state
from vlms.codes.service.parties import Standing, check_actor, is_expired
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
    text = Custody(work.keys).open(code.id, code.organisation_id, code.sealed_text)
    journal(work, "code.revealed", ("code", code.id, code.organisation_id))
    return text


def check_revealable(work: Standing, code: Code) -> None:
    """Raises as `reveal` does, without showing anything."""
    check_actor(work, code, Step.CLAIM)
    if is_expired(work, code):
        raise EXPIRED.refusal(code.state, Step.CLAIM, "code_expired")
    if code.state is not State.REGISTERED:
        next_state(code.state, Step.CLAIM)
    check_terms(code)


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
