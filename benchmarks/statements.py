"""Writing a statement as .xlsx, .pdf and a published layout: against the bare libraries.

    python benchmarks/statements.py [LINES]

Ours and the bare library write the same rows in the same run, each in a fresh process, in
turn; the ratio says what types, safe text, tie-out and live totals cost. Peak memory is that
of a fresh process, the statement's lines among it.
"""

from __future__ import annotations

import csv
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from openpyxl import Workbook  # noqa: E402
from reportlab.lib.pagesizes import A4, landscape  # noqa: E402
from reportlab.pdfgen.canvas import Canvas  # noqa: E402

from vlms.billing.queries.statements import Statement, StatementFilter  # noqa: E402
from vlms.billing.rules.layouts import NEW_COMMERCE, Parties  # noqa: E402
from vlms.billing.rules.statement import (  # noqa: E402
    Customer,
    Item,
    StatementLine,
    sums_by_kind,
)
from vlms.billing.statement_exports import paper, workbook, write_layout  # noqa: E402
from vlms.core.language import Language  # noqa: E402
from vlms.exports.pdf import write_pdf  # noqa: E402
from vlms.exports.xlsx import write_book  # noqa: E402

MADE_AT = datetime(2026, 4, 1, 1, 2, 3, tzinfo=UTC)
DAYS = StatementFilter(date(2026, 3, 1), date(2026, 3, 31), MADE_AT)
KEY = UUID(int=1)
CUSTOMERS = [Customer(UUID(int=n), f"c{n}", f"客戶 {n} 股份有限公司", "", "TW") for n in range(50)]
ITEMS = [Item(f"ITEM-{n}", f"Exam voucher {n}", f"考試券 {n}") for n in range(5)]
_ROWS_ON_PAGE = 45


def statement_line(n: int) -> StatementLine:
    quantity, months = 1 + n % 40, 1 + n % 12
    currency, price = (("TWD", Decimal(3600)), ("USD", Decimal("119.88")))[n % 2]
    net = int(price * quantity * months * (1 if n % 2 == 0 else 100)) // 12
    return StatementLine(
        customer=CUSTOMERS[n % 50],
        item=ITEMS[n % 5],
        order_id=KEY,
        line_id=KEY,
        order_number=f"O-2026-{n // 3:06d}",
        position=1 + n % 3,
        sequence=1,
        ordered_on=date(2026, 3, 1) + timedelta(days=n % 31),
        charged_on=date(2026, 3, 1) + timedelta(days=n % 31),
        reason="purchase",
        charge_type="addQuantity",
        quantity=quantity,
        unit_price=price,
        months=months,
        net_minor=net,
        tax_minor=net // 20,
        currency=currency,
        start=date(2026, 3, 1),
        end=date(2026, 12, 31),
        invoice_number=f"I-{n // 100}",
    )


def statement(count: int) -> Statement:
    lines = [statement_line(n) for n in range(count)]
    return Statement(DAYS, Parties("P-1", "1"), lines, sums_by_kind(lines))


def bare_row(line: StatementLine) -> list[object]:
    return [
        line.order_number,
        line.position,
        line.customer.name,
        line.item.name,
        line.kind.value,
        line.charged_on,
        line.quantity,
        line.unit_price,
        line.months,
        line.start,
        line.end,
        line.net.amount,
        line.tax.amount,
        line.gross.amount,
        line.currency,
        line.invoice_number,
        line.formula,
    ]


def ours_xlsx(found: Statement, path: Path) -> None:
    with path.open("wb") as out:
        write_book(workbook(found, [], MADE_AT), out)


def bare_xlsx(found: Statement, path: Path) -> None:
    """What openpyxl asks for by itself: plain values, no formats, no totals."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Lines")
    for line in found.lines:
        sheet.append(bare_row(line))
    book.save(path)


def ours_pdf(found: Statement, path: Path) -> None:
    with path.open("wb") as out:
        write_pdf(paper(found, MADE_AT, Language.ENGLISH, "Asia/Taipei"), out)


def bare_pdf(found: Statement, path: Path) -> None:
    """The same ten columns drawn where they fall: no font of its own, no wrapping, no totals."""
    canvas = Canvas(str(path), pagesize=landscape(A4))
    for place, line in enumerate(found.lines):
        at = place % _ROWS_ON_PAGE
        if place and at == 0:
            canvas.showPage()
        row = bare_row(line)
        for column, value in enumerate((*row[:7], *row[11:14])):
            canvas.drawString(20 + 80 * column, 560 - 12 * at, str(value))
    canvas.save()


def ours_csv(found: Statement, path: Path) -> None:
    with path.open("wb") as out:
        write_layout(found, NEW_COMMERCE, out)


def bare_csv(found: Statement, path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8-sig") as out:
        writer = csv.writer(out)
        for line in found.lines:
            writer.writerow(NEW_COMMERCE.row(line, found.parties))


Writer = Callable[[Statement, Path], None]
WRITERS: dict[str, Writer] = {
    "ours-xlsx": ours_xlsx,
    "bare-xlsx": bare_xlsx,
    "ours-pdf": ours_pdf,
    "bare-pdf": bare_pdf,
    "ours-csv": ours_csv,
    "bare-csv": bare_csv,
}


def measure(writer: str, count: int) -> tuple[float, float]:
    """Seconds of writing and peak MiB of a fresh process."""
    command = [sys.executable, __file__, "--one", writer, str(count)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(answer[0]), float(answer[1])


def one(writer: str, count: int) -> None:
    found = statement(count)
    with tempfile.TemporaryDirectory() as folder:
        began = time.process_time()
        WRITERS[writer](found, Path(folder) / "statement")
        seconds = time.process_time() - began
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def main(count: int) -> None:
    print(f"statement of {count:,} lines, seconds of processor time")
    for form in ("xlsx", "pdf", "csv"):
        ours, bare = (measure(f"{side}-{form}", count) for side in ("ours", "bare"))
        print(
            f"  {form:4} ours {ours[0]:6.2f} s, {ours[1]:6.1f} MiB; "
            f"bare {bare[0]:6.2f} s, {bare[1]:6.1f} MiB; ratio {ours[0] / bare[0]:.2f}"
        )
        print(f"       at 10,000 lines {measure(f'ours-{form}', 10_000)[1]:6.1f} MiB")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2], int(sys.argv[3]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
