"""The agreements' words for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vlms.agreements.models import ContactKind, LevelMode
from vlms.agreements.rules.terms import LABELS
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
ACTION_WORDS = {
    "agreement.added": _("Agreement entered"),
    "agreement.edited": _("Agreement edited"),
    "agreement.deleted": _("Agreement deleted"),
    "agreement.contacts_set": _("Contacts changed"),
    "agreement.schools_set": _("Schools chosen"),
}
COLUMN_WORDS = {
    **{f"agreement.{column}": label for column, label in LABELS.items()},
    "reseller_id": _("Reseller"),
    "email": _("E-mail"),
    "language": _("Language"),
    "schools": _("Schools"),
}
VALUE_WORDS: dict[str, Mapping[Any, Text]] = {
    "level_mode": MODE_WORDS,
    "agreement_contact.kind": CONTACT_WORDS,
}
