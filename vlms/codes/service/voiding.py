"""Voids codes: available ones, or reserved ones that the provider calls defective (C6)."""

from __future__ import annotations

from uuid import UUID

from vlms.codes.models import Code
from vlms.codes.queries import get_code
from vlms.codes.rules.lifecycle import Step
from vlms.codes.rules.steps import check_case_number
from vlms.codes.service.parties import check_step
from vlms.codes.service.transition import take_step
from vlms.core.work import Work


def void(
    work: Work, code_id: UUID, case_number: str | None = None, reason: str | None = None
) -> Code:
    """End a code for good; its text is removed (C6, C8).

    Raises StepRefused: in another state, or without the case number that it needs.
    """
    code = get_code(work.session, code_id)
    check_step(work, code, Step.VOID)
    check_case_number(code.state, Step.VOID, case_number)
    return take_step(
        work,
        code,
        Step.VOID,
        reason=reason,
        case_number=(case_number or "").strip() or None,
        assign_due_at=None,
    )
