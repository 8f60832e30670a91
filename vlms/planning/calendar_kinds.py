"""The sorts of clocks in the calendar."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from vlms.core.text import Text, _


class Kind(StrEnum):
    """What an entry is a clock of."""

    ORDER = "order"
    AGREEMENT = "agreement"
    CODE = "code"
    PACK = "pack"
    EXAM = "exam"
    REMINDER = "reminder"
    SITTING = "sitting"
    MEMBERSHIP = "membership"
    CERTIFICATION = "certification"
    LINK = "link"


KIND_WORDS: Mapping[Kind, Text] = {
    Kind.ORDER: _("Order deadlines"),
    Kind.AGREEMENT: _("Ends of agreements"),
    Kind.CODE: _("Codes that lapse"),
    Kind.PACK: _("Packs that end"),
    Kind.EXAM: _("Exams that retire"),
    Kind.REMINDER: _("Reminders due"),
    Kind.SITTING: _("Sittings and appointments"),
    Kind.MEMBERSHIP: _("Days of memberships"),
    Kind.CERTIFICATION: _("Renewal windows of certifications"),
    Kind.LINK: _("Links of MCIDs"),
}
