"""Imports a price list: first what every row would do, then all of it or nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.audit.service import journal
from vlms.catalog.models import Price, PriceLevel, PriceList, Product, Programme
from vlms.catalog.price_columns import FIELDS, HEADINGS
from vlms.catalog.rules.price_row import LABELS, PriceKey, PriceRow, clashes, read_price_row
from vlms.core.doubles import refusing_doubles
from vlms.core.dry_run import Change, Difference, DryRun, Fault, Line, row_fault
from vlms.core.errors import BadInput, Conflict
from vlms.core.permissions import Permission
from vlms.core.text import Text, _
from vlms.core.work import Work
from vlms.exports.mapping import check_mapping, guess_mapping, value_in
from vlms.exports.sheets import Sheet, typed

Held = Mapping[PriceKey, Sequence[Price]]


@dataclass(frozen=True)
class _Known:
    """What the rows are compared with."""

    products: Mapping[str, Product]
    held: Held


def examine_prices(session: Session, sheet: Sheet) -> DryRun[PriceRow]:
    """What an import of the sheet would do. Raises BadInput when a column is missing."""
    mapping = guess_mapping(FIELDS, sheet.headers)
    check_mapping(FIELDS, mapping, sheet.headers)
    texts = {
        row.number: {name: typed(value_in(row, mapping, name)) for name in LABELS}
        for row in sheet.rows
    }
    known = _known(session, {text["product"] for text in texts.values()})
    read = {number: _read(number, text, known) for number, text in texts.items()}
    for number, refusal in clashes([(n, row) for n, (row, _faults) in read.items() if row]):
        read[number] = (None, [*read[number][1], row_fault(number, refusal)])
    lines = [_line(number, texts[number], read[number], known) for number in texts]
    problems = [Fault(p.row, p.sentence, None, p.way_out) for p in sheet.problems]
    return DryRun(HEADINGS, lines, problems)


def says_sample(sheet: Sheet) -> bool:
    """Whether the file itself says, in a column of its own, that its prices are a sample."""
    mapping = guess_mapping(FIELDS, sheet.headers)
    return any(value_in(row, mapping, "sample") for row in sheet.rows)


def import_prices(work: Work, sheet: Sheet, name: str, *, is_sample: bool) -> PriceList:
    """Write all rows of the sheet in this transaction.

    Raises BadInput, and writes nothing, while any row or the file itself is wrong.
    """
    work.actor.require(Permission.EDIT_CATALOG)
    run = examine_prices(work.session, sheet)
    run.require_sound()
    work.does("prices.imported")
    price_list = PriceList(
        name=name, is_sample=is_sample or says_sample(sheet), imported_at=work.now
    )
    work.session.add(price_list)
    work.flush()
    rows = [line.facts for line in run.lines if line.facts is not None]
    known = _known(work.session, {row.key.product for row in rows})
    with refusing_doubles(work, uq_price=_meanwhile()):
        work.session.add_all(
            _new_price(line.facts, price_list, known)
            for line in run.lines
            if line.facts is not None and line.change is Change.NEW
        )
        _change_prices(work, price_list, run.lines, known)
    return price_list


def _meanwhile() -> Conflict:
    return Conflict(
        None,
        _("Some of these prices were entered by somebody else meanwhile."),
        field="file",
        way_out=_("Look at the list again and send it once more."),
    )


def _known(session: Session, keys: Iterable[str]) -> _Known:
    """The named products, and the prices that they have."""
    products = {
        product.key: product
        for product in session.scalars(select(Product).where(Product.key.in_(sorted(keys))))
    }
    held: dict[PriceKey, list[Price]] = defaultdict(list)
    by_id = {product.id: product.key for product in products.values()}
    statement = select(Price).where(Price.product_id.in_(list(by_id)))
    for price in session.scalars(statement.order_by(Price.effective_from)):
        held[_key_of(price, by_id[price.product_id])].append(price)
    return _Known(products, held)


def _key_of(price: Price, product: str) -> PriceKey:
    level = price.level.value
    return PriceKey(product, price.programme, level, price.currency, price.from_quantity)


def _read(
    number: int, text: Mapping[str, str], known: _Known
) -> tuple[PriceRow | None, list[Fault]]:
    row, refusals = read_price_row(text, list(Programme), list(PriceLevel))
    product = known.products.get(text["product"])
    if product is None and text["product"]:
        refusals.append(_unknown_product(text["product"]))
    elif row is not None and product is not None:
        refusals.extend(_not_sold_there(row, product))
    faults = [row_fault(number, refusal) for refusal in refusals]
    return (None if faults else row), faults


def _unknown_product(key: str) -> BadInput:
    return BadInput(
        None,
        _('Product: there is no product "%(key)s".', key=key[:60]),
        reason="unknown_product",
        field="product",
        way_out=_("Use a key of the catalogue, as mcp-exam-voucher."),
    )


def _not_sold_there(row: PriceRow, product: Product) -> Iterable[BadInput]:
    if product.is_academic_only and not Programme(row.key.programme).is_academic:
        yield BadInput(
            "A1",
            _("Programme: this product is sold under EES, School and OVS-ES only."),
            reason="academic_only",
            field="programme",
            way_out=_("Remove the row, or name one of these programmes."),
        )


def _line(
    number: int,
    text: Mapping[str, str],
    read: tuple[PriceRow | None, list[Fault]],
    known: _Known,
) -> Line[PriceRow]:
    row, faults = read
    shown = tuple(text[name] for name in LABELS)
    if row is None:
        return Line(number, Change.WRONG, shown, faults=tuple(faults))
    held = known.held.get(row.key, ())
    now = next((price for price in held if price.effective_from == row.effective_from), None)
    differences = tuple(_differences(now, row)) if now is not None else ()
    change = Change.NEW if now is None else Change.CHANGED if differences else Change.SAME
    return Line(number, change, shown, row, differences, notes=tuple(_notes(row, held)))


def _differences(price: Price, row: PriceRow) -> Iterable[Difference]:
    for name in ("unit_price", "reference_price", "effective_to"):
        before, after = getattr(price, name), getattr(row, name)
        if before != after:
            yield Difference(LABELS[name], _plain(before), _plain(after))


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "–" if value is None else str(value)


def _notes(row: PriceRow, held: Sequence[Price]) -> Iterable[Text]:
    """Which prices this one takes the place of, or gives way to, on its days."""
    for price in held:
        if not row.overlaps(price.effective_from, price.effective_to):
            continue
        if price.effective_from < row.effective_from:
            yield _("From this day on it replaces %(price)s.", price=_plain(price.unit_price))
        elif price.effective_from > row.effective_from:
            until = price.effective_from - timedelta(days=1)
            yield _("It holds until %(day)s; a later price follows.", day=until)


def _new_price(row: PriceRow, price_list: PriceList, known: _Known) -> Price:
    return Price(
        price_list_id=price_list.id,
        product_id=known.products[row.key.product].id,
        programme=row.key.programme,
        level=PriceLevel(row.key.level),
        currency=row.key.currency,
        from_quantity=row.key.from_quantity,
        unit_price=row.unit_price,
        reference_price=row.reference_price,
        effective_from=row.effective_from,
        effective_to=row.effective_to,
    )


def _change_prices(
    work: Work, price_list: PriceList, lines: Iterable[Line[PriceRow]], known: _Known
) -> None:
    """Change what is held, and tell the journal before and after of each."""
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    for line in lines:
        if line.facts is None or line.change is not Change.CHANGED:
            continue
        row = line.facts
        price = next(p for p in known.held[row.key] if p.effective_from == row.effective_from)
        name = " ".join(line.shown[:5])
        before[name] = ", ".join(f"{d.name} {d.before}" for d in line.differences)
        after[name] = ", ".join(f"{d.name} {d.after}" for d in line.differences)
        price.price_list_id = price_list.id
        price.unit_price, price.reference_price = row.unit_price, row.reference_price
        price.effective_to = row.effective_to
    if after:
        record = ("price_list", price_list.id, None)
        journal(work, "prices.changed", record, before=before, after=after)
