"""How erasing is told: what goes, and what stays for which reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vlms.core.text import Text, _

GOES: Sequence[tuple[Text, frozenset[str]]] = (
    (_("Directory entry, places and sign-in"), frozenset({"person", "user", "sign_in_session"})),
    (_("Mails to them"), frozenset({"outbox_message", "notice_choice", "reminder"})),
    (
        _("Rows of lists that were imported or handed out"),
        frozenset({"people_import_row", "handout_row", "provider_row", "upload"}),
    ),
    (
        _("Their requests and what was answered"),
        frozenset({"code_request", "voucher_request", "benefit_request"}),
    ),
    (
        _("What was kept for them: forms, views, reports, calendar addresses"),
        frozenset({"kept_form", "saved_view", "saved_report", "calendar_feed", "submission"}),
    ),
    (_("Names on exam lists and certificates"), frozenset({"exam_seat", "course_certificate"})),
    (_("Details of the journal that name them"), frozenset({"audit_detail"})),
)
"""What is told together, by tables; the rest is told as other texts."""

OTHERS = _("Other records that name them")
# Rows that are theirs and say nothing of them beside that; nothing in these changes.
SILENT = frozenset(
    {"code", "registration", "exam_score", "code_reminder", "person_place", "one_time_link",
     "class_member", "role_grant", "job", "order", "order_event", "handout", "bulk_run",
     "people_import", "attachment", "invoice", "order_plan"}
)  # fmt: skip

STAYS = (
    (_("Codes, registrations and results, under a neutral word; counts stay as they were."), "C2"),
    (_("Orders, invoices and charges: papers of money say what they said."), None),
    (_("Papers that were signed and letters that were worded, with the name of who did."), None),
    (_("Names in texts that others wrote, such as notes and reasons; addresses there go."), None),
    (_("Entries of the journal with their reasons; the chain still proves them."), None),
    (_("What they did under a role, in the journal, with their name: an act of office."), "D1"),
    (_("Texts of organisations where they have neither an entry nor a role."), "D1"),
    (_("Files that an export made, which end by themselves within a day or two."), None),
    (_("Backups that were made before; erase again after restoring one."), None),
)


HELD: Sequence[tuple[Text, frozenset[str]]] = (
    *GOES[:-1],
    (
        _("Codes, registrations and results"),
        frozenset({"code", "registration", "exam_score", "code_reminder"}),
    ),
    (_("Entries of the journal on them"), frozenset({"journal"})),
)


def told_counts(counts: Mapping[str, int]) -> list[tuple[Text, int]]:
    """How many records of each kind change or go."""
    return _told(counts, GOES, SILENT)


def held_counts(counts: Mapping[str, int]) -> list[tuple[Text, int]]:
    """How many records of each kind are held."""
    return _told(counts, HELD, frozenset())


def _told(
    counts: Mapping[str, int], kinds: Sequence[tuple[Text, frozenset[str]]], silent: frozenset[str]
) -> list[tuple[Text, int]]:
    known = frozenset().union(*(tables for _word, tables in kinds)) | silent
    found = [(word, sum(counts.get(name, 0) for name in tables)) for word, tables in kinds]
    found.append((OTHERS, sum(count for name, count in counts.items() if name not in known)))
    return [(word, count) for word, count in found if count]
