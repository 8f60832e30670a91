"""A reseller's table of exchange rates: entered one by one, or from a file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from vlms.billing.models.prices import ExchangeRate
from vlms.billing.queries.exchange_rates import get_rate, list_rates
from vlms.billing.rules.exchange import LABELS, RateRow, check_rate, read_rate_row, shown_rate
from vlms.core.doubles import refusing_doubles
from vlms.core.dry_run import Change, Difference, DryRun, Fault, Line, row_fault
from vlms.core.errors import BadInput
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.core.work import Work
from vlms.exports.mapping import Field, check_mapping, guess_mapping, value_in
from vlms.exports.sheets import Sheet, typed

_SYNONYMS = {
    "from_currency": ("From", "Pricing currency", "原幣", "原幣別", "來源幣別"),
    "to_currency": ("To", "Billing currency", "本幣", "目標幣別"),
    "effective_on": ("Date", "Effective on", "Valid from", "日期", "生效日", "生效日期"),
    "rate": ("Exchange rate", "匯率"),
    "source": ("Remark", "來源", "備註"),
}
FIELDS = tuple(
    Field(name, label, _SYNONYMS[name], required=name != "source") for name, label in LABELS.items()
)
_Held = Mapping[tuple[str, str, date], ExchangeRate]


def add_rate(work: Work, reseller_id: UUID, row: RateRow) -> ExchangeRate:
    """Raises BadInput for a rate of a currency in itself, and where the day has one already."""
    work.actor.require(Permission.EDIT_INVOICES)
    check_rate(row)
    work.does("exchange_rate.added")
    rate = _new(reseller_id, row)
    double = BadInput(
        None,
        _("There is a rate of that day already."),
        reason="double",
        field="effective_on",
        way_out=_("Choose another day, or remove the other rate first."),
    )
    with refusing_doubles(work, uq_exchange_rate=double):
        work.session.add(rate)
    return rate


def remove_rate(work: Work, rate_id: UUID) -> ExchangeRate:
    """Take a rate out of the table; posted invoices keep theirs. Raises NotFound."""
    work.actor.require(Permission.EDIT_INVOICES)
    rate = get_rate(work.session, rate_id)
    work.does("exchange_rate.removed")
    work.session.delete(rate)
    work.flush()
    return rate


def examine_rates(session: Session, reseller_id: UUID, sheet: Sheet) -> DryRun[RateRow]:
    """What an import of the sheet would do. Raises BadInput when a column is missing."""
    mapping = guess_mapping(FIELDS, sheet.headers)
    check_mapping(FIELDS, mapping, sheet.headers)
    held = _held(session, reseller_id)
    seen: dict[tuple[str, str, date], int] = {}
    lines = []
    for row in sheet.rows:
        texts = {name: typed(value_in(row, mapping, name)) for name in LABELS}
        lines.append(_line(row.number, texts, held, seen))
    problems = [Fault(p.row, p.sentence, None, p.way_out) for p in sheet.problems]
    return DryRun(tuple(LABELS.values()), lines, problems)


def import_rates(work: Work, reseller_id: UUID, sheet: Sheet) -> int:
    """Write all rows of the sheet in this transaction; how many were new or changed.

    Raises BadInput, and writes nothing, while any row or the file itself is wrong.
    """
    work.actor.require(Permission.EDIT_INVOICES)
    run = examine_rates(work.session, reseller_id, sheet)
    run.require_sound()
    work.does("exchange_rate.imported")
    held = _held(work.session, reseller_id)
    for line in run.lines:
        if line.facts is None or line.change is Change.SAME:
            continue
        if line.change is Change.NEW:
            work.session.add(_new(reseller_id, line.facts))
        else:
            rate = held[line.facts.key]
            rate.rate_millionths, rate.source = line.facts.rate_millionths, line.facts.source
    work.flush()
    return run.counts[Change.NEW] + run.counts[Change.CHANGED]


def _held(session: Session, reseller_id: UUID) -> _Held:
    return {
        (rate.from_currency, rate.to_currency, rate.effective_on): rate
        for rate in list_rates(session, reseller_id)
    }


def _line(
    number: int, texts: Mapping[str, str], held: _Held, seen: dict[tuple[str, str, date], int]
) -> Line[RateRow]:
    row, refusals = read_rate_row(texts)
    shown = tuple(texts[name] for name in LABELS)
    if row is not None and row.key in seen:
        refusals.append(_repeated(seen[row.key]))
    if row is None or refusals:
        faults = tuple(row_fault(number, refusal) for refusal in refusals)
        return Line(number, Change.WRONG, shown, faults=faults)
    seen[row.key] = number
    differences = tuple(_differences(held[row.key], row)) if row.key in held else ()
    change = Change.NEW if row.key not in held else Change.CHANGED if differences else Change.SAME
    return Line(number, change, shown, row, differences)


def _repeated(first: int) -> BadInput:
    return BadInput(
        None,
        _("Row %(row)s gives a rate of the same day.", row=first),
        reason="repeated",
        field="effective_on",
        way_out=_("Remove one of the two rows."),
    )


def _differences(held: ExchangeRate, row: RateRow) -> list[Difference]:
    pairs = (
        ("rate", shown_rate(held.rate_millionths), shown_rate(row.rate_millionths)),
        ("source", held.source or "–", row.source or "–"),
    )
    return [Difference(LABELS[name], was, now) for name, was, now in pairs if was != now]


def _new(reseller_id: UUID, row: RateRow) -> ExchangeRate:
    return ExchangeRate(
        reseller_id=reseller_id,
        from_currency=row.from_currency,
        to_currency=row.to_currency,
        effective_on=row.effective_on,
        rate_millionths=row.rate_millionths,
        source=row.source,
    )
