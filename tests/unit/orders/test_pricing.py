from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from tests.unit.orders.lines import TERM_END, TERM_START, a_request
from vlms.core.errors import BadInput
from vlms.orders.errors import OrderRefused
from vlms.orders.rules.pricing import LineRequest, quote_line
from vlms.orders.rules.trace import LineTrace, PriceSource, price_text

THREE_YEARS = {"term_start": date(2024, 7, 1), "term_end": date(2027, 6, 30)}


def refusal_of(request: LineRequest) -> OrderRefused:
    with pytest.raises(OrderRefused) as refusal:
        quote_line(request)
    return refusal.value


@pytest.mark.parametrize(
    ("ordered_on", "term", "months", "amount", "start", "end"),
    [
        ("2024-10-15", None, 8, "800.00", "2024-10-15", "2025-06-30"),
        ("2024-10-01", None, 9, "900.00", "2024-10-01", "2025-06-30"),
        ("2024-07-15", ("2024-07-15", "2025-07-14"), 12, "1200.00", "2024-07-15", "2025-07-14"),
        ("2025-01-31", ("2024-03-01", "2025-02-28"), 1, "100.00", "2025-01-31", "2025-02-28"),
        ("2024-04-02", None, 12, "1200.00", "2024-07-01", "2025-06-30"),
    ],
)
def test_the_worked_examples_come_out_to_the_cent(
    ordered_on: str, term: tuple[str, str] | None, months: int, amount: str, start: str, end: str
) -> None:
    first, last = map(date.fromisoformat, term) if term else (TERM_START, TERM_END)
    day = date.fromisoformat(ordered_on)
    trace = quote_line(a_request(day, term_start=first, term_end=last))
    assert trace.months == months
    assert str(trace.amount.amount) == amount
    assert (str(trace.start), str(trace.end)) == (start, end)


def test_a_trace_tells_the_formula_the_rounding_and_the_rules() -> None:
    trace = quote_line(a_request(date(2024, 10, 15)))
    assert trace.formula == "120.00 × 10 × 8 / 12 = 800.00"
    assert "half-up" in str(trace.rounding)
    assert trace.rules == ("O1", "O2", "P1", "P3")
    assert not trace.is_rounded


def test_a_rounded_amount_shows_what_it_was_before() -> None:
    trace = quote_line(a_request(date(2024, 10, 15), unit_price=Decimal("10.01"), quantity=1))
    assert trace.exact == Fraction(1001, 150)
    assert trace.formula == "10.01 × 1 × 8 / 12 = 6.673333… ≈ 6.67"
    assert trace.is_rounded


@pytest.mark.parametrize(
    ("price", "currency", "quantity", "amount"),
    [
        ("0.0075", "USD", 1, "0.01"),  # 0.005 goes up
        ("0.0074", "USD", 1, "0.00"),
        ("0.75", "TWD", 1, "1"),  # 0.5 goes up
        ("3500.00", "TWD", 3, "7000"),
        ("100", "JPY", 1, "67"),
        ("0.0001", "KWD", 9, "0.001"),  # 0.0006
        ("120", "KWD", 10, "800.000"),
        ("0", "USD", 10, "0.00"),
        ("999999999.9999", "USD", 999, "665999999999.93"),
    ],
)
def test_a_line_is_rounded_half_up_to_its_currency(
    price: str, currency: str, quantity: int, amount: str
) -> None:
    request = a_request(
        date(2024, 10, 15), unit_price=Decimal(price), currency=currency, quantity=quantity
    )
    assert str(quote_line(request).amount.amount) == amount


@pytest.mark.parametrize(
    ("ordered_on", "other", "rule"),
    [
        # O1 before all else
        (date(2024, 4, 1), {}, "O1"),
        (date(2024, 4, 1), {"twelve_months": True}, "O1"),
        (date(2025, 7, 1), {}, "O1"),
        (date(2025, 7, 1), {"twelve_months": True}, "O1"),
        (date(2024, 5, 31), {"window_days": 30}, "O1"),
        # O2 before P2
        (date(2024, 7, 2), {"twelve_months": True}, "O2"),
        (date(2025, 6, 15), {"twelve_months": True}, "O2"),
        (date(2024, 7, 2), {"twelve_months": True, "cap_months": None}, "O2"),
        (date(2024, 12, 2), {"twelve_months": True, "anchor_end": date(2024, 12, 1)}, "O2"),
        # P2
        (date(2025, 6, 15), {}, "P2"),
        (date(2024, 12, 1), {"anchor_end": date(2024, 12, 1)}, "P2"),
        (date(2024, 12, 1), {"anchor_end": date(2024, 12, 15), "twelve_months": True}, "P2"),
        (date(2025, 6, 15), {"anchor_end": date(2026, 6, 30)}, "P2"),
    ],
)
def test_refusals_come_in_the_order_of_the_rules(
    ordered_on: date, other: dict[str, Any], rule: str
) -> None:
    refusal = refusal_of(a_request(ordered_on, **other))
    assert refusal.rule == rule
    assert refusal.way_out is not None


@pytest.mark.parametrize("ordered_on", [date(2024, 4, 2), date(2024, 7, 1), date(2025, 6, 1)])
def test_the_first_and_the_last_possible_order_day_are_taken(ordered_on: date) -> None:
    assert quote_line(a_request(ordered_on)).months >= 1


def test_a_refused_wish_for_twelve_months_tells_the_months_left() -> None:
    refusal = refusal_of(a_request(date(2024, 10, 15), twelve_months=True))
    assert refusal.facts["months_left"] == 8
    assert "8" in str(refusal.way_out)


@pytest.mark.parametrize("asked", [False, True])
@pytest.mark.parametrize("cap_months", [12, None])
def test_under_an_anchor_every_line_ends_with_it(asked: bool, cap_months: int | None) -> None:
    request = a_request(
        date(2024, 10, 15),
        **THREE_YEARS,
        anchor_end=date(2025, 8, 31),
        twelve_months=asked,
        cap_months=cap_months,
    )
    trace = quote_line(request)
    assert (trace.months, trace.end) == (10, date(2025, 8, 31))
    assert trace.anchor_end == date(2025, 8, 31)
    assert "O3" in trace.rules
    assert not trace.is_twelve_months


def test_an_anchor_of_the_first_day_gives_a_line_of_the_same_year_twelve_months() -> None:
    request = a_request(date(2024, 5, 1), anchor_end=TERM_END, twelve_months=True)
    trace = quote_line(request)
    assert (trace.months, trace.end, trace.is_twelve_months) == (12, TERM_END, True)


def test_an_anchor_that_has_ended_counts_for_nothing() -> None:
    trace = quote_line(a_request(date(2024, 10, 15), anchor_end=date(2024, 10, 14)))
    assert (trace.months, trace.anchor_end) == (8, None)
    assert "O3" not in trace.rules


def test_the_next_period_is_offered_and_may_be_taken() -> None:
    facts = {**THREE_YEARS, "anchor_end": date(2025, 1, 20)}
    refusal = refusal_of(a_request(date(2025, 1, 10), **facts))
    assert refusal.facts == {
        "months": 0,
        "next_period": (date(2025, 1, 21), date(2026, 1, 20)),
    }
    trace = quote_line(a_request(date(2025, 1, 10), **facts, accepts_next_period=True))
    assert (trace.start, trace.end) == (date(2025, 1, 21), date(2026, 1, 20))
    assert (trace.months, trace.is_twelve_months) == (12, True)
    assert trace.valid_until == date(2026, 7, 1)


def test_no_next_period_is_offered_where_the_agreement_ends_too_soon() -> None:
    refusal = refusal_of(a_request(date(2025, 6, 5), anchor_end=date(2025, 6, 20)))
    assert refusal.facts["next_period"] is None


def test_taking_a_next_period_that_does_not_exist_is_refused() -> None:
    refusal = refusal_of(a_request(date(2025, 6, 15), accepts_next_period=True))
    assert (refusal.rule, refusal.facts["next_period"]) == ("P2", None)


@pytest.mark.parametrize(
    ("other", "valid_until"),
    [
        ({}, date(2024, 11, 1)),
        ({"anchor_end": date(2025, 3, 20)}, date(2024, 10, 21)),
        (THREE_YEARS, date(2026, 7, 1)),
        ({**THREE_YEARS, "cap_months": None}, date(2024, 11, 1)),
        ({"source": PriceSource(holds_until=date(2024, 10, 20))}, date(2024, 10, 20)),
        ({"source": PriceSource(holds_until=date(2024, 12, 31))}, date(2024, 11, 1)),
        ({"source": PriceSource(holds_until=date(2024, 6, 30))}, date(2024, 10, 15)),
    ],
)
def test_a_quote_is_valid_until_its_months_or_its_list_change(
    other: dict[str, Any], valid_until: date
) -> None:
    assert quote_line(a_request(date(2024, 10, 15), **other)).valid_until == valid_until


def test_the_day_after_valid_until_has_fewer_months_on_every_day_of_a_year() -> None:
    for day in (date(2024, 4, 2) + timedelta(days=n) for n in range(425)):
        trace = quote_line(a_request(day))
        assert quote_line(a_request(trace.valid_until)).months == trace.months
        after = a_request(trace.valid_until + timedelta(days=1))
        if trace.months == 1:
            assert refusal_of(after).rule == "P2"
        else:
            assert quote_line(after).months == trace.months - 1


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"quantity": 0}, "quantity"),
        ({"quantity": -1}, "quantity"),
        ({"quantity": 1_000_000}, "quantity"),
        ({"quantity": 10**9}, "quantity"),
        ({"quantity": 10**5000}, "quantity"),
        ({"unit_price": Decimal("-0.01")}, "unit_price"),
        ({"unit_price": Decimal("1.00001")}, "unit_price"),
        ({"unit_price": Decimal("1e9")}, "unit_price"),
        ({"unit_price": Decimal("NaN")}, "unit_price"),
        ({"unit_price": Decimal("Infinity")}, "unit_price"),
        ({"unit_price": Decimal("999999999"), "quantity": 999_999}, "quantity"),
        ({"currency": "usd"}, "currency"),
        ({"currency": "XXX"}, "currency"),
        ({"currency": ""}, "currency"),
        ({"cap_months": 6}, "cap_months"),
        ({"term_end": date(2024, 6, 30)}, "term_end"),
    ],
)
def test_values_that_no_line_has_are_named_by_their_field(
    other: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadInput) as refusal:
        quote_line(a_request(date(2024, 10, 15), **other))
    assert refusal.value.field == field
    assert str(refusal.value)


def test_days_at_the_calendar_s_ends_are_answered() -> None:
    first = a_request(date(1, 1, 1), term_start=date(1, 1, 1), term_end=date(1, 1, 31))
    assert quote_line(first).months == 1
    last = a_request(date(9999, 1, 1), term_start=date(9999, 1, 1), term_end=date(9999, 12, 31))
    assert quote_line(last).months >= 11


def test_the_saving_is_told_against_the_reference_price() -> None:
    source = PriceSource(reference_price=Decimal("165.00"))
    trace = quote_line(a_request(date(2024, 10, 15), source=source))
    assert str(trace.saving) == "USD 300.00"
    assert quote_line(a_request(date(2024, 10, 15))).saving is None


def test_a_kept_trace_reads_back_the_same() -> None:
    source = PriceSource(
        list_key="7",
        list_name="2024",
        level="B",
        band_from=5,
        holds_until=date(2024, 12, 31),
        reference_price=Decimal("130.0000"),
        rules=("P4", "P5", "P6"),
    )
    request = a_request(
        date(2024, 10, 15),
        unit_price=Decimal("10.01"),
        source=source,
        anchor_end=date(2025, 5, 1),
    )
    trace = quote_line(request)
    assert LineTrace.from_json(trace.to_json()) == trace
    assert trace.rules == ("O1", "O2", "O3", "P1", "P3", "P4", "P5", "P6")


@pytest.mark.parametrize(
    ("price", "currency", "text"),
    [
        ("120.0000", "USD", "120.00"),
        ("120", "USD", "120.00"),
        ("120.0050", "USD", "120.005"),
        ("3500.0000", "TWD", "3500"),
        ("3500.5000", "TWD", "3500.5"),
        ("0.0000", "KWD", "0.000"),
    ],
)
def test_a_formula_writes_the_price_with_the_currency_s_decimals_at_least(
    price: str, currency: str, text: str
) -> None:
    request = a_request(date(2024, 10, 15), unit_price=Decimal(price), currency=currency)
    assert quote_line(request).formula.startswith(f"{text} × 10 × ")


def test_people_read_a_formula_with_signs_between_thousands_and_programs_without() -> None:
    price = Decimal("469350")
    request = a_request(date(2024, 10, 15), unit_price=price, currency="TWD", quantity=1000)
    trace = quote_line(request)
    assert trace.formula == "469350 × 1000 × 8 / 12 = 312900000"
    assert trace.shown_formula == "469,350 × 1,000 × 8 / 12 = 312,900,000"
    assert price_text(Decimal("1120.0125"), "USD") == "1,120.0125"
