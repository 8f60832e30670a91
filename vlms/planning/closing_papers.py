"""A closing certificate as a paper and as a workbook, in the language that is being spoken.

Both say what its content holds and nothing else, so that they are the same whenever they are made.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from flask_babel import force_locale

from vlms.core.days import day_writer
from vlms.core.keys import KeyRing
from vlms.core.language import Language, tag_of
from vlms.core.text import Text, _, writing_days
from vlms.exports.document import Block, Document, Facts, Heading, Note, Rows
from vlms.exports.pdf import write_pdf
from vlms.exports.table import Column, Table
from vlms.exports.xlsx import write_book
from vlms.planning.closing_tables import Certificate, heads_of, sign_off_of, tables_of
from vlms.planning.closing_words import NOTES
from vlms.planning.models.closings import Closing
from vlms.planning.service.closing_proof import open_paper
from vlms.planning.service.closings import MadePaper, refuse_withheld

FORMS = ("pdf", "xlsx")
_SO_FAR = _("So far: not the certificate")


def certificate_document(one: Certificate, language: Language) -> Document:
    """The paper; what is no certificate yet says so on each page."""
    blocks: list[Block] = [Facts(list(heads_of(one)))]
    for table in tables_of(one):
        blocks += [Heading(table.title), Rows(table)]
    blocks += [*map(Note, NOTES), Heading(_("Sign-off")), Facts(list(sign_off_of(one)))]
    return Document(
        one.title,
        blocks,
        one.made_at,
        number=one.closing.number,
        marks=[*([_SO_FAR] if one.is_so_far else []), _("Before tax")],
        language=tag_of(language),
        landscape=True,
        write_day=day_writer(language, one.closing.agreement.organisation.has_roc_years),
    )


def certificate_book(one: Certificate) -> list[Table[Any]]:
    """A sheet for each table, and one of what the paper says besides."""
    marks = [(_("Standing"), _SO_FAR)] if one.is_so_far else []
    pairs = [*heads_of(one), *sign_off_of(one), *marks]
    columns = (
        Column[tuple[Text, object]](_("What"), lambda pair: pair[0]),
        Column[tuple[Text, object]](_("Value"), lambda pair: str(pair[1])),
    )
    return [*tables_of(one), Table(one.title, columns, pairs, one.made_at)]


def make_papers(closing: Closing) -> Iterator[MadePaper]:
    """Each form in each language, for keeping when it is signed."""
    for language in Language:
        for form in FORMS:
            yield MadePaper(language, form, _paper_bytes(closing, language, form))


def paper_of(keys: KeyRing, closing: Closing, language: Language, form: str) -> bytes:
    """Of a signed certificate the kept paper, else one made now. Raises Conflict (I1)."""
    refuse_withheld(closing)
    kept = (one for one in closing.papers if (one.language, one.form) == (language, form))
    found = next(kept, None)
    if found is None:
        return _paper_bytes(closing, language, form)
    return open_paper(keys, closing, found)


def _paper_bytes(closing: Closing, language: Language, form: str) -> bytes:
    one, out = Certificate(closing), io.BytesIO()
    writes = day_writer(language, closing.agreement.organisation.has_roc_years)
    with force_locale(language.value):
        if form == "pdf":
            write_pdf(certificate_document(one, language), out)
        else:
            with writing_days(writes):
                write_book(certificate_book(one), out)
    return out.getvalue()
