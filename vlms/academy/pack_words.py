"""Words of packs, quotas and sites for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vlms.academy.models.packs import PackEntryKind, PackKind, QuotaRequestState
from vlms.core.text import Text, _

KIND_WORDS: dict[PackKind, Text] = {
    PackKind.SITE_PACK: _("Site pack"),
    PackKind.IMAGINE_GRANT: _("Imagine Academy grant"),
}
STANDING_WORDS: dict[str, Text] = {
    "running": _("Open"),
    "coming": _("Usable later"),
    "over": _("Lapsed"),
}
ENTRY_WORDS: dict[PackEntryKind, Text] = {
    PackEntryKind.GIVEN: _("Given"),
    PackEntryKind.RECALLED: _("Taken back"),
    PackEntryKind.RESERVED: _("Reserved"),
    PackEntryKind.RETURNED: _("Given back"),
    PackEntryKind.STARTED: _("Started"),
    PackEntryKind.REVERSED: _("Reversed"),
}
REQUEST_WORDS: dict[QuotaRequestState, Text] = {
    QuotaRequestState.OPEN: _("Waits for an answer"),
    QuotaRequestState.GIVEN: _("Given"),
    QuotaRequestState.REFUSED: _("Refused"),
}
ACTION_WORDS = {
    "pack.opened": _("Site pack opened"),
    "pack.moved_in": _("Pack moved in"),
    "pack.grown": _("Site pack grew"),
    "pack.granted": _("Grant arrived"),
    "pack.withdrawn": _("Grant ended"),
    "pack.told_again": _("Message about a site pack sent again"),
    "pack_quota.given": _("Quota given"),
    "pack_quota.recalled": _("Quota taken back"),
    "quota_request.asked": _("Asked for more quota"),
    "quota_request.given": _("Request for quota granted"),
    "quota_request.refused": _("Request for quota refused"),
    "order_line.kept_closed": _("Site pack could not open"),
    "site.added": _("Site entered"),
    "site.edited": _("Site edited"),
    "site.checked": _("Technical requirements checked"),
    "site.closed": _("Site closed"),
    "site.reopened": _("Site in use again"),
}
COLUMN_WORDS = {
    "pack.number": _("Pack"),
    "pack.kind": _("Kind"),
    "capacity": _("Exams"),
    "pack.last_day": _("Last day of use"),
    "opened_at": _("Opened"),
    "quota_count": _("Quota"),
    "asked_count": _("Asked for"),
    "given_count": _("Given"),
    "quota_request.state": _("State"),
    "answer": _("Answer"),
    "center_number": _("Testing-center number"),
    "valid_from": _("Valid from"),
    "valid_to": _("Valid to"),
    "delivery_site.closed_at": _("Closed since"),
    "requirement_key": _("Requirement"),
    "ticked_at": _("Ticked"),
    "ticked_by": _("Ticked by"),
}
VALUE_WORDS: dict[str, Mapping[Any, Text]] = {
    "pack.kind": KIND_WORDS,
    "quota_request.state": REQUEST_WORDS,
}
