"""The paper that is signed off when a month is closed, and the list of its differences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vlms.core.days import day_writer
from vlms.core.language import Language, tag_of
from vlms.core.money import Money
from vlms.core.packed_text import unpack_text
from vlms.core.text import Text, _
from vlms.exports.document import Block, Document, Facts, Heading, Note, Paragraph, Rows
from vlms.exports.table import Column, Kind, Table
from vlms.reconciliation.difference_words import KIND_WORDS, SIDE_WORDS
from vlms.reconciliation.models.differences import Difference
from vlms.reconciliation.models.periods import Period
from vlms.reconciliation.queries.differences import KindCount
from vlms.reconciliation.rules.settling import WORDS

# So many differences a signed-off paper lists; making it holds the database.
LISTED_MOST = 2_000


@dataclass(frozen=True)
class Decided:
    """The differences of a month: how many of each kind and state, and the first of them."""

    counts: Sequence[KindCount]
    rows: Sequence[Difference]

    @property
    def count(self) -> int:
        return sum(one.count for one in self.counts)


_COUNTS: dict[str, Text] = {
    "charges": _("Charges here"),
    "publisher": _("Rows of the publisher's files"),
    "ledger": _("Rows of the own ledger"),
    "not_invoiced": _("Lines not invoiced yet"),
}
_SIDES = ("charges", "publisher", "ledger")


def amount_of(one: Difference) -> Money | None:
    """Theirs less ours, where there is one currency."""
    if one.amount_minor is None or one.currency is None:
        return None
    return Money(one.amount_minor, one.currency)


def line_of(one: Difference) -> str:
    """The order line that a difference is of, as people call it."""
    ours, theirs = one.ours or {}, one.theirs or {}
    return str(ours.get("reference") or theirs.get("reference") or theirs.get("order_number") or "")


def cause_of(one: Difference) -> Text | str:
    return unpack_text(one.cause) or ""


_COLUMNS: tuple[Column[Difference], ...] = (
    Column(_("Compared with"), lambda one: str(SIDE_WORDS[one.side])),
    Column(_("Kind"), lambda one: str(KIND_WORDS[one.kind])),
    Column(_("Line"), line_of),
    Column(
        _("Amount"),
        amount_of,
        Kind.MONEY,
        meaning=_("Theirs less ours, before tax; of a tax difference, the tax."),
    ),
    Column(_("Currency"), lambda one: one.currency),
    Column(_("Probable cause"), lambda one: str(cause_of(one))),
    Column(_("State"), lambda one: str(WORDS[one.state])),
    Column(_("Reason"), lambda one: _decided(one)),
)


def _decided(one: Difference) -> str | None:
    """Why it was decided so, with the other side's reference of a dispute."""
    return " · ".join(filter(None, (one.reason, one.dispute_reference))) or None


def differences_table(rows: Sequence[Difference], made_at: datetime) -> Table[Difference]:
    return Table(_("Differences"), _COLUMNS, rows, made_at)


def counts_of(period: Period) -> list[tuple[Text, int]]:
    """What the last matching counted, in words."""
    lines: dict[str, int] = (period.figures or {}).get("lines", {})
    return [(_COUNTS[name], lines[name]) for name in _COUNTS if name in lines]


def sums_of(period: Period) -> list[tuple[str, dict[str, Money]]]:
    """The net sums of each side, by currency; currencies are never added up."""
    found: list[dict[str, Any]] = (period.figures or {}).get("sums", [])
    return [
        (
            str(one["currency"]),
            {side: Money(one[side], one["currency"]) for side in _SIDES if side in one},
        )
        for one in found
    ]


_COUNT_COLUMNS: tuple[Column[KindCount], ...] = (
    Column(_("Compared with"), lambda one: str(SIDE_WORDS[one.side])),
    Column(_("Kind"), lambda one: str(KIND_WORDS[one.kind])),
    Column(_("State"), lambda one: str(WORDS[one.state])),
    Column(_("Differences"), lambda one: one.count, Kind.INTEGER),
    Column(_("Amount"), lambda one: _sum_of(one), Kind.MONEY),
    Column(_("Currency"), lambda one: one.currency),
)


def _sum_of(one: KindCount) -> Money | None:
    if one.amount_minor is None or one.currency is None:
        return None
    return Money(one.amount_minor, one.currency)


def sign_off_paper(
    period: Period, reseller: str, found: Decided, signer: str, now: datetime, language: Language
) -> Document:
    """What was compared, with which result, and what was decided about each difference.

    Of very many differences the paper lists the first, and counts all by what was decided.
    """
    sums = [
        (_("Net, %(side)s, %(currency)s", side=_COUNTS[side], currency=currency), money)
        for currency, amounts in sums_of(period)
        for side, money in amounts.items()
    ]
    return Document(
        _("Reconciliation of %(month)s", month=period.month),
        (
            Facts(
                (
                    (_("Reseller"), reseller),
                    (_("Signed off by"), signer),
                    *counts_of(period),
                    *sums,
                    (_("Differences"), found.count),
                )
            ),
            Note(_("Amounts of different currencies are never added up.")),
            *_counted(found, now),
            Heading(_("Differences")),
            Rows(differences_table(found.rows, now))
            if found.rows
            else Paragraph(_("Everything agrees.")),
        ),
        now,
        language=tag_of(language),
        landscape=True,
        write_day=day_writer(language, False),
    )


def _counted(found: Decided, now: datetime) -> list[Block]:
    if found.count <= len(found.rows):
        return []
    table = Table(_("Differences by kind and state"), _COUNT_COLUMNS, found.counts, now)
    return [
        Heading(table.title),
        Rows(table),
        Note(
            _(
                "The first %(listed)s of %(count)s differences are listed below; the month's "
                "page gives all of them as Excel or CSV.",
                listed=len(found.rows),
                count=found.count,
            )
        ),
    ]
