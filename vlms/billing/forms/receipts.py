"""Forms of payments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from vlms.accounts.models import Organisation
from vlms.billing.queries.receipts import OpenInvoice
from vlms.billing.rules.amounts import read_amount
from vlms.billing.service.receipts import NewReceipt
from vlms.core.money import Money
from vlms.core.reading import read_day, read_text
from vlms.core.text import Text, _
from vlms.web.forms import ChoiceField, DayField, Form, TextField
from vlms.web.place_fields import CurrencyField

AMOUNT = _("Amount")
MONEY = {"inputmode": "decimal"}
FIRST_DUE, LATER = "first_due", "later"


def as_typed(typed: str, _label: Text) -> str:
    """Amounts are read once their currency is known."""
    return typed


class ReceiptForm(Form):
    """A payment that has arrived, and what it pays."""

    customer = ChoiceField(_("Customer"))
    amount = TextField(AMOUNT, as_typed, render_kw=MONEY)
    currency = CurrencyField()
    received_on = DayField(_("Received on"), read_day)
    reference = TextField(
        _("Reference"), read_text(80), _("The bank's or the customer's; each is recorded once.")
    )
    pays = ChoiceField(_("It pays"))

    def offer(
        self, customers: Iterable[Organisation], open_invoices: Sequence[OpenInvoice]
    ) -> None:
        """Let the customer and the invoice be chosen."""
        named = [(str(one.id), one.name) for one in customers]
        self.customer.offer([("", _("Choose a customer")), *named])
        self.pays.offer(
            [
                (FIRST_DUE, _("the invoices that are due first")),
                *((str(one.invoice.id), shown_open(one)) for one in open_invoices),
                (LATER, _("nothing yet: keep it with the customer")),
            ]
        )

    def receipt(self, open_amounts: Mapping[UUID, int]) -> NewReceipt:
        """What was entered. Raises BadInput for what is no amount of the currency."""
        currency = self.currency.value
        amount = read_amount(currency)(self.amount.data or "", AMOUNT)
        return NewReceipt(
            UUID(self.customer.value),
            self.reference.value,
            amount,
            currency,
            self.received_on.value,
            self._shares(amount, open_amounts),
        )

    def _shares(self, amount: int, open_amounts: Mapping[UUID, int]) -> Mapping[UUID, int] | None:
        if self.pays.value == FIRST_DUE:
            return None
        if self.pays.value == LATER:
            return {}
        chosen = UUID(self.pays.value)
        return {chosen: min(amount, open_amounts.get(chosen, 0))}


def shown_open(one: OpenInvoice) -> Text:
    """An open invoice in a list of choices."""
    return _(
        "%(number)s, %(customer)s: %(amount)s open",
        number=one.invoice.number or "",
        customer=one.invoice.organisation.name,
        amount=Money(one.open_minor, one.invoice.currency),
    )


class ShareForm(Form):
    """A rest that pays one more invoice."""

    invoice = ChoiceField(_("It pays"))
    amount = TextField(AMOUNT, as_typed, render_kw=MONEY)

    def offer(self, open_invoices: Sequence[OpenInvoice]) -> None:
        """Let one of these be chosen."""
        self.invoice.offer([(str(one.invoice.id), shown_open(one)) for one in open_invoices])

    def minor(self, currency: str) -> int:
        """Raises BadInput for what is no amount of the currency."""
        return read_amount(currency)(self.amount.data or "", AMOUNT)


class TakeBackForm(Form):
    reason = TextField(_("Why it is taken back"), read_text(500))
