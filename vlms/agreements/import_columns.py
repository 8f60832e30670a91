"""The columns of a list of agreements, by their headings in both languages."""

from __future__ import annotations

from vlms.agreements.rules.terms import LABELS
from vlms.core.text import Text, _
from vlms.exports.mapping import Field

CONTACT_LABELS: dict[str, Text] = {
    "notices_name": _("Notices contact"),
    "notices_email": _("Notices contact's e-mail"),
    "administrator_name": _("Online administrator"),
    "administrator_email": _("Online administrator's e-mail"),
}
ALL_LABELS: dict[str, Text] = {
    "organisation": _("Organisation"),
    **LABELS,
    **CONTACT_LABELS,
}
_SYNONYMS: dict[str, tuple[str, ...]] = {
    "organisation": ("Customer", "客戶", "機構", "組織"),
    "number": ("Number", "Agreement", "合約編號", "合約號碼", "合約"),
    "programme": ("Program", "方案", "授權方案"),
    "first_day": ("Start", "Start date", "起日", "開始日", "合約起日"),
    "last_day": ("End", "End date", "迄日", "結束日", "合約迄日"),
    "country": ("國家", "國別"),
    "time_zone": ("Zone", "時區"),
    "currency": ("幣別", "貨幣"),
    "level_mode": ("Level mode", "級距方式"),
    "price_level": ("Level", "價格級距", "級距"),
    "reseller": ("LSP", "LAR", "經銷商"),
    "account_manager_name": ("Account manager name", "客戶經理"),
    "account_manager_email": ("Account manager email", "客戶經理信箱", "客戶經理電子郵件"),
    "notices_name": ("Notices", "通知與線上聯絡人"),
    "notices_email": ("Notices email", "通知信箱", "聯絡人信箱"),
    "administrator_name": ("Administrator", "線上服務管理員"),
    "administrator_email": ("Administrator email", "管理員信箱"),
}
OPTIONAL = frozenset(
    {"organisation", "time_zone", "level_mode", "price_level", "reseller", *CONTACT_LABELS}
)
FIELDS = tuple(
    Field(name, label, _SYNONYMS[name], required=name not in OPTIONAL)
    for name, label in ALL_LABELS.items()
)
