"""The words of renewals, for pages and the journal."""

from __future__ import annotations

from vlms.core.text import Text, _
from vlms.planning.queries.renewals import Kind
from vlms.planning.service.price_review import Basis

KIND_WORDS: dict[Kind, Text] = {
    Kind.AGREEMENT: _("Agreement"),
    Kind.LINE: _("12-month lines"),
}
BASIS_WORDS: dict[Basis, Text] = {
    Basis.SAME: _("As many as before"),
    Basis.USED: _("What was used in 12 months"),
}
ACTION_WORDS: dict[str, Text] = {"agreement.renewed": _("Agreement renewed")}
COLUMN_WORDS: dict[str, Text] = {"predecessor_id": _("Renews")}
