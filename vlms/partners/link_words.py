"""The words of certification profiles and links, on pages and in the journal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vlms.core.text import Text, _
from vlms.partners.models.links import AccountKind, EndReason
from vlms.partners.rules.linking import LinkState
from vlms.partners.service.linking import Part

KIND_WORDS: dict[AccountKind, Text] = {
    AccountKind.PERSONAL: _("Personal account"),
    AccountKind.WORK: _("Work account"),
}
STATE_WORDS: dict[LinkState, Text] = {
    LinkState.PENDING: _("Pending"),
    LinkState.OVERDUE: _("Overdue"),
    LinkState.COUNTED: _("Counted"),
}
END_WORDS: dict[EndReason, Text] = {
    EndReason.UNLINKED: _("Removed by the person"),
    EndReason.SWAPPED: _("Linked to another organisation"),
    EndReason.LEFT: _("Ended for a leaver"),
    EndReason.ERASED: _("Person erased"),
}
PART_WORDS: dict[Part, Text] = {
    Part.ASSESSMENTS: _("Assessments"),
    Part.EXAMS: _("Exams"),
}
LINK_ACTION_WORDS = {
    "certification_profile.proved": _("Certification profile proved"),
    "certification_profile.told": _("Learning profile told"),
    "certification_profile.merged": _("Certification profiles merged"),
    "link.started": _("MCID linked"),
    "link.ended": _("Link ended"),
    "link.part_removed": _("Part of a link removed"),
    "unlink_task.created": _("Asked to be unlinked"),
    "unlink_task.done": _("Task of a leaver done"),
    "link.seen": _("Link seen in a skills report"),
}
LINK_COLUMN_WORDS = {
    "mcid": _("Certification ID"),
    "certification_profile.email": _("Its mail address"),
    "account_kind": _("Kind of account"),
    "learning_kind": _("Learning profile"),
    "learning_account": _("Personal account on the learning profile"),
    "is_learning_linked": _("Linked one to one"),
    "merged_into_id": _("Merged into"),
    "assessments_ended_at": _("Assessments removed at"),
    "exams_ended_at": _("Exams removed at"),
    "mcid_association.end_reason": _("How it ended"),
    "mcid_association.seen_at": _("Seen in a report at"),
    "unlink_task.due_on": _("Due on"),
    "unlink_task.done_at": _("Done at"),
}
LINK_VALUE_WORDS: Mapping[str, Mapping[Any, Text]] = {
    "account_kind": KIND_WORDS,
    "learning_kind": KIND_WORDS,
    "end_reason": END_WORDS,
}
