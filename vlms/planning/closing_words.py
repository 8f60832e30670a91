"""The words of closing certificates, for pages, papers and the command line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vlms.core.money import Money
from vlms.core.text import Name, Text, _
from vlms.planning.rules.closing import Amiss, End

END_WORDS: dict[End, Text] = {
    End.USED: _("Used"),
    End.FORFEITED: _("Forfeited"),
    End.LAPSED: _("Lapsed"),
    End.VOID: _("Void"),
    End.UNDELIVERED: _("Not delivered"),
    End.BOOKED: _("Outcome to come"),
    End.ASSIGNED: _("Assigned, unused"),
    End.UNASSIGNED: _("Not assigned"),
}
END_MEANINGS: dict[End, Text] = {
    End.USED: _("Exams that were started, and libraries that were activated."),
    End.FORFEITED: _("Cancelled too late, or nobody came (C3)."),
    End.LAPSED: _("Unused on the last day; nothing is refunded (C5)."),
    End.VOID: _("Defective or not needed, and not replaced (C6)."),
    End.UNDELIVERED: _("Ordered, and never delivered."),
    End.BOOKED: _("An exam was booked before the last day; what came of it is not recorded."),
    End.ASSIGNED: _("Given to a person who can still use it."),
    End.UNASSIGNED: _("Nobody has it yet; it can still be given."),
}
NOTES = (
    _("What was bought is the sum of what became of it; nothing is counted twice."),
    _(
        "Each code bears its share of its order line; the shares add up to the line (P3). Amounts "
        "of different currencies stay apart."
    ),
    _("For the next order: what went in the months of use, taken for 12 months and rounded up."),
)
ACTION_WORDS: dict[str, Text] = {
    "closing.written": _("Closing certificate written"),
    "closing.drawn_again": _("Closing certificate brought up to date"),
    "closing.signed": _("Closing certificate signed"),
}
COLUMN_WORDS: dict[str, Text] = {
    "closing.number": _("Number"),
    "sequence": _("Edition"),
    "closing.digest": _("Content hash"),
    "signed_at": _("Signed at"),
    "signed_name": _("Signed by"),
}


def product_of(row: Mapping[str, Any]) -> Name:
    """A product as it was called when the certificate was drawn."""
    return Name(row["en"], chinese=row["zh"])


def fault_words(fault: Mapping[str, Any]) -> Text:
    """Why a certificate is withheld, in one sentence with both numbers."""
    currency = fault["currency"]

    def shown(number: int) -> object:
        return Money(number, currency) if currency else number

    values = {
        "product": product_of(fault),
        "expected": shown(fault["expected"]),
        "found": shown(fault["found"]),
    }
    return Text(_FAULTS[Amiss(fault["amiss"])].singular, values=values)


_FAULTS: dict[Amiss, Text] = {
    Amiss.COUNT: _("%(product)s: %(expected)s were bought, and %(found)s are accounted for."),
    Amiss.VALUE: _("%(product)s: the line costs %(expected)s, and its parts add up to %(found)s."),
    Amiss.CHARGED: _("%(product)s: %(expected)s were charged, and the line costs %(found)s."),
    Amiss.LEDGER: _(
        "%(product)s: the ledger says that %(expected)s were used, and the counter %(found)s."
    ),
}
