"""Orders, their lines and the order form as tables and papers; figures are those of the page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from vlms.catalog.models import Product
from vlms.core.days import day_writer
from vlms.core.language import Language, tag_of
from vlms.core.money import Money
from vlms.core.text import Name, Text, _
from vlms.core.zones import bracketed_zone
from vlms.exports.document import Block, Document, Facts, Heading, Note, Paragraph, Rows
from vlms.exports.table import Column, Kind, Table, Total
from vlms.orders.explanation import BEFORE_TAX, REPRICING, SAMPLE, explain
from vlms.orders.models import Order, OrderLine
from vlms.orders.rules.order_clock import OrderState
from vlms.orders.rules.trace import LineTrace, price_text
from vlms.orders.service.pricing import PricedLine, PricedOrder
from vlms.orders.words import CHARGE_WORDS, STATE_WORDS

_MARKS = (_("Before tax"),)


def product_name(product: Product) -> Text:
    """A product's name in the reader's language."""
    return Name(product.name_en, chinese=product.name_zh)


def _counts(order: Order) -> bool:
    """Whether sums add the order up: it was placed and not cancelled."""
    return order.placed_at is not None and order.state is not OrderState.CANCELLED


_SUMMED = _("What the total adds up: orders that were placed and not cancelled.")
_PLACED = Column[Order](
    _("Of this placed"),
    lambda o: Money(o.total_minor, o.currency) if _counts(o) else None,
    Kind.MONEY,
    meaning=_SUMMED,
    of="total",
)
ORDER_COLUMNS = (
    Column[Order](_("Order"), lambda o: o.number, of="number"),
    Column[Order](_("Organisation"), lambda o: o.organisation.name, of="organisation"),
    Column[Order](_("Agreement"), lambda o: o.agreement.number, of="agreement"),
    Column[Order](_("Reseller"), lambda o: o.reseller.name if o.reseller else None, of="reseller"),
    Column[Order](_("State"), lambda o: STATE_WORDS[o.state], of="state"),
    Column[Order](
        _("Order day"),
        lambda o: o.ordered_on,
        Kind.DATE,
        meaning=_("The day that prices and months count from (P1), in the agreement's zone."),
        of="ordered_on",
    ),
    Column[Order](_("Price level"), lambda o: o.price_level.value if o.price_level else None),
    Column[Order](_("Purchase-order number"), lambda o: o.purchase_order, of="purchase_order"),
    Column[Order](_("Cost centre"), lambda o: o.cost_centre, of="cost_centre"),
    Column[Order](_("Currency"), lambda o: o.currency, of="total"),
    Column[Order](
        _("Total before tax"), lambda o: Money(o.total_minor, o.currency), Kind.MONEY, of="total"
    ),
    _PLACED,
)


def order_table(orders: Sequence[Order], made_at: datetime, zone: str = "UTC") -> Table[Order]:
    """Orders, one a row; drafts carry the total of their last saving. Instants in `zone`."""
    begun = Column[Order](_("Begun"), lambda o: o.created_at, Kind.INSTANT, zone, of="created")
    totals, notes = (Total(_PLACED),), (BEFORE_TAX,)
    return Table(_("Orders"), ORDER_COLUMNS, orders, made_at, totals, notes, _MARKS, (begun,))


def _amount(line: OrderLine) -> Money | None:
    return None if line.amount_minor is None else Money(line.amount_minor, line.order.currency)


def _trace(line: OrderLine) -> LineTrace | None:
    return None if line.trace is None else LineTrace.from_json(line.trace)


def _formula(line: OrderLine) -> str | None:
    trace = _trace(line)
    return None if trace is None else trace.shown_formula


def _rules(line: OrderLine) -> str | None:
    trace = _trace(line)
    return None if trace is None else ", ".join(trace.rules)


_PLACED_AMOUNT = Column[OrderLine](
    _("Of this placed"),
    lambda line: _amount(line) if _counts(line.order) else None,
    Kind.MONEY,
    meaning=_SUMMED,
)
LINE_COLUMNS = (
    Column[OrderLine](_("Order"), lambda line: line.order.number),
    Column[OrderLine](_("Organisation"), lambda line: line.order.organisation.name),
    Column[OrderLine](_("Agreement"), lambda line: line.order.agreement.number),
    Column[OrderLine](_("State"), lambda line: STATE_WORDS[line.order.state]),
    Column[OrderLine](_("Line"), lambda line: line.position, Kind.INTEGER),
    Column[OrderLine](_("Product"), lambda line: product_name(line.product)),
    Column[OrderLine](_("Quantity"), lambda line: line.quantity, Kind.INTEGER),
    Column[OrderLine](
        _("Charge type"),
        lambda line: line.charge_type.value,
        meaning=_("new: 12 months; addQuantity: prorated; renew: the next 12 months."),
    ),
    Column[OrderLine](_("Months"), lambda line: line.months, Kind.INTEGER),
    Column[OrderLine](_("First day"), lambda line: line.charge_start, Kind.DATE),
    Column[OrderLine](_("Last day"), lambda line: line.charge_end, Kind.DATE),
    Column[OrderLine](_("Unit price for 12 months"), lambda line: line.unit_price, Kind.UNIT_PRICE),
    Column[OrderLine](_("Currency"), lambda line: line.order.currency),
    Column[OrderLine](_("Amount before tax"), _amount, Kind.MONEY),
    _PLACED_AMOUNT,
    Column[OrderLine](_("Reckoned as"), _formula),
    Column[OrderLine](_("Rules"), _rules),
    Column[OrderLine](_("Delivered"), lambda line: line.delivered_quantity, Kind.INTEGER),
)


# A page is not as wide as a sheet: organisation, state, formula and rules stay away.
_PAPER_COLUMNS = tuple(LINE_COLUMNS[place] for place in (0, 2, 5, 6, 8, 9, 10, 11, 12, 13, 14, 17))


def line_table(
    lines: Sequence[OrderLine], made_at: datetime, *, on_paper: bool = False
) -> Table[OrderLine]:
    """Order lines with their price, one a row."""
    columns = _PAPER_COLUMNS if on_paper else LINE_COLUMNS
    traces = (_trace(line) for line in lines)
    is_sample = any(trace.source.is_sample for trace in traces if trace)
    notes = (BEFORE_TAX, *((SAMPLE,) if is_sample else ()))
    totals = (Total(_PLACED_AMOUNT),)
    return Table(_("Order lines"), columns, lines, made_at, totals, notes, _MARKS)


def order_form(order: Order, priced: PricedOrder, now: datetime, language: Language) -> Document:
    """The order form: what is ordered, at what price, and how each line was counted."""
    zone = ZoneInfo(order.agreement.time_zone)
    marks: list[Text] = [*_MARKS, STATE_WORDS[order.state]]
    blocks: list[Block] = [
        Facts(_heads(order, priced)),
        Rows(_priced_table(priced, now.astimezone(zone))),
        Note(BEFORE_TAX),
        *([Note(SAMPLE)] if priced.is_sample else []),
        *_explained(priced),
        Note(REPRICING),
        Note(_("Nothing is refunded once it is delivered.")),
    ]
    return Document(
        _("Order form"),
        blocks,
        now.astimezone(zone),
        number=order.number,
        marks=marks,
        language=tag_of(language),
        write_day=day_writer(language, order.organisation.has_roc_years),
    )


def _heads(order: Order, priced: PricedOrder) -> list[tuple[Text, object]]:
    agreement = order.agreement
    zone = bracketed_zone(agreement.time_zone)
    days = {"first": agreement.first_day, "last": agreement.last_day, "zone": zone}
    return [
        (_("Organisation"), order.organisation.name),
        (_("Agreement"), f"{agreement.number} · {agreement.programme.value}"),
        (_("Agreement term"), Text("%(first)s – %(last)s%(zone)s", values=days)),
        (_("Reseller"), order.agreement.reseller.name if order.agreement.reseller else "–"),
        (_("Order day"), priced.on),
        (_("Price level"), priced.level or "–"),
        (_("Purchase-order number"), order.purchase_order or "–"),
        (_("Cost centre"), order.cost_centre or "–"),
        (_("Total before tax"), priced.total or "–"),
        # Placing fixed the price: a day until which it holds would mislead (O4).
        *([] if order.placed_at else [(_("Valid until"), priced.valid_until or "–")]),
    ]


def _priced_table(priced: PricedOrder, made_at: datetime) -> Table[PricedLine]:
    amount = Column[PricedLine](
        _("Amount before tax"), lambda line: line.trace and line.trace.amount, Kind.MONEY
    )
    columns = (
        Column[PricedLine](_("Product"), lambda line: product_name(line.product)),
        Column[PricedLine](_("Quantity"), lambda line: line.wish.quantity, Kind.INTEGER),
        Column[PricedLine](
            _("Months"), lambda line: line.trace and line.trace.months, Kind.INTEGER
        ),
        Column[PricedLine](_("First day"), lambda line: line.trace and line.trace.start, Kind.DATE),
        Column[PricedLine](_("Last day"), lambda line: line.trace and line.trace.end, Kind.DATE),
        Column[PricedLine](
            _("Unit price for 12 months"),
            lambda line: line.trace and price_text(line.trace.unit_price, priced.currency),
            Kind.FIGURE,
        ),
        Column[PricedLine](_("Currency"), lambda _line: priced.currency),
        amount,
    )
    expected = () if priced.total is None else (priced.total,)
    return Table(_("Lines"), columns, priced.lines, made_at, (Total(amount, expected),))


def _explained(priced: PricedOrder) -> list[Block]:
    blocks: list[Block] = [Heading(_("How it was counted"))]
    for place, line in enumerate(priced.lines, start=1):
        blocks.append(Paragraph(f"{place}. {product_name(line.product)}"))
        if line.trace is not None:
            blocks.append(
                Paragraph(_("Charge type: %(word)s", word=CHARGE_WORDS[line.charge_type]))
            )
            blocks += [
                Note(_("%(rule)s: %(text)s", rule=one.rule, text=one.text))
                for one in explain(line.trace)
            ]
        elif line.refusal is not None:
            blocks.append(Note(str(line.refusal)))
    return blocks
