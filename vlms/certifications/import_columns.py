"""The columns of a transcript file, by their headings: own lists, and the training export."""

from __future__ import annotations

from vlms.certifications.rules.transcript_row import LABELS
from vlms.exports.mapping import Field

_SYNONYMS: dict[str, tuple[str, ...]] = {
    "who": ("CorpEmail", "Email address", "E-mail", "Number", "Employee number", "工號", "人員"),
    "other_who": ("Email",),
    "mcid": ("MCPID", "MCID", "認證編號"),
    "what": ("TrainingTitle", "Exam", "Certification", "Title", "考試", "認證"),
    "day": (
        *("TrainingCompletionDate", "Completion date", "Passed on", "Earned on", "Date"),
        *("通過日", "取得日", "日期"),
    ),
    "until": ("ExpirationDate", "Expiry", "Expires on", "到期日"),
}
_NEEDED = frozenset({"what", "day"})
FIELDS = tuple(
    Field(name, label, _SYNONYMS[name], required=name in _NEEDED) for name, label in LABELS.items()
)
