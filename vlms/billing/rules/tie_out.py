"""Tie-out: lines = invoice = statement = export, net and gross, per currency."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vlms.billing.rules.statement import Sum
from vlms.core.errors import Conflict
from vlms.core.money import Money
from vlms.core.text import Text, _

_MOST_TOLD = 5


@dataclass(frozen=True, slots=True)
class Ordered:
    """An order line, and all that was ever charged for it (net, minor units)."""

    reference: str
    currency: str
    line_minor: int
    charged_minor: int


@dataclass(frozen=True, slots=True)
class Billed:
    """An order line on a posted invoice, and what was charged for it (net, minor units)."""

    reference: str
    invoice_number: str
    currency: str
    invoiced_minor: int
    charged_minor: int


@dataclass(frozen=True, slots=True)
class PostedInvoice:
    """What a posted invoice says, and what its lines sum up to."""

    number: str
    currency: str
    net_minor: int
    gross_minor: int
    lines_net_minor: int
    lines_gross_minor: int


class StatementWithheld(Conflict):
    """The sides do not agree, so nothing leaves."""

    reason = "tie_out"


def unequal(
    ordered: Iterable[Ordered], billed: Iterable[Billed], invoices: Iterable[PostedInvoice]
) -> list[Text]:
    """A sentence for each record in which two sides differ; none where all agrees."""
    found = [_line_differs(one) for one in ordered if one.line_minor != one.charged_minor]
    found += [_invoice_differs(one) for one in billed if one.invoiced_minor != one.charged_minor]
    found += [
        _("The lines of invoice %(number)s do not add up to its total.", number=one.number)
        for one in invoices
        if (one.net_minor, one.gross_minor) != (one.lines_net_minor, one.lines_gross_minor)
    ]
    return found


def unequal_sums(stated: Sequence[Sum], written: dict[str, tuple[int, int]]) -> list[Text]:
    """Where a file that was written says other sums, net and gross, than the statement."""
    found = []
    for one in stated:
        net, gross = written.get(one.currency, (0, 0))
        for shown, said in ((one.net, net), (one.gross, gross)):
            if shown.minor != said:
                found.append(
                    _(
                        "The statement says %(stated)s, the file %(written)s.",
                        stated=shown,
                        written=Money(said, one.currency),
                    )
                )
    return found


def require_equal(found: Sequence[Text]) -> None:
    """Raises StatementWithheld that names the first differences and counts the others."""
    if not found:
        return
    told = " ".join(str(one) for one in found[:_MOST_TOLD])
    raise StatementWithheld(
        None,
        _(
            "The export is withheld, since the sides do not agree (differences: %(count)s). "
            "%(told)s",
            count=len(found),
            told=told,
        ),
        way_out=_("Correct the invoice by a credit note, or tell the operator."),
    )


def _line_differs(one: Ordered) -> Text:
    return _(
        "Line %(line)s costs %(amount)s, and %(charged)s were charged.",
        line=one.reference,
        amount=Money(one.line_minor, one.currency),
        charged=Money(one.charged_minor, one.currency),
    )


def _invoice_differs(one: Billed) -> Text:
    return _(
        "Line %(line)s stands on invoice %(number)s with %(amount)s, and %(charged)s were charged.",
        line=one.reference,
        number=one.invoice_number,
        amount=Money(one.invoiced_minor, one.currency),
        charged=Money(one.charged_minor, one.currency),
    )
