"""Words of statements."""

from __future__ import annotations

from vlms.billing.rules.statement import ChargeKind, CodeStanding
from vlms.codes.rules.shown_state import Shown, word
from vlms.core.text import Text, _

KIND_WORDS: dict[ChargeKind, Text] = {
    ChargeKind.NEW: _("New, 12 months"),
    ChargeKind.RENEW: _("Renewal, the next 12 months"),
    ChargeKind.PRORATE: _("Prorated"),
    ChargeKind.REPRICING: _("Priced again before the invoice"),
    ChargeKind.CANCEL: _("Cancelled"),
    ChargeKind.HANDOVER: _("Handed to another reseller"),
    ChargeKind.OPENING: _("Opening balance"),
}
STANDING_WORDS: dict[CodeStanding, Text] = {
    CodeStanding.FREE: _("Free"),
    CodeStanding.GIVEN: _("Given to a person"),
    CodeStanding.USED: word(Shown.USED),
    CodeStanding.FORFEITED: word(Shown.FORFEITED),
    CodeStanding.ACTIVATED: word(Shown.ACTIVATED),
    CodeStanding.VOID: word(Shown.VOID),
    CodeStanding.EXPIRED: word(Shown.EXPIRED),
}
STANDING_MEANINGS: dict[CodeStanding, Text] = {
    CodeStanding.FREE: _("Delivered by the cut-off, and not given to anybody for good by then."),
    CodeStanding.GIVEN: _("Assigned by the cut-off, or registered for an exam."),
    CodeStanding.USED: _("The exam was taken, and that was recorded by the cut-off."),
    CodeStanding.FORFEITED: _("Lost by a late cancellation or a missed appointment (C3)."),
    CodeStanding.ACTIVATED: _("The library was opened with it (C4)."),
    CodeStanding.VOID: _("Taken back, or replaced by another code (C6)."),
    CodeStanding.EXPIRED: _("Its last day was over at the cut-off, and it was not used (C5)."),
}
ACTION_WORDS: dict[str, Text] = {"statement.exported": _("Statement exported")}
COLUMN_WORDS: dict[str, Text] = {
    "row_count": _("Rows"),
    "period": _("Period"),
    "cut_off": _("Cut-off"),
    "file_format": _("Format"),
}
