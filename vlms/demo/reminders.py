"""The demo's reminders: an admin reminds those who have not claimed their codes for days."""

from __future__ import annotations

from vlms.codes.models import Code
from vlms.codes.queries import CodeFilter, filtered
from vlms.demo.agreements import MAIN
from vlms.demo.orders import ADMINS, Stage
from vlms.giving.rules.reminders import Plan
from vlms.giving.service.reminder_plans import set_plan
from vlms.giving.service.reminding import refusals, remind

_MOST = 2


def play_reminders(stage: Stage) -> None:
    """A plan of Contoso's own, and a few reminders by hand."""
    organisation_id = stage.cast.organisations["contoso"].id
    with stage.act(ADMINS[MAIN], -3) as work:
        set_plan(work, organisation_id, Plan(weekly_cap=3))
    with stage.act(ADMINS[MAIN], -2) as work:
        lying = filtered(CodeFilter(only="unclaimed"), work.now).where(
            Code.organisation_id == organisation_id, Code.assigned_at < work.now
        )
        codes = work.session.scalars(lying.order_by(Code.id)).all()
        refused = refusals(work.session, codes, work.now)
        for code in [one for one in codes if one.id not in refused][:_MOST]:
            remind(work, code.id)
