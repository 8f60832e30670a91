"""The columns of a list of people, by their headings in both languages."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from vlms.accounts.rules.person_row import LABELS
from vlms.exports.mapping import ColumnMapping, Field, FromColumn, fold, guess_mapping

_SYNONYMS: dict[str, tuple[str, ...]] = {
    "number": (
        *("Employee number", "Employee ID", "Staff number", "Personnel number", "Student number"),
        *("Employee no", "Staff no", "Student no", "Student ID", "Staff ID", "Person ID"),
        *("員工編號", "工號", "員編", "學號", "編號", "人員編號"),
    ),
    "name": ("Name", "Display name", "Employee name", "姓名", "中文姓名", "名字", "員工姓名"),
    "latin_name": ("Latin name", "English name", "Name in English", "英文姓名", "英文名"),
    "email": ("E-mail", "Email", "Mail", "電子郵件", "電子信箱", "信箱", "郵件"),
    "department": ("Dept", "Unit", "Cost centre", "部門", "單位", "科系", "系所"),
    "manager": ("Manager number", "Manager e-mail", "Supervisor", "主管", "直屬主管", "主管工號"),
    "mcid": ("MCID", "MC ID", "Microsoft Certification ID", "認證編號", "認證檔案編號"),
    "language": ("Preferred language", "Mail language", "語言", "慣用語言", "語系"),
}
FIELDS = tuple(
    Field(name, label, _SYNONYMS[name], required=name == "name") for name, label in LABELS.items()
)
Chosen = Mapping[str, str]


def header_digest(headers: Sequence[str]) -> str:
    """SHA-256 in hexadecimal of the folded headings, in order."""
    return hashlib.sha256("\x1f".join(map(fold, headers)).encode()).hexdigest()


def mapping_of(headers: Sequence[str], chosen: Chosen | None) -> ColumnMapping:
    """Which column holds what: as somebody chose it by heading, else as it is guessed."""
    if chosen is None:
        return guess_mapping(FIELDS, headers)
    places = {heading: place for place, heading in enumerate(headers)}
    return {
        field: FromColumn(places[heading]) for field, heading in chosen.items() if heading in places
    }
