"""The sheets of a workbook with which an organisation moves in: titles, columns, readers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from vlms.core.errors import BadInput
from vlms.core.reading import Reader, optional, read_day, read_text, read_unit_price, read_whole
from vlms.core.text import Text, _
from vlms.exports.mapping import Field, fold

LARGEST = 1_000_000


class SheetKey(StrEnum):
    """In the order in which they are read and written: later ones name what earlier ones hold."""

    AGREEMENTS = "agreements"
    PEOPLE = "people"
    ORDERS = "orders"
    CODES = "codes"
    PACKS = "packs"
    ENTITLEMENTS = "entitlements"


TITLES: dict[SheetKey, Text] = {
    SheetKey.AGREEMENTS: _("Agreements"),
    SheetKey.PEOPLE: _("People"),
    SheetKey.ORDERS: _("Orders and lines"),
    SheetKey.CODES: _("Codes"),
    SheetKey.PACKS: _("Packs"),
    SheetKey.ENTITLEMENTS: _("Entitlements"),
}
_OTHER_TITLES: dict[SheetKey, tuple[str, ...]] = {
    SheetKey.AGREEMENTS: ("合約",),
    SheetKey.PEOPLE: ("人員", "人員名冊"),
    SheetKey.ORDERS: ("Orders", "Lines", "訂單", "訂單與明細", "訂單與品項"),
    SheetKey.CODES: ("代碼", "Vouchers"),
    SheetKey.PACKS: ("套件", "Site packs"),
    SheetKey.ENTITLEMENTS: ("權益", "既有權益"),
}


def key_of_sheet(title: str) -> SheetKey | None:
    """Which list a sheet of that title holds; None for one that is not read."""
    folded = fold(title)
    for key in SheetKey:
        names = (key.value, TITLES[key].singular, str(TITLES[key]), *_OTHER_TITLES[key])
        if folded in map(fold, names):
            return key
    return None


@dataclass(frozen=True)
class Cell:
    """A column: how it is called, in both languages, and how its text is read."""

    key: str
    label: Text
    reader: Reader[Any]
    synonyms: tuple[str, ...] = ()
    required: bool = False

    @property
    def field(self) -> Field:
        return Field(self.key, self.label, self.synonyms, self.required)

    def read(self, typed: str) -> Any:
        """Raises BadInput that names the column."""
        reader = self.reader if self.required else optional(self.reader)
        try:
            return reader(typed, self.label)
        except BadInput as refusal:
            refusal.field = self.key
            raise


def _one_of(words: Mapping[str, str]) -> Reader[str]:
    """A reader of one of some words, in any case and either language."""
    offered = ", ".join(dict.fromkeys(words.values()))

    def read(typed: str, label: Text) -> str:
        found = words.get(fold(typed))
        if found is None:
            unknown = _("%(field)s: there is no “%(typed)s”.", field=label, typed=typed[:40])
            raise BadInput(
                None,
                unknown if typed.strip() else _("%(field)s is missing.", field=label),
                way_out=_("Write one of: %(words)s.", words=offered),
            )
        return found

    return read


_TYPES = {
    **{fold(word): word for word in ("new", "addQuantity", "renew")},
    **{"新購": "new", "加購": "addQuantity", "prorated": "addQuantity", "續約": "renew"},
}
_STATES = {
    **{
        word: word
        for word in (
            *("available", "reserved", "assigned", "registered", "used"),
            *("forfeited", "activated", "void", "expired"),
        )
    },
    **{"可指派": "available", "未使用": "available", "保留": "reserved", "已保留": "reserved"},
    **{"已指派": "assigned", "已報名": "registered", "已使用": "used", "已失效": "forfeited"},
    **{"已啟用": "activated", "作廢": "void", "已作廢": "void", "已過期": "expired"},
}


def _order() -> tuple[Cell, ...]:
    return (
        Cell("order", _("Order"), read_text(60), ("Order number", "訂單", "訂單編號"), True),
        Cell("line", _("Line"), read_whole(1, 500), ("Position", "明細", "項次")),
    )


_ORDERS = (
    *_order(),
    Cell(
        "agreement", _("Agreement"), read_text(40), ("Agreement number", "合約", "合約編號"), True
    ),
    Cell("product", _("Product"), read_text(200), ("產品", "產品代號"), True),
    Cell("quantity", _("Quantity"), read_whole(1, LARGEST), ("數量",), True),
    Cell("delivered", _("Delivered"), read_whole(0, LARGEST), ("已交付", "交付數量")),
    Cell("type", _("Charge type"), _one_of(_TYPES), ("Type", "計費類型", "類型"), True),
    Cell("months", _("Months"), read_whole(1, 120), ("月數",), True),
    Cell("unit_price", _("12-month unit price"), read_unit_price, ("Unit price", "單價"), True),
    Cell("amount", _("Amount"), read_unit_price, ("Net amount", "金額", "未稅金額"), True),
    Cell("charge_start", _("Charge start"), read_day, ("計費起日", "起日"), True),
    Cell("charge_end", _("Charge end"), read_day, ("計費迄日", "迄日"), True),
    Cell("ordered_on", _("Ordered on"), read_day, ("Order date", "訂購日", "下單日"), True),
    Cell("processed_on", _("Processed on"), read_day, ("處理日",)),
    Cell("acknowledged_on", _("Acknowledged on"), read_day, ("確認日", "確認接單日")),
    Cell("invoiced_on", _("Invoiced on"), read_day, ("Publisher's invoice on", "請款日", "發票日")),
    Cell("fulfilled_on", _("Fulfilled on"), read_day, ("Delivered on", "交付日", "完成交付日")),
    Cell("purchase_order", _("Purchase order"), read_text(60), ("PO", "採購單號")),
    Cell("cost_centre", _("Cost centre"), read_text(60), ("Cost center", "成本中心")),
)
_CODES = (
    *_order(),
    Cell("code", _("Code"), read_text(256), ("Voucher", "Text", "代碼", "考試券")),
    Cell("last4", _("Last characters"), read_text(4), ("Last four", "Last 4", "末四碼", "末碼")),
    Cell("state", _("State"), _one_of(_STATES), ("Status", "狀態"), True),
    Cell("holder", _("Person"), read_text(254), ("Holder", "Assigned to", "人員", "持有人")),
    Cell("assigned_on", _("Assigned on"), read_day, ("指派日",)),
    Cell("claimed_on", _("Claimed on"), read_day, ("領取日",)),
    Cell("exam", _("Exam"), read_text(40), ("Exam number", "考試", "考試編號")),
    Cell("site", _("Place"), read_text(200), ("Site", "Test centre", "考場", "地點")),
    Cell(
        "appointment", _("Appointment"), read_text(40), ("Appointment at", "考試時間", "預約時間")
    ),
    Cell("ended_on", _("Ended on"), read_day, ("Used on", "使用日", "結束日")),
    Cell("last_day", _("Last day of use"), read_day, ("Expires", "最後使用日", "到期日")),
    Cell("reference", _("Provider's reference"), read_text(60), ("Case number", "案件編號")),
)
_PACKS = (
    *_order(),
    Cell("school", _("School"), read_text(200), ("學校",)),
    Cell("quota", _("Quota"), read_whole(0, LARGEST), ("配額",), True),
    Cell("used", _("Used"), read_whole(0, LARGEST), ("已使用", "使用數"), True),
)
_ENTITLEMENTS = (
    Cell("product", _("Product"), read_text(200), ("產品", "權益"), True),
    Cell("reference", _("Reference"), read_text(60), ("Agreement", "合約", "編號"), True),
    Cell("quantity", _("Quantity"), read_whole(0, LARGEST), ("數量",), True),
    Cell("used", _("Used"), read_whole(0, LARGEST), ("已使用", "使用數"), True),
    Cell("ends_on", _("Ends on"), read_day, ("Last day", "到期日", "最後一日"), True),
    Cell("note", _("Note"), read_text(500), ("備註",)),
)
# Agreements and people are read as their own lists are.
CELLS: dict[SheetKey, tuple[Cell, ...]] = {
    SheetKey.ORDERS: _ORDERS,
    SheetKey.CODES: _CODES,
    SheetKey.PACKS: _PACKS,
    SheetKey.ENTITLEMENTS: _ENTITLEMENTS,
}
