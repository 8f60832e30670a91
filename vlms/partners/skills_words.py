"""The words of the skills report and of locations, on pages and in the journal."""

from __future__ import annotations

from vlms.core.text import Text, _
from vlms.partners.link_words import STATE_WORDS
from vlms.partners.queries.person_links import PersonLink
from vlms.partners.rules.skills_report import SkillKind

KIND_WORDS: dict[SkillKind, Text] = {
    SkillKind.EXAM: _("Exam"),
    SkillKind.CERTIFICATION: _("Certification"),
}
LOCATION_ACTION_WORDS = {
    "location.added": _("Location entered"),
    "location.changed": _("Location changed"),
    "location.removed": _("Location removed"),
    "location.assigned": _("People assigned to a location"),
}
LOCATION_COLUMN_WORDS = {
    "mpn_id": _("MPN id"),
    "partner_location.name": _("Name"),
    "partner_location.city": _("City"),
    "is_headquarters": _("Headquarters"),
    "partner_location_person.location_id": _("Location"),
}


def link_word(link: PersonLink | None) -> Text:
    """How the link stands that an exam counts by (K1, K2)."""
    if link is None:
        return _("Not linked")
    return STATE_WORDS[link.state] if link.has_exams else _("Exams removed")
