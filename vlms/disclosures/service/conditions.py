"""What every disclosure asks: the right, a reason, and not too often (C8)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from vlms.codes.custody import SealingCustody
from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import State
from vlms.codes.rules.request_note import holds_code
from vlms.codes.service.tries import REVEALS, take_try
from vlms.core.errors import BadInput, TooMany
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.core.work import Actor, Work
from vlms.disclosures.rules.limits import REVEALS_AN_HOUR

MAY = Permission.REVEAL_UNASSIGNED_CODES


def check_may_disclose(actor: Actor) -> None:
    """Raises Forbidden for whoever may not see codes that are nobody's."""
    actor.require(MAY)


def read_reason(reason: str | None) -> str:
    """Raises BadInput without a reason, or when a code stands in it: reasons are kept in clear."""
    text = (reason or "").strip()
    if not text:
        raise BadInput(
            "C8",
            _("The reason is missing."),
            field="reason",
            way_out=_("Say what the codes are needed for; the journal keeps it."),
        )
    check_holds_no_code(text)
    return text


def check_holds_no_code(text: str) -> None:
    """Raises BadInput for a reason in which a code of ours stands."""
    if holds_code(text):
        raise BadInput(
            "C8",
            _("The code itself stands in this text."),
            reason="reason_holds_code",
            field="reason",
            way_out=_("Name codes by their number, such as B-000012/7."),
        )


def is_free(code: Code, now: datetime) -> bool:
    """Whether a code is nobody's and still good."""
    return code.state is State.AVAILABLE and code.expires_at > now


def open_texts(custody: SealingCustody, codes: Sequence[Code]) -> list[str]:
    """The normalised texts of codes, in their order. Raises CustodyRefused."""
    return [custody.open(one.id, one.organisation_id, one.sealed_text or b"") for one in codes]


def count_reveal(work: Work) -> None:
    """One more code shown to the actor within the hour. Raises TooMany beyond the limit."""
    try:
        take_try(work, REVEALS, str(work.actor.user_id))
    except TooMany as refusal:
        raise TooMany(
            "C8",
            _("You have been shown %(count)s codes within this hour.", count=REVEALS_AN_HOUR),
            way_out=_("Wait for the next hour, or export the codes together."),
            facts=refusal.facts,
        ) from refusal
