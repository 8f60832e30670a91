"""Opens an E-Reference library with its code, once, for its holder (C4)."""

from __future__ import annotations

from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import Step
from vlms.codes.service.parties import check_step
from vlms.codes.service.revealing import check_terms
from vlms.codes.service.transition import take_step
from vlms.core.work import Work


def activate(work: Work, code: Code) -> Code:
    """The holder has opened the library; the code's text is forgotten with it (C8).

    Raises NotForThisParty, and StepRefused also before the agreement's first day (O1) and
    before the terms are accepted.
    """
    check_step(work, code, Step.ACTIVATE)
    check_terms(code)
    guards = (Code.terms_accepted_at.is_not(None), Code.usable_at <= work.now)
    return take_step(work, code, Step.ACTIVATE, *guards)
