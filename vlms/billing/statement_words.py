"""Words of statements."""

from __future__ import annotations

from vlms.billing.rules.statement import ChargeKind
from vlms.core.text import Text, _

KIND_WORDS: dict[ChargeKind, Text] = {
    ChargeKind.NEW: _("New, 12 months"),
    ChargeKind.RENEW: _("Renewal, the next 12 months"),
    ChargeKind.PRORATE: _("Prorated"),
    ChargeKind.REPRICING: _("Priced again before the invoice"),
    ChargeKind.CANCEL: _("Cancelled"),
    ChargeKind.HANDOVER: _("Handed to another reseller"),
}
ACTION_WORDS: dict[str, Text] = {"statement.exported": _("Statement exported")}
COLUMN_WORDS: dict[str, Text] = {
    "row_count": _("Rows"),
    "period": _("Period"),
    "cut_off": _("Cut-off"),
    "file_format": _("Format"),
}
