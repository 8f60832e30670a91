"""Changes an organisation's plan of reminders, and notes that a warning was seen (F8, F10)."""

from __future__ import annotations

from uuid import UUID

from vlms.core.work import Work
from vlms.giving.models.reminders import EndWarning, ReminderPlan
from vlms.giving.queries.end_warnings import get_warning, list_of_day
from vlms.giving.queries.reminders import find_plan
from vlms.giving.rules.reminders import Plan


def set_plan(work: Work, organisation_id: UUID, plan: Plan) -> ReminderPlan:
    """Keep these days; they hold from the next day's round on."""
    found = find_plan(work.session, organisation_id)
    kept = found or ReminderPlan(organisation_id=organisation_id)
    work.does("reminder_plan.changed")
    kept.after_days, kept.before_days = list(plan.after_days), list(plan.before_days)
    kept.ladder, kept.weekly_cap = list(plan.ladder), plan.weekly_cap
    kept.is_on, kept.has_digest = plan.is_on, plan.has_digest
    work.session.add(kept)
    work.flush()
    return kept


def acknowledge(work: Work, warning_id: UUID) -> EndWarning:
    """Somebody has seen a warning: it, and earlier ones of the same last day, leave the screen.

    Raises NotFound. The first who says so is remembered.
    """
    warning = get_warning(work.session, warning_id)
    work.does("end_warning.acknowledged")
    for each in list_of_day(work.session, warning.agreement_id, warning.last_day):
        if each.acknowledged_at is None:
            each.acknowledged_at, each.acknowledged_by = work.now, work.actor.user_id
    work.flush()
    return warning
