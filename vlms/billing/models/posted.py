"""Posted invoices never change (I17): held in every session, whoever it works for.

What may still change of one is that it is declared void, and the number of its tax invoice
or certificate.
A statement that would change more finds no rows; a row that was changed is an error.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, event, inspect, select
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria

from vlms.billing.models.invoices import Invoice, InvoiceLine, InvoiceState

_LEFT_OPEN = frozenset(
    {
        "state",
        "version",
        "tax_invoice_number",
        "allowance_number",
        "void_reason",
        "voided_at",
        "voided_by",
    }
)
_STATES = frozenset({InvoiceState.POSTED, InvoiceState.VOID})


class PostedChanged(RuntimeError):
    """Something changes what was posted: a bug or an attack, never a message."""


@event.listens_for(Session, "before_flush")
def refuse_changed_rows(session: Session, _context: Any, _instances: Any) -> None:
    """Raises PostedChanged for a posted invoice, or one of its lines, that is not as it was."""
    with session.no_autoflush:
        for row in (*session.dirty, *session.deleted):
            if isinstance(row, Invoice) and _is_rewritten(row, row in session.deleted):
                raise PostedChanged(f"invoice {row.number} is posted")
        for row in (*session.new, *session.dirty, *session.deleted):
            if isinstance(row, InvoiceLine) and _is_of_posted(session, row):
                raise PostedChanged("a line of a posted invoice")


@event.listens_for(Session, "do_orm_execute")
def hide_posted_rows(state: ORMExecuteState) -> None:
    """Let updates and deletes reach drafts alone, but for what is left open."""
    if not (state.is_update or state.is_delete) or state.bind_mapper is None:
        return
    condition = _reach(state)
    if condition is not None:
        statement: Any = state.statement
        target = state.bind_mapper.class_
        state.statement = statement.options(with_loader_criteria(target, condition))


def _reach(state: ORMExecuteState) -> ColumnElement[bool] | None:
    target = None if state.bind_mapper is None else state.bind_mapper.class_
    if target is Invoice and not _stays_open(state):
        return Invoice.state == InvoiceState.DRAFT
    if target is InvoiceLine:
        # On the bare table: conditions of scopes must not reach into it.
        columns = Invoice.__table__.c
        drafts = select(columns.id).where(columns.state == InvoiceState.DRAFT)
        return InvoiceLine.invoice_id.in_(drafts)
    return None


def _stays_open(state: ORMExecuteState) -> bool:
    statement: Any = state.statement
    if not state.is_update:
        return False
    changed = {getattr(column, "key", column) for column in statement._values or {}}
    return changed <= _LEFT_OPEN


def _is_rewritten(row: Invoice, is_deleted: bool) -> bool:
    if not _was_posted(row):
        return False
    found = inspect(row)
    changed = {each.key for each in found.attrs if each.history.has_changes()}
    return is_deleted or not changed <= _LEFT_OPEN or row.state not in _STATES


def _is_of_posted(session: Session, line: InvoiceLine) -> bool:
    if line in session.dirty and not session.is_modified(line):
        return False
    # A line that is new may know its invoice by the key alone.
    known: Invoice | None = line.invoice
    invoice = session.get(Invoice, line.invoice_id) if known is None else known
    return invoice is not None and invoice not in session.new and _was_posted(invoice)


def _was_posted(row: Invoice) -> bool:
    """Whether the database has it as posted or void."""
    before = inspect(row).attrs.state.history
    known = [*before.deleted, *before.unchanged]
    return bool(known) and known[0] is not InvoiceState.DRAFT
