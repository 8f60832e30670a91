"""The agreements' words for people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from vlms.agreements.models import Agreement, ContactKind, LevelMode
from vlms.agreements.rules.terms import LABELS, is_running
from vlms.core.clock import local_day
from vlms.core.text import Text, _

MODE_WORDS: dict[LevelMode, Text] = {
    LevelMode.FIXED: _("Fixed for the term"),
    LevelMode.POINTS: _("By the points ordered in an agreement year"),
}
CONTACT_WORDS: dict[ContactKind, Text] = {
    ContactKind.NOTICES_ONLINE: _("Notices and online contact"),
    ContactKind.ONLINE_ADMINISTRATOR: _("Online service administrator"),
    ContactKind.PRICING: _("Pricing and discounts"),
    ContactKind.CODES: _("Codes"),
    ContactKind.EXAM_PROVIDER: _("Exam provider"),
    ContactKind.CERTIFICATION_PROFILES: _("Certification profiles"),
    ContactKind.PARTNER_SUPPORT: _("Partner support"),
}
STATE_WORDS: dict[str, Text] = {
    "running": _("Running"),
    "coming": _("Not begun yet"),
    "ended": _("Ended"),
}


def standing_of(agreement: Agreement, now: datetime) -> str:
    """A word of STATE_WORDS: how an agreement stands on today's day in its zone."""
    today = local_day(now, agreement.time_zone)
    if is_running(agreement.first_day, agreement.last_day, today):
        return "running"
    return "ended" if agreement.last_day < today else "coming"


ACTION_WORDS = {
    "agreement.added": _("Agreement entered"),
    "agreement.edited": _("Agreement edited"),
    "agreement.deleted": _("Agreement deleted"),
    "agreement.contacts_set": _("Contacts changed"),
    "agreement.schools_set": _("Schools chosen"),
    "reseller_change.planned": _("Change of reseller planned"),
    "reseller_change.withdrawn": _("Change of reseller withdrawn"),
    "reseller_change.done": _("Reseller changed"),
}
COLUMN_WORDS = {
    **{f"agreement.{column}": label for column, label in LABELS.items()},
    "reseller_id": _("Reseller"),
    "former_id": _("Reseller before"),
    "hands_over": _("Open orders handed over"),
    "reseller_change.first_day": _("From this day on"),
    "done_at": _("Done at"),
    "agreement_contact.email": _("E-mail"),
    "language": _("Language"),
    "schools": _("Schools"),
}
VALUE_WORDS: dict[str, Mapping[Any, Text]] = {
    "level_mode": MODE_WORDS,
    "agreement_contact.kind": CONTACT_WORDS,
}
