"""Signs a long opening balance, as a job: all of it in one transaction, or nothing."""

from __future__ import annotations

from typing import Any

from vlms.core.packed_text import pack_text
from vlms.core.text import _
from vlms.core.uploads import Upload
from vlms.core.work import Work
from vlms.jobs.held import HeldJob
from vlms.jobs.importing import LONG_IMPORT, import_upload, plan_import
from vlms.jobs.models import Job
from vlms.planning.service.opening_files import open_kept
from vlms.planning.service.opening_plan import PURPOSE, OpeningPlan
from vlms.planning.service.opening_signing import may_move_in, sign_opening

SIGN = "planning.sign_opening"


def is_long(plan: OpeningPlan) -> bool:
    """Whether it is written by a job."""
    return plan.row_count > LONG_IMPORT


def plan_signing(work: Work, upload: Upload, plan: OpeningPlan, *, mails: bool) -> Job:
    """Plan it, after the same checks. Raises Forbidden, BadInput, Conflict."""
    may_move_in(work)
    plan.require_sound()
    title = _("Sign the opening balance of %(file)s", file=upload.filename)
    return plan_import(work, SIGN, upload, {"mails": mails}, title=title, total=plan.row_count)


def sign_long(held: HeldJob) -> None:
    """The job: in the name of who signed."""

    def write(work: Work, upload: Upload, _content: None) -> dict[str, Any]:
        balance = sign_opening(work, open_kept(work.keys, upload, mails=bool(held.facts["mails"])))
        return {
            "count": sum(count for _sheet, count in balance.figures["sheets"]),
            "summary": pack_text(_("The opening balance is signed.")),
            "endpoint": "moving_in.show",
            "values": {"opening_id": str(balance.id)},
            "label": pack_text(_("Open the opening balance")),
        }

    import_upload(held, PURPOSE, lambda _upload: None, write)
