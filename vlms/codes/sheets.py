"""Voucher sheets (C8): a holder's own with the code, a batch's with claim QRs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime

from vlms.catalog.models import ProductKind
from vlms.codes.models import Code, CodeBatch
from vlms.codes.rules.code_text import Profile, display
from vlms.core.days import day_writer
from vlms.core.language import Language
from vlms.core.text import Name, Text, _, writing_days
from vlms.core.zones import zone_name
from vlms.exports.document import CodeCard, CodeCards, Document, Facts, Note

Speak = Callable[[Language], AbstractContextManager[object]]

_PERSONAL = _("This code is yours alone. It stays with you and is never passed on (C2).")
_EXAM_TERMS = (
    _PERSONAL,
    _("It registers one exam. Cancelling is free until 24 hours before it starts (C3)."),
    _("Whoever cancels later or does not appear loses the code; there is no refund (C3)."),
)
_LIBRARY_TERMS = (
    _PERSONAL,
    _("It unlocks one library once, for its person, until the last day (C4)."),
    _("Printing, copying and sharing the books is forbidden (C4)."),
)


def terms_of(code: Code) -> Sequence[Text]:
    """What the holder of a code must know (C2 to C4)."""
    is_library = code.product.kind is ProductKind.E_REFERENCE
    return _LIBRARY_TERMS if is_library else _EXAM_TERMS


def own_sheet(code: Code, text: str, made_at: datetime, language: Language) -> Document:
    """The holder's own sheet, with the normalised code `text`, in the language being written."""
    card = CodeCard(
        title=_product(code),
        last_day=_last_day(code),
        holder=code.person.name if code.person else "",
        code=display(text, Profile(code.source.value)),
        exam_families=_families(code),
        terms=terms_of(code),
    )
    # The terms stand on the card itself, large enough to be read.
    return Document(
        _("Voucher"),
        [CodeCards([card], across=1)],
        made_at,
        write_day=day_writer(language, code.organisation.has_roc_years),
    )


def batch_sheet(
    batch: CodeBatch,
    cards: Sequence[CodeCard],
    made_at: datetime,
) -> Document:
    """A batch's sheet: one card to cut out for each assigned code, with its claim QR."""
    facts = Facts(
        [
            (_("Product"), Name(batch.product.name_en, chinese=batch.product.name_zh)),
            (_("Order"), batch.line.order.number),
            (_("Cards"), len(cards)),
        ]
    )
    note = Note(_("Each QR opens one code for one person, who signs in. Give it to nobody else."))
    return Document(
        _("Voucher sheet"), [facts, note, CodeCards(cards)], made_at, number=batch.number
    )


def claim_card(code: Code, link: str, speak: Speak) -> CodeCard:
    """One code's card for a batch's sheet, written in its person's language; no code on it."""
    person = code.person
    language = person.language if person else Language.ENGLISH
    with speak(language), writing_days(day_writer(language, code.organisation.has_roc_years)):
        return CodeCard(
            title=str(_product(code)),
            last_day=str(_last_day(code)),
            holder=person.name if person else "",
            claim_link=link,
            caption=str(
                _("Scan to claim %(number)s.", number=f"{code.batch.number}/{code.number}")
            ),
            exam_families=[str(family) for family in _families(code)],
            terms=[str(term) for term in terms_of(code)],
        )


def _product(code: Code) -> Name:
    return Name(code.product.name_en, chinese=code.product.name_zh)


def _families(code: Code) -> Sequence[Name]:
    return [Name(family.name_en, chinese=family.name_zh) for family in code.product.families]


def _last_day(code: Code) -> Text:
    return _(
        "Last day of use: %(day)s (until its end, %(zone)s)",
        day=code.last_day,
        zone=zone_name(code.time_zone),
    )
