"""Reads one row of a directory that somebody keeps elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from vlms.accounts.rules.mcid import read_mcid
from vlms.core.errors import BadInput
from vlms.core.language import Language
from vlms.core.quick_emails import quick_email_reader
from vlms.core.reading import Reader, canonical_email, read_text, refuse
from vlms.core.text import Text, _

LABELS: dict[str, Text] = {
    "number": _("Number"),
    "name": _("Full name"),
    "latin_name": _("Name in Latin letters"),
    "email": _("E-mail address"),
    "department": _("Department"),
    "manager": _("Manager"),
    "mcid": _("Certification ID"),
    "language": _("Language"),
}
_LANGUAGES = {
    Language.ENGLISH: {"en", "english", "英文", "英語"},
    Language.TRADITIONAL_CHINESE: {
        *("zh", "zh-tw", "zh-hant", "zh-hant-tw", "zh_hant_tw", "chinese"),
        *("traditional chinese", "中文", "繁體中文", "繁中", "正體中文"),
    },
}


@dataclass(frozen=True)
class PersonRow:
    """What a row tells; what it leaves empty, or has no column for, is None and stays."""

    name: str
    number: str | None = None
    email: str | None = None
    latin_name: str | None = None
    department: str | None = None
    manager: str | None = None
    mcid: str | None = None
    language: Language | None = None


Texts = Mapping[str, str]
RowReader = Callable[[Texts], tuple[PersonRow | None, list[BadInput]]]


def person_row_reader() -> RowReader:
    """Reads the rows of one file: each with all that is wrong in it."""
    readers: dict[str, Reader[Any]] = {
        "number": read_text(60),
        "name": read_text(200),
        "latin_name": read_text(200),
        "email": quick_email_reader(),
        "department": read_text(120),
        "manager": _read_named,
        "mcid": read_mcid,
        "language": _read_language,
    }

    def read(texts: Texts) -> tuple[PersonRow | None, list[BadInput]]:
        values: dict[str, Any] = {}
        refusals: list[BadInput] = []
        for field, reader in readers.items():
            typed = texts.get(field, "").strip()
            if not typed and field != "name":
                continue
            try:
                values[field] = reader(typed, LABELS[field])
            except BadInput as refusal:
                refusal.field = field
                refusals.append(refusal)
        if not texts.get("number", "").strip() and not texts.get("email", "").strip():
            refusals.append(_unnamed())
        return (None if refusals else PersonRow(**values)), refusals

    return read


def _read_named(typed: str, label: Text) -> str:
    """A number, or an address as it is stored."""
    found = read_text(254)(typed, label)
    return canonical_email(found) if "@" in found else found


def _read_language(typed: str, label: Text) -> Language:
    for language, names in _LANGUAGES.items():
        if typed.casefold() in names:
            return language
    raise refuse(typed, label, _("Write English or 中文, or leave it empty."))


def _unnamed() -> BadInput:
    return BadInput(
        None,
        _("There is neither a number nor an e-mail address."),
        reason="unnamed",
        field="number",
        way_out=_("Give one of them: by it the person is known when the list comes again."),
    )
