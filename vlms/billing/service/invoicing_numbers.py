"""Numbers of tax invoices (發票字軌號碼): typed for one invoice, or imported for many.

Those of the certificates (折讓證明單) of credit notes are typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from vlms.billing.models.invoices import Invoice, InvoiceKind
from vlms.billing.queries.invoicing import find_by_tax_number, find_invoice, get_invoice
from vlms.billing.rules.tax_numbers import read_tax_invoice_number
from vlms.billing.service.invoicing_credit import require_correctable, require_credit_note
from vlms.core.doubles import refusing_doubles
from vlms.core.dry_run import Change, Difference, DryRun, Fault, Line, row_fault
from vlms.core.errors import BadInput, DomainError
from vlms.core.permissions import Permission
from vlms.core.reading import read_text, shown
from vlms.core.text import Text, _
from vlms.core.work import Work
from vlms.exports.mapping import Field, check_mapping, guess_mapping, value_in
from vlms.exports.sheets import Sheet, typed

LABELS: Mapping[str, Text] = {
    "invoice": _("Invoice"),
    "tax_invoice_number": _("Tax invoice number"),
}
FIELDS = (
    Field("invoice", LABELS["invoice"], ("Invoice number", "請款單", "請款單號", "請款單號碼")),
    Field(
        "tax_invoice_number",
        LABELS["tax_invoice_number"],
        ("Tax invoice", "發票字軌號碼", "發票號碼", "統一發票號碼"),
    ),
)


@dataclass(frozen=True, slots=True)
class NumberRow:
    """Which tax invoice was issued for an invoice."""

    invoice_id: UUID
    number: str


def set_tax_invoice_number(work: Work, invoice_id: UUID, number: str) -> Invoice:
    """Note which tax invoice was issued; a wrong one is entered anew, the journal keeps both.

    Raises Conflict unless it is a posted invoice, BadInput for another invoice's number.
    """
    work.actor.require(Permission.EDIT_INVOICES)
    invoice = get_invoice(work.session, invoice_id)
    require_correctable(invoice)
    work.does("invoice.tax_number_set")
    with refusing_doubles(work, uq_invoice_tax_invoice_number=_taken(number)):
        invoice.tax_invoice_number = number
    return invoice


def set_allowance_number(work: Work, invoice_id: UUID, number: str) -> Invoice:
    """Note which certificate was issued for a credit note; a wrong one is entered anew.

    Raises Conflict unless it is a posted credit note, BadInput for another one's number.
    """
    work.actor.require(Permission.EDIT_INVOICES)
    note = get_invoice(work.session, invoice_id)
    require_credit_note(note)
    work.does("invoice.allowance_number_set")
    taken = BadInput(
        None,
        _("Certificate %(number)s is noted for another credit note.", number=number),
        reason="double",
        field="allowance_number",
        way_out=_("Check both papers; a number is never used twice."),
    )
    with refusing_doubles(work, uq_invoice_allowance_number=taken):
        note.allowance_number = number
    return note


def examine_numbers(session: Session, reseller_id: UUID, sheet: Sheet) -> DryRun[NumberRow]:
    """What an import of the sheet would do. Raises BadInput when a column is missing."""
    mapping = guess_mapping(FIELDS, sheet.headers)
    check_mapping(FIELDS, mapping, sheet.headers)
    seen: dict[str, int] = {}
    lines = []
    for row in sheet.rows:
        texts = {name: typed(value_in(row, mapping, name)) for name in LABELS}
        lines.append(_line(session, reseller_id, row.number, texts, seen))
    problems = [Fault(p.row, p.sentence, None, p.way_out) for p in sheet.problems]
    return DryRun(tuple(LABELS.values()), lines, problems)


def import_numbers(work: Work, reseller_id: UUID, sheet: Sheet) -> int:
    """Note all numbers of the sheet in this transaction; how many were new or changed.

    Raises BadInput, and writes nothing, while any row or the file itself is wrong.
    """
    work.actor.require(Permission.EDIT_INVOICES)
    run = examine_numbers(work.session, reseller_id, sheet)
    run.require_sound()
    changed = [line.facts for line in run.lines if line.facts and line.change is not Change.SAME]
    for row in changed:
        set_tax_invoice_number(work, row.invoice_id, row.number)
    return len(changed)


def _line(
    session: Session, reseller_id: UUID, number: int, texts: Mapping[str, str], seen: dict[str, int]
) -> Line[NumberRow]:
    told = tuple(texts[name] for name in LABELS)
    try:
        invoice, found = _read(session, reseller_id, texts)
        for key in (str(invoice.id), found):
            if key in seen:
                raise _repeated(seen[key])
            seen[key] = number
    except DomainError as refusal:
        return Line(number, Change.WRONG, told, faults=(row_fault(number, refusal),))
    row = NumberRow(invoice.id, found)
    before = invoice.tax_invoice_number
    if before == found:
        return Line(number, Change.SAME, told, row)
    if before is None:
        return Line(number, Change.NEW, told, row)
    difference = Difference(LABELS["tax_invoice_number"], before, found)
    return Line(number, Change.CHANGED, told, row, (difference,))


def _read(session: Session, reseller_id: UUID, texts: Mapping[str, str]) -> tuple[Invoice, str]:
    wanted = read_text(40)(texts["invoice"], LABELS["invoice"])
    invoice = find_invoice(session, reseller_id, wanted)
    if invoice is None or invoice.kind is InvoiceKind.CREDIT_NOTE:
        raise BadInput(
            None,
            _("You have posted no invoice %(number)s.", number=shown(wanted)),
            reason="unknown_invoice",
            field="invoice",
            way_out=_("Check the number of the invoice."),
        )
    require_correctable(invoice)
    label = LABELS["tax_invoice_number"]
    found = read_tax_invoice_number(texts["tax_invoice_number"], label)
    holder = find_by_tax_number(session, reseller_id, found)
    if holder is not None and holder.id != invoice.id:
        raise _taken(found)
    return invoice, found


def _taken(number: str) -> BadInput:
    return BadInput(
        None,
        _("Tax invoice %(number)s is noted for another invoice.", number=number),
        reason="double",
        field="tax_invoice_number",
        way_out=_("Check both papers; a number is never used twice."),
    )


def _repeated(first: int) -> BadInput:
    return BadInput(
        None,
        _("Row %(row)s names the same invoice or number.", row=first),
        reason="repeated",
        field="invoice",
        way_out=_("Remove one of the two rows."),
    )
