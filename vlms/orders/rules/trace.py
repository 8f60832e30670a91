"""A line's price with every fact that explains it: the same on page, paper and command line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from vlms.core.money import Money, minor_digits, round_half_up
from vlms.core.text import Text, _
from vlms.orders.rules.proration import TERM_MONTHS

_SHOWN_DECIMALS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceSource:
    """Where a unit price comes from; all of it may be unknown, as on the command line.

    `holds_until` is the last order day of its price list (or the product's last sale
    day), `list_day` the day whose list counts and `is_initial` whether the agreement's
    initial order keeps it (P5), `band_from` the band's smallest quantity and `band_total`
    the product's units in the order (P6), `points` those of the agreement year, None for
    a fixed level (P4), `reference_price` what a unit costs outside the programme, `rules`
    those that chose the price.
    """

    list_key: str | None = None
    list_name: str | None = None
    is_sample: bool = False
    list_day: date | None = None
    is_initial: bool = False
    level: str | None = None
    points: int | None = None
    band_from: int | None = None
    band_total: int | None = None
    holds_until: date | None = None
    reference_price: Decimal | None = None
    rules: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The source in plain values."""
        return {
            "list_key": self.list_key,
            "list_name": self.list_name,
            "is_sample": self.is_sample,
            "list_day": _iso(self.list_day),
            "is_initial": self.is_initial,
            "level": self.level,
            "points": self.points,
            "band_from": self.band_from,
            "band_total": self.band_total,
            "holds_until": _iso(self.holds_until),
            "reference_price": None
            if self.reference_price is None
            else f"{self.reference_price:f}",
            "rules": list(self.rules),
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> PriceSource:
        """The source that `to_json` wrote."""
        return cls(
            list_key=kept["list_key"],
            list_name=kept["list_name"],
            is_sample=kept["is_sample"],
            list_day=_day(kept["list_day"]),
            is_initial=kept["is_initial"],
            level=kept["level"],
            points=kept["points"],
            band_from=kept["band_from"],
            band_total=kept["band_total"],
            holds_until=_day(kept["holds_until"]),
            reference_price=_price(kept["reference_price"]),
            rules=tuple(kept["rules"]),
        )


NO_SOURCE = PriceSource()


@dataclass(frozen=True, slots=True, kw_only=True)
class LineTrace:
    """A quoted line (P1-P3): both days belong to the charge, the amount is before tax.

    `is_twelve_months` says what the line is, `asked_twelve_months` what was wished;
    `anchor_end` is the running anchor's day (O3). After `valid_until`, an order day,
    the months or the price list would be others. `ordered_price` is the unit price of the
    order day where the line was priced again before its invoice (P5).
    """

    ordered_on: date
    start: date
    end: date
    months: int
    cap_months: int | None
    is_twelve_months: bool
    asked_twelve_months: bool
    anchor_end: date | None
    unit_price: Decimal
    quantity: int
    amount: Money
    exact: Fraction
    rules: tuple[str, ...]
    valid_until: date
    source: PriceSource = NO_SOURCE
    ordered_price: Decimal | None = None

    @property
    def currency(self) -> str:
        return self.amount.currency

    @property
    def is_rounded(self) -> bool:
        """Whether rounding changed the amount."""
        return self.exact != Fraction(self.amount.amount)

    @property
    def formula(self) -> str:
        """The reckoning in signs, for programs: `1120.00 × 10 × 6 / 12 = 5600.00`."""
        return self._reckoned("")

    @property
    def shown_formula(self) -> str:
        """The same for people, in any of their languages: `1,120.00 × 10 × 6 / 12 = 5,600.00`."""
        return self._reckoned(",")

    def _reckoned(self, between: str) -> str:
        """With this sign between thousands."""
        return reckoned(self.unit_price, self.quantity, self.months, self.amount, between)

    @property
    def rounding(self) -> Text:
        """The rule of rounding (P3), as printed with every quote."""
        digits = minor_digits(self.currency)
        return _(
            "Rounded half-up once, after multiplying by quantity and months, "
            "to the decimals of %(currency)s: %(digits)s.",
            currency=self.currency,
            digits=digits,
        )

    @property
    def saving(self) -> Money | None:
        """What the line costs less than at the reference price; None without one."""
        reference = self.source.reference_price
        if reference is None:
            return None
        exact = exact_amount(reference, self.quantity, self.months)
        return Money(rounded(exact, self.currency).minor - self.amount.minor, self.currency)

    def priced_again(self, unit_price: Decimal, source: PriceSource) -> LineTrace:
        """The same line at another list's price (P5): its days and months stay."""
        exact = exact_amount(unit_price, self.quantity, self.months)
        return replace(
            self,
            unit_price=unit_price,
            amount=rounded(exact, self.currency),
            exact=exact,
            source=source,
            ordered_price=self.unit_price if self.ordered_price is None else self.ordered_price,
        )

    def to_json(self) -> dict[str, Any]:
        """The trace in plain values of no language: kept with the line, given by the API."""
        return {
            "ordered_on": self.ordered_on.isoformat(),
            "charge_start": self.start.isoformat(),
            "charge_end": self.end.isoformat(),
            "months": self.months,
            "cap_months": self.cap_months,
            "twelve_months": self.is_twelve_months,
            "asked_twelve_months": self.asked_twelve_months,
            "anchor_end": _iso(self.anchor_end),
            "unit_price": f"{self.unit_price:f}",
            "currency": self.currency,
            "quantity": self.quantity,
            "amount": f"{self.amount.amount:f}",
            "exact": str(self.exact),
            "formula": self.formula,
            "rules": list(self.rules),
            "valid_until": self.valid_until.isoformat(),
            "source": self.source.to_json(),
            **({} if self.ordered_price is None else {"ordered_price": f"{self.ordered_price:f}"}),
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> LineTrace:
        """The trace that `to_json` wrote, be it before lines were priced again."""
        return cls(
            ordered_on=date.fromisoformat(kept["ordered_on"]),
            start=date.fromisoformat(kept["charge_start"]),
            end=date.fromisoformat(kept["charge_end"]),
            months=kept["months"],
            cap_months=kept["cap_months"],
            is_twelve_months=kept["twelve_months"],
            asked_twelve_months=kept["asked_twelve_months"],
            anchor_end=_day(kept["anchor_end"]),
            unit_price=Decimal(kept["unit_price"]),
            quantity=kept["quantity"],
            amount=Money.of(Decimal(kept["amount"]), kept["currency"]),
            exact=Fraction(kept["exact"]),
            rules=tuple(kept["rules"]),
            valid_until=date.fromisoformat(kept["valid_until"]),
            source=PriceSource.from_json(kept["source"]),
            ordered_price=_price(kept.get("ordered_price")),
        )


def exact_amount(unit_price: Decimal, quantity: int, months: int) -> Fraction:
    """P1: 12-month unit price × quantity × months / 12, not rounded."""
    numerator, denominator = unit_price.as_integer_ratio()
    return Fraction(numerator * quantity * months, denominator * TERM_MONTHS)


def rounded(exact: Fraction, currency: str) -> Money:
    """P3: half-up, once, to the currency's minor unit."""
    return Money.of(round_half_up(exact, minor_digits(currency)), currency)


def reckoned(
    unit_price: Decimal, quantity: int, months: int, amount: Money, between: str = ","
) -> str:
    """An amount as it came about (P1), in signs: `1,120.00 × 10 × 6 / 12 = 5,600.00`."""
    exact = exact_amount(unit_price, quantity, months)
    price = price_text(unit_price, amount.currency, between)
    product = f"{price} × {quantity:{between}} × {months} / {TERM_MONTHS}"
    shown = f"{amount.amount:{between}f}"
    if exact != Fraction(amount.amount):
        return f"{product} = {exact_text(exact, between)} ≈ {shown}"
    return f"{product} = {shown}"


def price_text(unit_price: Decimal, currency: str, between: str = ",") -> str:
    """A unit price with its own decimals, at least those of the currency: 1,120.00, 0.0125."""
    whole, _point, decimals = f"{unit_price:{between}f}".partition(".")
    decimals = decimals.rstrip("0").ljust(minor_digits(currency), "0")
    return f"{whole}.{decimals}" if decimals else whole


def exact_text(exact: Fraction, between: str = "") -> str:
    """An exact value in decimals; one that never ends is cut, marked by an ellipsis.

    `between` stands between thousands.
    """
    digits = _SHOWN_DECIMALS
    scaled, rest = divmod(exact.numerator * 10**digits, exact.denominator)
    whole, decimals = divmod(scaled, 10**digits)
    shown = f"{whole:{between}}.{decimals:0{digits}d}"
    return f"{shown}…" if rest else shown.rstrip("0").rstrip(".")


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _price(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
