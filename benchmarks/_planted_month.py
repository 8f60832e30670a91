"""The rows of a month with each class of difference planted, for the matching's measurement."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.support.making_orders import Shop
from vlms.billing.models.charges import Charge, ChargeReason
from vlms.catalog.models import CodeSource
from vlms.codes.models import Code, CodeBatch
from vlms.codes.rules.expiry import LastDayReason
from vlms.codes.rules.lifecycle import State
from vlms.core.term import end_of_day
from vlms.core.tokens import new_id
from vlms.orders.models import ChargeType, Order, OrderLine
from vlms.orders.rules.order_clock import OrderState
from vlms.reconciliation.models.files import FileLine, ReconciliationFile
from vlms.reconciliation.models.periods import Period
from vlms.reconciliation.rules.differences import DifferenceClass as Kind
from vlms.reconciliation.rules.file_words import FileSource, RowFate

NOW = datetime(2026, 4, 3, 9, tzinfo=UTC)
PLACED = datetime(2026, 3, 12, 9, tzinfo=UTC)
START, END = date(2026, 3, 12), date(2026, 12, 31)
MONTHS, QUANTITY, PRICE = 9, 2, Decimal("1200.50")
NET, TAX = 180_075, 9_004
PLANTED_OF_HUNDRED = 3


def planted(number: int) -> Kind | None:
    """The class of the difference of this line."""
    kinds = list(Kind)
    place = number % 100 // PLANTED_OF_HUNDRED
    return kinds[place] if place < len(kinds) else None


class Rows:
    """The rows of one month for the tables, some thousand lines at a time."""

    def __init__(self, shop: Shop, period: Period, file: ReconciliationFile) -> None:
        self._period, self._file, self._shop = period, file, shop
        self._seen = {
            "organisation_id": shop.customer.id,
            "agreement_id": shop.agreement.id,
            "reseller_id": shop.reseller.id,
        }
        self._product_id = shop.product.id
        self._product = shop.product.name_en
        self._zone, self._last_day = shop.agreement.time_zone, min(END, shop.agreement.last_day)

    def of(self, numbers: list[int]) -> Iterator[tuple[type[Any], list[dict[str, Any]]]]:
        keys = {n: (new_id(), new_id(), new_id()) for n in numbers}
        yield Order, [self._order(n, keys[n][0]) for n in numbers]
        yield OrderLine, [self._line(*keys[n][:2]) for n in numbers]
        charged = [n for n in numbers if planted(n) is not Kind.MISSING_HERE]
        yield Charge, [self._charge(n, *keys[n][:2]) for n in charged]
        yield CodeBatch, [self._batch(n, *keys[n][1:]) for n in charged]
        yield Code, [code for n in charged for code in self._codes(n, keys[n][2])]
        yield FileLine, [row for n in numbers for row in self._rows(n)]

    def _order(self, n: int, key: Any) -> dict[str, Any]:
        return {
            **self._seen,
            "id": key,
            "number": f"O-2026-{n:07d}",
            "state": OrderState.CLOSED,
            "version": 1,
            "currency": "USD",
            "total_minor": NET,
            "ordered_on": START,
            "created_at": PLACED,
            "placed_at": PLACED,
            "fulfilled_at": PLACED,
        }

    def _line(self, order_id: Any, key: Any) -> dict[str, Any]:
        return {
            **self._seen,
            "id": key,
            "order_id": order_id,
            "position": 1,
            "product_id": self._product_id,
            "quantity": QUANTITY,
            "twelve_months_asked": False,
            "next_period_asked": False,
            "charge_type": ChargeType.ADD_QUANTITY,
            "months": MONTHS,
            "unit_price": PRICE,
            "amount_minor": NET,
            "charge_start": START,
            "charge_end": END,
            "is_twelve_months": False,
            "delivered_quantity": QUANTITY,
        }

    def _charge(self, n: int, order_id: Any, line_id: Any) -> dict[str, Any]:
        is_later = planted(n) is Kind.PERIOD
        return {
            **self._seen,
            "id": new_id(),
            "order_id": order_id,
            "order_line_id": line_id,
            "product_id": self._product_id,
            "sequence": 1,
            "reason": ChargeReason.PURCHASE,
            "charge_type": ChargeType.ADD_QUANTITY,
            "quantity": QUANTITY,
            "unit_price": PRICE,
            "months": MONTHS,
            "net_minor": NET,
            "currency": "USD",
            "charged_on": date(2026, 2, 27) if is_later else START,
            "charge_start": START,
            "charge_end": END,
            "recorded_at": PLACED,
        }

    def _batch(self, n: int, line_id: Any, key: Any) -> dict[str, Any]:
        return {
            **self._seen,
            "id": key,
            "order_line_id": line_id,
            "product_id": self._product_id,
            "number": f"B-{n:07d}",
            "source": CodeSource.VC1,
            "code_count": QUANTITY,
            "expires_at": NOW,
            "issued_at": PLACED,
        }

    def _codes(self, n: int, batch_id: Any) -> Iterator[dict[str, Any]]:
        kind = planted(n)
        count = QUANTITY + (kind is Kind.DOUBLE_CODE) - (kind is Kind.SHORT_DELIVERY)
        last_day = self._last_day - timedelta(days=30 * (kind is Kind.WRONG_END_DATE))
        for number in range(1, count + 1):
            yield {
                **self._seen,
                "id": new_id(),
                "batch_id": batch_id,
                "product_id": self._product_id,
                "number": number,
                "state": State.AVAILABLE,
                "version": 1,
                "source": CodeSource.VC1,
                "text_index": (n * 10 + number).to_bytes(32, "big"),
                "last4": f"{n % 10_000:04d}",
                "last_day": last_day,
                "time_zone": self._zone,
                "last_day_reason": LastDayReason.CHARGE_END,
                "expires_at": end_of_day(last_day, self._zone),
                "usable_at": PLACED,
            }

    def _rows(self, n: int) -> list[dict[str, Any]]:
        kind = planted(n)
        if kind is Kind.MISSING_THERE:
            return []
        rows = [self._row(n, 2 * n + 2, **_CHANGES.get(kind, {}))]
        if kind is Kind.DUPLICATE:
            rows.append(self._row(n, 2 * n + 3, fate=RowFate.REPEATED))
        return rows

    def _row(self, n: int, row: int, **facts: Any) -> dict[str, Any]:
        return {
            "id": new_id(),
            "reseller_id": self._period.reseller_id,
            "period_id": self._period.id,
            "file_id": self._file.id,
            "source": FileSource.PUBLISHER,
            "row_number": row,
            "fate": RowFate.COUNTED,
            "identity_digest": f"{n}",
            "content_digest": f"{n}",
            "order_number": f"O-2026-{n:07d}",
            "product": self._product,
            "quantity": QUANTITY,
            "unit_price": PRICE,
            "net_minor": NET,
            "tax_minor": TAX,
            "currency": "USD",
            "charge_start": START,
            "charge_end": END,
            **facts,
        }


_CHANGES: dict[Kind | None, dict[str, Any]] = {
    Kind.QUANTITY: {"quantity": 3, "net_minor": 270_113, "tax_minor": 13_506},
    Kind.PRICE: {"unit_price": Decimal("1300.00"), "net_minor": 195_000, "tax_minor": 9_750},
    Kind.PRORATION: {"net_minor": 200_083, "tax_minor": 10_004},
    Kind.TAX: {"tax_minor": 14_406},
    Kind.CURRENCY: {"currency": "TWD", "net_minor": 57_600, "tax_minor": 2_880},
    Kind.ROUNDING: {"net_minor": NET - 1},
}
