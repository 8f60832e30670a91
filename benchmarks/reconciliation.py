"""Matching a month of 100,000 rows with 100,000 charges, each class of difference planted.

    python benchmarks/reconciliation.py [LINES …]

Three of each hundred lines have a difference of each class; every planted one must be found
and classed so, and nothing else. Each size runs in a fresh process on SQLite, and on PostgreSQL
where VLMS_BENCH_POSTGRES names a database or the tests' own server can be started. The time is
that of the whole matching: reading both sides, codes and invoices, comparing, writing the
differences. A second matching of the same month (nothing changes) is measured too.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sqlalchemy import insert, select  # noqa: E402

from benchmarks.issuing import databases  # noqa: E402
from benchmarks.roster import application  # noqa: E402
from tests.support.making import making  # noqa: E402
from tests.support.making_orders import Shop, make_shop  # noqa: E402
from vlms.billing.models.charges import Charge, ChargeReason  # noqa: E402
from vlms.billing.models.prices import TaxRate  # noqa: E402
from vlms.catalog.models import CodeSource  # noqa: E402
from vlms.codes.models import Code, CodeBatch  # noqa: E402
from vlms.codes.rules.expiry import LastDayReason  # noqa: E402
from vlms.codes.rules.lifecycle import State  # noqa: E402
from vlms.core.db import db  # noqa: E402
from vlms.core.term import end_of_day  # noqa: E402
from vlms.core.tokens import new_id  # noqa: E402
from vlms.orders.models import ChargeType, Order, OrderLine  # noqa: E402
from vlms.orders.rules.order_clock import OrderState  # noqa: E402
from vlms.reconciliation.models.differences import Difference  # noqa: E402
from vlms.reconciliation.models.files import (  # noqa: E402
    FileLine,
    Layout,
    ReconciliationFile,
)
from vlms.reconciliation.models.periods import Period  # noqa: E402
from vlms.reconciliation.rules.differences import DifferenceClass as Kind  # noqa: E402
from vlms.reconciliation.rules.file_words import FileSource, RowFate  # noqa: E402
from vlms.reconciliation.service.matching import match_period  # noqa: E402
from vlms.reconciliation.service.periods import period_for  # noqa: E402

NOW = datetime(2026, 4, 3, 9, tzinfo=UTC)
PLACED = datetime(2026, 3, 12, 9, tzinfo=UTC)
START, END = date(2026, 3, 12), date(2026, 12, 31)
MONTHS, QUANTITY, PRICE = 9, 2, Decimal("1200.50")
NET, TAX = 180_075, 9_004
PLANTED_OF_HUNDRED = 3
PIECE = 5_000
SIZES = (10_000, 100_000, 1_000_000)


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


def make_month(line_count: int) -> Any:
    """A month of so many lines; its key."""
    with making(NOW) as work:
        shop = make_shop(work)
        period = period_for(work, shop.reseller.id, "2026-03")
        file = ReconciliationFile(
            reseller_id=shop.reseller.id,
            period_id=period.id,
            source=FileSource.PUBLISHER,
            filename="march.csv",
            digest="0" * 64,
            layout=Layout.NEW_COMMERCE,
            reading={},
            line_count=line_count,
            taken_at=NOW,
        )
        rate = TaxRate(
            country=shop.agreement.country,
            product_key="",
            percent=Decimal(5),
            name_en="Tax",
            name_zh="Tax",
            effective_from=date(2020, 1, 1),
        )
        work.session.add_all([file, rate])
        work.flush()
        rows = Rows(shop, period, file)
        connection = work.session.connection()
        numbers = iter(range(line_count))
        while piece := list(islice(numbers, PIECE)):
            for table, some in rows.of(piece):
                connection.execute(insert(table), some)
        return period.id


def check(period_id: Any, line_count: int) -> Counter[Kind]:
    """Every planted difference is there in its class, and nothing else; the counts."""
    with making(NOW) as work:
        statement = select(Difference.kind, Difference.ours, Difference.theirs).where(
            Difference.period_id == period_id
        )
        found = {
            (kind, _order_of(ours, theirs))
            for kind, ours, theirs in work.session.execute(statement)
        }
    wanted = {(kind, f"O-2026-{n:07d}") for n in range(line_count) if (kind := planted(n))}
    assert found == wanted, (list(wanted - found)[:5], list(found - wanted)[:5])
    return Counter(kind for kind, _order in found)


def _order_of(ours: dict[str, Any] | None, theirs: dict[str, Any] | None) -> str:
    named = (ours or {}).get("reference") or (theirs or {})["order_number"]
    return str(named).partition("/")[0]


def run(name: str, url: str, folder: Path, line_count: int) -> None:
    """Make, match and check one month; prints what it took."""
    with application(url, folder).app_context():
        period_id = make_month(line_count)
        before = _peak()
        seconds = []
        for _round in range(2):
            began = time.perf_counter()
            with making(NOW) as work:
                match_period(work, work.session.get_one(Period, period_id))
            seconds.append(time.perf_counter() - began)
        counts = check(period_id, line_count)
        db.engine.dispose()
    peak = _peak()
    print(
        f"  {name}, {line_count:,} lines: {seconds[0]:.1f} s, {line_count / seconds[0]:,.0f}"
        f" lines/s; again {seconds[1]:.1f} s; peak {peak:.0f} MiB ({before:.0f} before);"
        f" {sum(counts.values()):,} differences in {len(counts)} classes, all as planted"
    )


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(sizes: list[int]) -> None:
    for line_count in sizes:
        with tempfile.TemporaryDirectory() as found:
            folder = Path(found)
            with databases(folder) as urls:
                for name, url in urls.items():
                    arguments = ["--one", name, url, str(folder), str(line_count)]
                    subprocess.run([sys.executable, __file__, *arguments], check=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        run(sys.argv[2], sys.argv[3], Path(sys.argv[4]), int(sys.argv[5]))
    else:
        main([int(size) for size in sys.argv[1:]] or list(SIZES))
