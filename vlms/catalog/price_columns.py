"""The columns of a price list, by their headings in both languages."""

from __future__ import annotations

from vlms.catalog.rules.price_row import LABELS
from vlms.core.text import _
from vlms.exports.mapping import Field

_SYNONYMS: dict[str, tuple[str, ...]] = {
    "product": ("Product key", "SKU", "產品", "產品代號", "產品代碼", "品號"),
    "programme": ("Program", "Licensing programme", "方案", "授權方案", "計畫"),
    "level": ("Level", "級距", "價格級距", "價格等級"),
    "currency": ("Currency code", "幣別", "貨幣"),
    "from_quantity": ("Quantity from", "Minimum quantity", "起始數量", "最低數量", "數量起"),
    "unit_price": ("Price", "Net price", "單價", "未稅單價"),
    "reference_price": ("Retail price", "List price", "參考價", "參考零售價", "定價"),
    "effective_from": ("Valid from", "Start date", "生效日", "生效日期", "起日"),
    "effective_to": ("Valid to", "End date", "失效日", "截止日", "迄日"),
}
_OPTIONAL = frozenset({"reference_price", "effective_to", "sample"})

FIELDS = (
    *(
        Field(name, label, _SYNONYMS[name], required=name not in _OPTIONAL)
        for name, label in LABELS.items()
    ),
    Field("sample", _("Sample"), ("範例",), required=False),
)
HEADINGS = tuple(LABELS.values())
