"""Somebody else's records of billing and reconciliation: one for each kind of id in addresses."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from tests.support.files_of_others import LEDGER, as_csv, confirmed, ledger_row, take
from tests.support.making_billing import budget_of
from tests.support.making_foreign_membership import make_foreign_membership
from vlms.accounts.models import User
from vlms.agreements.models import Agreement, ResellerChange
from vlms.billing.models.attachments import Attachment, AttachmentKind
from vlms.billing.models.invoices import Invoice, InvoiceKind, InvoiceState
from vlms.billing.models.prices import ExchangeRate, SellingPrice
from vlms.billing.models.publisher import PublisherInvoice
from vlms.billing.models.receipts import Receipt
from vlms.billing.rules.tax import TaxMode
from vlms.billing.service.budgets import add_budget
from vlms.catalog.models import Product
from vlms.core.language import Language
from vlms.core.work import Work
from vlms.reconciliation.models.differences import Difference
from vlms.reconciliation.models.files import ReconciliationFile
from vlms.reconciliation.models.reports import ReportFormat, SavedReport
from vlms.reconciliation.rules.differences import (
    DifferenceClass,
    DifferenceSide,
    DifferenceState,
)
from vlms.reconciliation.service.periods import period_for


def make_foreign_money(work: Work, owner_id: UUID) -> dict[str, UUID]:
    """Under the organisation's first agreement; the reseller's are of its reseller."""
    agreement = work.session.scalars(
        select(Agreement).where(Agreement.organisation_id == owner_id).order_by(Agreement.number)
    ).first()
    assert agreement is not None
    file = _file(work, agreement)
    assert file.mapping_id
    return {
        **make_foreign_membership(work, owner_id),
        "attachment_id": _attachment(work, agreement),
        "budget_id": add_budget(work, owner_id, budget_of(work.now)).id,
        "customer_id": owner_id,
        "invoice_id": _invoice(work, agreement),
        "price_id": _price(work, agreement),
        "file_id": file.id,
        "period_id": file.period_id,
        "difference_id": _difference(work, file),
        "mapping_id": file.mapping_id,
        "change_id": _change(work, agreement),
        "publisher_invoice_id": _publisher_invoice(work, agreement),
        "rate_id": _rate(work, agreement),
        "receipt_id": _receipt(work, agreement),
        "report_id": _report(work, agreement),
    }


def _report(work: Work, agreement: Agreement) -> UUID:
    made = SavedReport(
        organisation_id=agreement.organisation_id,
        owner_id=work.session.scalars(select(User.id)).first(),
        name="theirs",
        asked="",
        format=ReportFormat.PDF,
        failure_count=0,
    )
    work.session.add(made)
    work.flush()
    return made.id


def _change(work: Work, agreement: Agreement) -> UUID:
    made = ResellerChange(
        organisation_id=agreement.organisation_id,
        agreement_id=agreement.id,
        former_id=agreement.reseller_id,
        first_day=agreement.last_day,
        hands_over=False,
        reason="theirs",
        planned_at=work.now,
    )
    work.session.add(made)
    work.flush()
    return made.id


def _file(work: Work, agreement: Agreement) -> ReconciliationFile:
    assert agreement.reseller_id
    body = as_csv([LEDGER, ledger_row(1)])
    period = period_for(work, agreement.reseller_id, "2026-03")
    return take(work, period, body, said=confirmed(body))


def _difference(work: Work, file: ReconciliationFile) -> UUID:
    made = Difference(
        reseller_id=file.reseller_id,
        period_id=file.period_id,
        identity_digest="theirs",
        content_digest="theirs",
        side=DifferenceSide.LEDGER,
        kind=DifferenceClass.MISSING_HERE,
        state=DifferenceState.OPEN,
        theirs={"order_number": "theirs"},
        found_at=work.now,
    )
    work.session.add(made)
    work.flush()
    return made.id


def _attachment(work: Work, agreement: Agreement) -> UUID:
    made = Attachment(
        organisation_id=agreement.organisation_id,
        agreement_id=agreement.id,
        reseller_id=agreement.reseller_id,
        kind=AttachmentKind.QUOTE,
        filename="theirs.pdf",
        media_type="application/pdf",
        byte_count=4,
        digest="0" * 64,
        sealed_content=b"none",
        added_at=work.now,
    )
    work.session.add(made)
    work.flush()
    return made.id


def _invoice(work: Work, agreement: Agreement) -> UUID:
    made = Invoice(
        organisation_id=agreement.organisation_id,
        reseller_id=agreement.reseller_id,
        kind=InvoiceKind.INVOICE,
        state=InvoiceState.DRAFT,
        currency="USD",
        language=Language.ENGLISH,
        tax_country="US",
        tax_mode=TaxMode.PER_LINE,
        created_at=work.now,
    )
    work.session.add(made)
    work.flush()
    return made.id


def _price(work: Work, agreement: Agreement) -> UUID:
    made = SellingPrice(
        reseller_id=agreement.reseller_id,
        product_id=work.session.scalars(select(Product.id)).first(),
        currency="USD",
        unit_price=Decimal(1),
        effective_from=date(2026, 1, 1),
    )
    work.session.add(made)
    work.flush()
    return made.id


def _publisher_invoice(work: Work, agreement: Agreement) -> UUID:
    made = PublisherInvoice(
        reseller_id=agreement.reseller_id,
        number="THEIRS-1",
        currency="USD",
        invoiced_on=date(2026, 3, 31),
        net_minor=100,
        tax_minor=0,
        gross_minor=100,
        recorded_at=work.now,
    )
    work.session.add(made)
    work.flush()
    return made.id


def _rate(work: Work, agreement: Agreement) -> UUID:
    made = ExchangeRate(
        reseller_id=agreement.reseller_id,
        from_currency="USD",
        to_currency="TWD",
        effective_on=date(2026, 3, 1),
        rate_millionths=31_250_000,
    )
    work.session.add(made)
    work.flush()
    return made.id


def _receipt(work: Work, agreement: Agreement) -> UUID:
    made = Receipt(
        organisation_id=agreement.organisation_id,
        reseller_id=agreement.reseller_id,
        reference="THEIRS-1",
        amount_minor=100,
        currency="USD",
        received_on=date(2026, 3, 31),
        recorded_at=work.now,
    )
    work.session.add(made)
    work.flush()
    return made.id
