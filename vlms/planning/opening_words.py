"""The journal's words of opening balances and entitlements."""

from __future__ import annotations

from vlms.core.text import _

ACTION_WORDS = {
    "opening_balance.signed": _("Opening balance signed"),
    "order.moved_in": _("Order moved in"),
    "entitlement.moved_in": _("Entitlement moved in"),
    "entitlement.changed": _("Entitlement changed"),
}
COLUMN_WORDS = {
    "opened_on": _("State as of"),
    "content_digest": _("SHA-256 of the file"),
    "paper_digest": _("SHA-256 of the paper"),
    "signed_name": _("Signed by"),
    "used_count": _("Used"),
    "ends_on": _("Last day"),
    "reference": _("Reference"),
}
