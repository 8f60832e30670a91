"""The columns of files from others: two published layouts, and headings that mean the same."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from vlms.core.errors import BadInput
from vlms.core.text import Text, _
from vlms.exports.mapping import Field, Fixed, FromColumn, Source, fold, guess_mapping
from vlms.exports.sheets import RawRow, column_letters, refusal, value_text
from vlms.reconciliation.rules.file_words import FileSource, Layout

HEADING_ROWS = 30
"""So many filled rows are looked through for the heading."""

FIELDS = (
    Field(
        "order_number",
        _("Order"),
        (
            "OrderId",
            "Order no",
            "PO number",
            "訂單編號",
            "訂單號碼",
            "訂單單號",
            "採購單號",
        ),
    ),
    Field(
        "line_reference", _("Line"), ("SubscriptionId", "Line no", "Reference", "項次", "明細編號")
    ),
    Field(
        "invoice_number",
        _("Invoice"),
        ("Invoice no", "Invoice number", "請款單號", "發票號碼", "發票號", "帳單編號", "單據號碼"),
    ),
    Field(
        "customer",
        _("Customer"),
        ("CustomerName", "Client", "Account", "客戶名稱", "客戶", "客戶簡稱", "買受人", "公司名稱"),
    ),
    Field(
        "product",
        _("Product"),
        (
            "ProductId",
            "OfferId",
            "SKU",
            "Item",
            "品項",
            "產品代號",
            "產品名稱",
            "品名",
            "商品名稱",
            "貨品名稱",
            "料號",
            "品號",
        ),
    ),
    Field(
        "charge_type",
        _("Charge type"),
        ("ChargeType", "Type", "費用類型", "類別", "交易類別"),
    ),
    Field("quantity", _("Quantity"), ("Qty", "Seats", "數量", "數目", "席次")),
    Field("unit_price", _("Unit price"), ("UnitPrice", "Price", "單價", "未稅單價", "售價")),
    Field(
        "net",
        _("Net amount"),
        (
            "Subtotal",
            "Net",
            "Amount",
            "未稅金額",
            "金額",
            "銷售額",
            "未稅銷售額",
            "未稅總額",
            "小計",
        ),
    ),
    Field("tax", _("Tax"), ("TaxTotal", "VAT", "GST", "稅額", "營業稅", "營業稅額", "稅金")),
    Field(
        "gross",
        _("Total with tax"),
        (
            "Total",
            "Gross",
            "TotalForCustomer",
            "含稅金額",
            "總額",
            "合計",
            "含稅總額",
            "總計",
            "應收金額",
            "總金額",
        ),
    ),
    Field("currency", _("Currency"), ("Curr", "幣別", "貨幣", "幣種", "交易幣別")),
    Field(
        "ordered_on",
        _("Ordered on"),
        (
            "OrderDate",
            "Date",
            "訂購日",
            "訂單日期",
            "日期",
            "訂購日期",
            "交易日期",
            "單據日期",
            "傳票日期",
        ),
    ),
    Field(
        "charge_start",
        _("Charged from"),
        ("ChargeStartDate", "Start", "From", "計費起日", "起日", "起始日", "開始日期", "起始日期"),
    ),
    Field(
        "charge_end",
        _("Charged until"),
        ("ChargeEndDate", "End", "To", "計費迄日", "迄日", "到期日", "結束日期", "截止日期"),
    ),
    Field(
        "code_count", _("Codes received"), ("Codes", "Vouchers", "代碼數", "收到代碼數", "序號數量")
    ),
)
LABELS: Mapping[str, Text] = {field.key: field.label for field in FIELDS}
NAMES = ("order_number", "line_reference", "invoice_number")
AMOUNTS = ("net", "tax", "gross")
NUMBERS = ("quantity", "unit_price", *AMOUNTS, "code_count")
DAYS = ("ordered_on", "charge_start", "charge_end")

_BOTH = {
    "customer": "CustomerName",
    "order_number": "OrderId",
    "line_reference": "SubscriptionId",
    "charge_type": "ChargeType",
    "quantity": "Quantity",
    "unit_price": "UnitPrice",
    "net": "Subtotal",
    "currency": "Currency",
    "charge_start": "ChargeStartDate",
    "charge_end": "ChargeEndDate",
}
# The columns of the published layouts that are read (domain: reconciliation formats).
PUBLISHED: Mapping[Layout, Mapping[str, str]] = {
    Layout.NEW_COMMERCE: {
        **_BOTH,
        "invoice_number": "InvoiceNumber",
        "product": "ProductId",
        "tax": "TaxTotal",
        "gross": "Total",
        "ordered_on": "OrderDate",
    },
    Layout.LICENSE_BASED: {
        **_BOTH,
        "product": "OfferId",
        "tax": "Tax",
        "gross": "TotalForCustomer",
    },
}


@dataclass(frozen=True)
class Columns:
    """Where each field of a file stands: in the column with a title, or fixed for all rows."""

    source: FileSource
    titles: Mapping[str, str]
    fixed: Mapping[str, str]

    def places(self, titles: Sequence[str]) -> dict[str, Source]:
        """The same by the place of the column. Raises BadInput for a title that is not there."""
        found: dict[str, Source] = {key: Fixed(value) for key, value in self.fixed.items()}
        for key, title in self.titles.items():
            if title not in titles:
                raise _not_there(key, title)
            found[key] = FromColumn(titles.index(title))
        return found


@dataclass(frozen=True)
class Heading:
    """The row of titles: its number as a person counts, the titles made different."""

    row: int
    titles: tuple[str, ...]
    layout: Layout

    @property
    def digest(self) -> str:
        return titles_digest(self.titles)


def titles_digest(titles: Sequence[str]) -> str:
    """SHA-256 in hexadecimal of folded titles in order: by it a heading is met again."""
    return hashlib.sha256("\x1f".join(map(fold, titles)).encode()).hexdigest()


def titles_of(row: RawRow) -> tuple[str, ...]:
    """A row's cells as titles; one that is empty or comes again gets its column's letters."""
    found: list[str] = []
    for place, value in enumerate(row.values):
        title = value_text(value).strip()[:80]
        if not title or title in found:
            title = f"{title} {column_letters(place)}".strip()
        found.append(title)
    return tuple(found)


def find_heading(rows: Sequence[RawRow], known: Container[str] = ()) -> Heading:
    """The row of titles among a file's first ones, wherever it stands.

    A published layout or a `known` digest wins, then the row with most titles that are
    understood. Raises BadInput when none looks like titles.
    """
    candidates = [(row, titles_of(row)) for row in rows[:HEADING_ROWS]]
    for row, titles in candidates:
        layout = published_layout(titles)
        if layout is not Layout.MAPPED or titles_digest(titles) in known:
            return Heading(row.number, titles, layout)
    scored = [(len(guess_mapping(FIELDS, titles)), row, titles) for row, titles in candidates]
    understood = [one for one in scored if one[0] > 1]
    if not understood:
        raise refusal(
            "no_heading",
            _("No row of the file looks like a heading."),
            _("Give the columns titles, as Order, Quantity, Net amount, Currency."),
        )
    _count, row, titles = max(understood, key=lambda one: one[0])
    return Heading(row.number, titles, Layout.MAPPED)


def published_layout(titles: Sequence[str]) -> Layout:
    """The layout whose columns are all there, in whatever order; else mapped."""
    folded = set(map(fold, titles))
    for layout, columns in PUBLISHED.items():
        if {fold(title) for title in columns.values()} <= folded:
            return layout
    return Layout.MAPPED


def published_columns(layout: Layout, titles: Sequence[str]) -> Columns:
    """Where a published layout's fields stand in this heading."""
    by_fold = {fold(title): title for title in reversed(titles)}
    found = {key: by_fold[fold(title)] for key, title in PUBLISHED[layout].items()}
    return Columns(FileSource.PUBLISHER, found, {})


def guessed_columns(titles: Sequence[str]) -> Columns:
    """What the titles of another file seem to say, for a person to confirm."""
    found = guess_mapping(FIELDS, titles)
    places = {key: one.place for key, one in found.items() if isinstance(one, FromColumn)}
    return Columns(FileSource.LEDGER, {key: titles[place] for key, place in places.items()}, {})


def check_columns(columns: Columns) -> None:
    """Raises BadInput unless rows can be told apart and have an amount in a currency."""
    given = {*columns.titles, *columns.fixed}
    if not given.intersection(NAMES):
        sentence = _("No column names the order, the line or the invoice.")
        raise _missing("order_number", sentence)
    if not given.intersection(("net", "gross")):
        raise _missing("net", _("No column holds the net amount or the total with tax."))
    if "currency" not in given:
        raise _missing("currency", _("The currency is not told."))


def _missing(field: str, sentence: Text) -> BadInput:
    way_out = _("Choose the column that holds it; one currency for all rows may be typed.")
    return BadInput(None, sentence, reason="column_missing", field=field, way_out=way_out)


def _not_there(field: str, title: str) -> BadInput:
    return BadInput(
        None,
        _("The file has no column “%(title)s”.", title=title),
        reason="column_missing",
        field=field,
        way_out=_("Choose one of its own columns."),
    )
