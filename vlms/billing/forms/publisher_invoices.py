"""Forms of the publisher's invoices."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from wtforms import FieldList, FormField, HiddenField
from wtforms import Form as PlainForm

from vlms.billing.queries.publisher_invoices import MOST_OFFERED, UnbilledLine
from vlms.billing.rules.amounts import read_amount, typed_amount
from vlms.billing.service.publisher_invoices import BilledLine, NewPublisherInvoice
from vlms.core.errors import NotFound
from vlms.core.reading import optional, read_day, read_text
from vlms.core.text import Text, _
from vlms.web.forms import DayField, Form, TextField, YesField

_NET = _("Net amount")
_MONEY = {"inputmode": "decimal"}


def _read_later(typed: str, _label: Text) -> str:
    """Amounts are read once their currency is known."""
    return typed


class BilledLineForm(PlainForm):
    """One line that may stand on the invoice."""

    line_id = HiddenField()
    is_on_it = YesField(_("On this invoice"))
    net = TextField(_NET, _read_later, render_kw=_MONEY)


class PublisherInvoiceForm(Form):
    """What the paper says, and which lines stand on it."""

    number = TextField(_("Number of the invoice"), read_text(60))
    invoiced_on = DayField(_("Day of the invoice"), read_day)
    net = TextField(
        _("Net total of the paper"),
        optional(_read_later),
        _("Empty: it is not compared with the lines."),
        render_kw=_MONEY,
    )
    tax = TextField(_("Tax of the paper"), optional(_read_later), render_kw=_MONEY)
    lines = FieldList(FormField(BilledLineForm), max_entries=MOST_OFFERED)

    @classmethod
    def offering(
        cls, open_lines: Sequence[UnbilledLine], reference: str, invoiced_on: str
    ) -> PublisherInvoiceForm:
        """The form with these lines; those of the reference are ticked."""
        return cls(
            data={
                "number": reference,
                "invoiced_on": invoiced_on,
                "lines": [
                    {
                        "line_id": str(one.line.id),
                        "is_on_it": one.reference == reference,
                        "net": typed_amount(one.line.amount_minor or 0, one.currency),
                    }
                    for one in open_lines
                ],
            }
        )

    def invoice(self, currency: str) -> NewPublisherInvoice:
        """What was entered. Raises BadInput for what is no amount of the currency."""
        signed = read_amount(currency, may_be_negative=True)
        return NewPublisherInvoice(
            self.number.value,
            currency,
            self.invoiced_on.value,
            [
                BilledLine(_key(row.line_id.data), signed(row.net.data or "", _NET))
                for row in (entry.form for entry in self.lines.entries)
                if row.is_on_it.data
            ],
            optional(signed)(self.tax.data or "", self.tax.label.text) or 0,
            optional(signed)(self.net.data or "", self.net.label.text),
        )


def _key(typed: str | None) -> UUID:
    try:
        return UUID(typed or "")
    except ValueError:
        raise NotFound(None, _("There is no such line among your orders.")) from None


class RemoveForm(Form):
    reason = TextField(_("Why it is taken out"), read_text(500))
