"""The signed paper of an opening balance: what was brought along, in counts and sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from vlms.codes.rules.shown_state import Shown, word
from vlms.core.text import Text, _
from vlms.exports.document import Block, Document, Facts, Heading, Note, Paragraph, Rows
from vlms.exports.table import Column, Kind, Table
from vlms.planning.service.opening_plan import OpeningPlan, ProductSum, SheetRun

UNISSUED = "unissued"


@dataclass(frozen=True)
class Signature:
    """Who signs for whom, when, and over which content (SHA-256 of the file in hexadecimal)."""

    organisation: str
    name: str
    at: datetime
    opened_on: date
    filename: str
    content_digest: str


def state_word(state: str) -> Text:
    """A state of codes in words; what was paid for and not delivered yet is one too (I1)."""
    return _("Not delivered yet") if state == UNISSUED else word(Shown(state))


_SHEET_COLUMNS: tuple[Column[SheetRun], ...] = (
    Column(_("Sheet"), lambda one: str(one.title)),
    Column(_("Rows"), lambda one: len(one.run.lines), Kind.INTEGER),
)
_SUM_COLUMNS: tuple[Column[ProductSum], ...] = (
    Column(_("Product"), lambda one: one.product),
    Column(_("Ordered"), lambda one: one.quantity, Kind.INTEGER),
    Column(_("Delivered"), lambda one: one.delivered, Kind.INTEGER),
    Column(_("Amount"), lambda one: one.amount, Kind.MONEY),
    Column(_("Currency"), lambda one: one.currency),
    Column(_("Codes by state"), lambda one: states_in_words(one)),
)


def states_in_words(one: ProductSum) -> str:
    parts = (f"{state_word(state)} {count}" for state, count in one.states.items())
    return " · ".join(parts)


def opening_paper(plan: OpeningPlan, signed: Signature) -> Document:
    """What is signed; no code and no person stands on it."""
    sums: Sequence[ProductSum] = plan.sums()
    blocks: list[Block] = [
        Facts(
            (
                (_("Organisation"), signed.organisation),
                (_("State as of"), signed.opened_on.isoformat()),
                (_("File"), signed.filename),
                (_("SHA-256 of the file"), signed.content_digest),
                (_("Signed by"), signed.name),
                (_("Signed at"), signed.at.strftime("%Y-%m-%d %H:%M:%S %Z")),
            )
        ),
        Heading(_("What was brought along")),
        Rows(Table(_("Sheets"), _SHEET_COLUMNS, plan.sheets, signed.at)),
        Heading(_("By product and currency")),
        Rows(Table(_("Sums"), _SUM_COLUMNS, sums, signed.at))
        if sums
        else Paragraph(_("No order was brought along.")),
        Note(_("Amounts are before tax, as they were invoiced. Currencies are never added up.")),
        Note(_("Of every line, what was paid for is the sum of the states.")),
    ]
    return Document(_("Opening balance"), tuple(blocks), signed.at, landscape=True)


def figures_of(plan: OpeningPlan) -> dict[str, object]:
    """The same counts and sums in plain values, to be kept beside the paper."""
    return {
        "sheets": [[sheet.key.value, len(sheet.run.lines)] for sheet in plan.sheets],
        "sums": [
            {
                "product": one.product,
                "currency": one.currency,
                "quantity": one.quantity,
                "delivered": one.delivered,
                "amount_minor": one.amount.minor,
                "states": dict(one.states),
            }
            for one in plan.sums()
        ],
    }
