"""The words for voucher requests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vlms.core.text import Text, _
from vlms.giving.models.requests import AskState, LimitKind

ASK_WORDS: dict[AskState, Text] = {
    AskState.ASKED: _("Waits for an answer"),
    AskState.WAITING: _("Approved, waits for a code"),
    AskState.APPROVED: _("Approved, a code is reserved"),
    AskState.REFUSED: _("Refused"),
    AskState.WITHDRAWN: _("Withdrawn"),
}
LIMIT_WORDS: dict[LimitKind, Text] = {
    LimitKind.PERSON: _("Each person"),
    LimitKind.DEPARTMENT: _("A department"),
}
REQUEST_ACTION_WORDS: dict[str, Text] = {
    "voucher_request.asked": _("Voucher asked for"),
    "voucher_request.withdrawn": _("Voucher request withdrawn"),
    "voucher_request.approved": _("Voucher request approved"),
    "voucher_request.refused": _("Voucher request refused"),
    "voucher_request.served": _("Code reserved for a voucher request"),
    "voucher_limit.set": _("Limit of voucher requests set"),
    "voucher_limit.removed": _("Limit of voucher requests removed"),
}
REQUEST_COLUMN_WORDS: dict[str, Text] = {
    "wanted_on": _("Wanted on"),
    "answer": _("Answer"),
    "most": _("At most"),
    "from_year": _("From the year"),
    "department": _("Department"),
}
REQUEST_VALUE_WORDS: dict[str, Mapping[Any, Text | str]] = {
    "voucher_request.state": ASK_WORDS,
    "voucher_limit.kind": LIMIT_WORDS,
}
