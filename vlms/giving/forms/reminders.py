"""The form of an organisation's plan of reminders."""

from __future__ import annotations

from vlms.core.reading import read_whole
from vlms.core.text import _
from vlms.giving.reminder_words import read_days, typed_days
from vlms.giving.rules.reminders import Plan
from vlms.web.forms import Form, TextField, YesField


class PlanForm(Form):
    """The days of a plan, each list with commas."""

    is_on = YesField(_("Remind holders by this plan"))
    after_days = TextField(
        _("Days after assigning"),
        read_days,
        _("Until the holder claims the code. With commas, as 3, 10, 25; empty: none."),
    )
    before_days = TextField(
        _("Days before the last day"),
        read_days,
        _("Until the code is booked or used. With commas, as 90, 30, 7, 1; empty: none."),
    )
    weekly_cap = TextField(
        _("Reminders a person gets in a week at most"),
        read_whole(0, 20),
        _("Those before the last day leave all the same, and count."),
    )
    ladder = TextField(
        _("Days on which admins are warned"),
        read_days,
        _("Before the last day of an agreement and of its codes, stronger each time."),
    )
    has_digest = YesField(_("Send admins a list of what lies unused on the 1st of each month"))

    @classmethod
    def of(cls, plan: Plan) -> PlanForm:
        """With a plan's days filled in."""
        return cls(
            is_on=plan.is_on,
            after_days=typed_days(plan.after_days),
            before_days=typed_days(sorted(plan.before_days, reverse=True)),
            weekly_cap=str(plan.weekly_cap),
            ladder=typed_days(sorted(plan.ladder, reverse=True)),
            has_digest=plan.has_digest,
        )

    def plan(self) -> Plan:
        return Plan(
            self.after_days.value,
            self.before_days.value,
            self.weekly_cap.value,
            self.ladder.value,
            self.is_on.data,
            self.has_digest.data,
        )
