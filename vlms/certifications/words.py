"""The words of certifications in the journal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from babel import Locale

from vlms.certifications.models import AttemptSource, PassSource
from vlms.certifications.rules.renewal import RenewalState
from vlms.core.language import Language, locale_of
from vlms.core.text import Text, _

STATE_WORDS: dict[RenewalState, Text] = {
    RenewalState.VALID: _("Valid"),
    RenewalState.WINDOW_OPEN: _("Window open"),
    RenewalState.DUE: _("Due"),
    RenewalState.LAPSED: _("Lapsed"),
    RenewalState.NEVER_EXPIRES: _("Never expires"),
}
SOURCE_WORDS: dict[AttemptSource, Text] = {
    AttemptSource.HOLDER: _("The holder's own statement"),
    AttemptSource.ENTRY: _("Entered by an admin"),
    AttemptSource.IMPORT: _("Imported file"),
}
PASS_WORDS: dict[PassSource, Text] = {
    PassSource.EXAM: _("A provider's result"),
    PassSource.IMPORT: _("Imported file"),
    PassSource.ENTRY: _("Entered by an admin"),
}
ACTION_WORDS = {
    "exam_pass.recorded": _("Passed exam entered"),
    "exam_pass.proved": _("Passed exam proved by a provider's result"),
    "exam_pass.withdrawn": _("Passed exam taken back"),
    "certification.earned": _("Certification earned"),
    "certification.withdrawn": _("Certification taken back"),
    "certification.attempt_withdrawn": _("Renewal result taken back"),
    "certification.attempted": _("Renewal assessment failed"),
    "certification.renewed": _("Certification renewed"),
}
COLUMN_WORDS = {
    "exam_pass.exam_number": _("Exam"),
    "exam_pass.passed_on": _("Passed on"),
    "exam_pass.source": _("Known from"),
    "held_certification.certification_key": _("Certification"),
    "held_certification.earned_on": _("Earned on"),
    "held_certification.expires_on": _("Valid until"),
    "held_certification.source": _("Known from"),
    "renewal_attempt.attempted_at": _("Taken at"),
    "renewal_attempt.has_passed": _("Passed"),
    "renewal_attempt.expired_on": _("Valid until then"),
    "renewal_attempt.source": _("Known from"),
}
VALUE_WORDS: dict[str, Mapping[Any, Text | str]] = {
    "exam_pass.source": PASS_WORDS,
    "held_certification.source": PASS_WORDS,
    "renewal_attempt.source": SOURCE_WORDS,
}
JOURNAL_WORDS = (ACTION_WORDS, COLUMN_WORDS, VALUE_WORDS)


def language_names(tags: Sequence[str], language: Language) -> list[str]:
    """Languages, named as in zh-TW, in the words of another."""
    reader = locale_of(language)
    return [str(Locale.parse(tag, sep="-").get_display_name(reader)) for tag in tags]
