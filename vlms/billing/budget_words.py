"""What is done with budgets, and what stands in them, in the journal."""

from __future__ import annotations

from vlms.core.text import _

ACTION_WORDS = {
    "budget.added": _("Budget added"),
    "budget.changed": _("Budget changed"),
    "budget.removed": _("Budget removed"),
}
COLUMN_WORDS = {
    "budget.first_day": _("First day"),
    "budget.last_day": _("Last day"),
    "budget.amount_minor": _("Budget"),
}
