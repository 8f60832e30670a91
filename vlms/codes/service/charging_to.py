"""Says which cost centre bears a code that was given, or is being given, to a person."""

from __future__ import annotations

from uuid import UUID

from vlms.audit.service import journal
from vlms.codes.models import Code
from vlms.codes.queries import get_code
from vlms.codes.service.transition import code_moved
from vlms.core.permissions import Permission
from vlms.core.reading import read_text
from vlms.core.scoping import guarded_update
from vlms.core.text import _
from vlms.core.work import Work

COST_CENTRE = _("Cost centre")
read_cost_centre = read_text(60)


def set_cost_centre(
    work: Work, code_id: UUID, cost_centre: str | None, reason: str | None = None
) -> Code:
    """None: that of its order. The state stays as it is (C6 knows no cost centre).

    Also of a code that was assigned long ago: the person stays, who bears it is corrected, and
    the charge-back follows. Raises Forbidden, and StepRefused when somebody else changed the
    code in the meantime or it is nobody's.
    """
    work.actor.require(Permission.ASSIGN_CODES)
    code = get_code(work.session, code_id)
    if code.cost_centre == cost_centre:
        return code
    guards = (Code.id == code.id, Code.version == code.version, Code.person_id.is_not(None))
    values = {"cost_centre": cost_centre, "version": Code.version + 1}
    if guarded_update(work.session, Code, *guards, **values) != 1:
        raise code_moved()
    journal(
        work,
        "code.cost_centre",
        ("code", code.id, code.organisation_id),
        before={"cost_centre": code.cost_centre},
        after={"cost_centre": cost_centre},
        reason=reason,
    )
    work.session.refresh(code)
    return code
