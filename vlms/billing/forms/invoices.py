"""Forms of invoices: a draft's facts, posting, correcting, what papers say of both sides."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from wtforms import FieldList, FormField, HiddenField, StringField
from wtforms import Form as PlainForm

from vlms.billing.invoice_words import COLUMN_WORDS, LANGUAGE_WORDS
from vlms.billing.models.invoices import Invoice
from vlms.billing.rules.amounts import read_amount
from vlms.billing.rules.tax_numbers import read_allowance_number, read_tax_invoice_number
from vlms.billing.service.invoicing import DraftFacts
from vlms.billing.service.invoicing_credit import Part
from vlms.core.errors import BadInput
from vlms.core.language import Language
from vlms.core.reading import optional, read_day, read_text, read_whole
from vlms.core.text import _
from vlms.orders.models import OrderLine
from vlms.web.forms import ChoiceField, DayField, Form, ManyField, TextField, YesField
from vlms.web.place_fields import CountryField, CurrencyField
from vlms.web.uploads import UploadField

_LANGUAGES = [(language.value, word) for language, word in LANGUAGE_WORDS.items()]
_NET = _("Net that is given back")
_UNITS = _("Units that are given back")


class DraftForm(Form):
    """Which order lines are invoiced, and what the paper says besides."""

    version = HiddenField(default="0")
    lines = ManyField(_("Lines"))
    currency = CurrencyField(
        _("Currency of the invoice"), hint=_("Another one than the orders' needs an exchange rate.")
    )
    tax_country = CountryField(_("Country whose tax is due"))
    language = ChoiceField(_("Language of the paper"), _LANGUAGES)
    purchase_order = TextField(_("Purchase-order number"), optional(read_text(60)))
    cost_centre = TextField(_("Cost centre"), optional(read_text(60)))
    due_on = DayField(_("Due on"), optional(read_day), _("Empty: after your usual days to pay."))

    def offer(self, lines: Iterable[OrderLine]) -> None:
        self.lines.offer((str(line.id), line.order.number) for line in lines)

    @property
    def line_ids(self) -> list[UUID]:
        return [UUID(key) for key in self.lines.value]

    @property
    def shown_version(self) -> int:
        """The draft's version when the page was made; what was tampered with is none."""
        return _version(self.version.data)

    def facts(self) -> DraftFacts:
        return DraftFacts(
            self.currency.value,
            self.tax_country.value,
            Language(self.language.value),
            self.purchase_order.value,
            self.cost_centre.value,
            self.due_on.value,
        )


class PostForm(Form):
    version = HiddenField()

    @property
    def shown_version(self) -> int:
        return _version(self.version.data)


def _version(typed: str | None) -> int:
    return int(typed) if typed and typed.isdigit() and len(typed) < 9 else -1


class ReasonForm(Form):
    reason = TextField(_("Reason"), read_text(500))


class CreditRow(PlainForm):
    """What is given back of one line."""

    line_id = HiddenField()
    net = StringField(_NET)
    quantity = StringField(_UNITS)


class CreditForm(Form):
    """Why, and how much of each line; with all of its money go all of its units."""

    reason = TextField(_("Reason"), read_text(500), _("It stands on the credit note."))
    is_whole = YesField(_("Give back all that is left of every line"))
    lines = FieldList(FormField(CreditRow))

    def offer(self, left: Iterable[UUID]) -> None:
        """Set an empty row for each line of which something is left."""
        for key in left:
            self.lines.append_entry({"line_id": str(key)})

    def parts(self, currency: str) -> dict[UUID, Part] | None:
        """What was entered; None: all that is left.

        Raises BadInput for what is no amount or no number of units, and for both at once.
        """
        found = self._entered(currency)
        if not self.is_whole.data:
            return found
        if found:
            raise BadInput(
                None,
                _("All of every line is ticked, and an amount is entered too."),
                reason="both",
                field="is_whole",
                way_out=_("Take the tick away, or empty the amounts."),
            )
        return None

    def _entered(self, currency: str) -> dict[UUID, Part]:
        found = {}
        for row in (entry.form for entry in self.lines.entries):
            net = optional(read_amount(currency))(row.net.data or "", _NET)
            units = optional(read_whole(0, 1_000_000))(row.quantity.data or "", _UNITS)
            if net is not None:
                found[UUID(row.line_id.data)] = Part(net, units or 0)
        return found


class TaxNumberForm(Form):
    tax_invoice_number = TextField(
        COLUMN_WORDS["tax_invoice_number"],
        read_tax_invoice_number,
        _("Two letters and eight digits, as AB-12345678."),
    )


class AllowanceNumberForm(Form):
    allowance_number = TextField(
        COLUMN_WORDS["allowance_number"],
        read_allowance_number,
        _("As it stands on the certificate."),
    )


class TaxNumbersFileForm(Form):
    """A list of invoices and the tax invoices that were issued for them."""

    file = UploadField(_("File"), _("An Excel workbook (.xlsx) or a CSV file, 5 MB at most."))


def fill(form: DraftForm, invoice: Invoice) -> None:
    """Show a draft as it is."""
    form.version.data = str(invoice.version)
    form.lines.data = [str(line.order_line_id) for line in invoice.lines]
    form.currency.data, form.tax_country.data = invoice.currency, invoice.tax_country
    form.language.data = invoice.language.value
    form.purchase_order.data = invoice.purchase_order or ""
    form.cost_centre.data = invoice.cost_centre or ""
    form.due_on.data = invoice.due_on.isoformat() if invoice.due_on else ""
