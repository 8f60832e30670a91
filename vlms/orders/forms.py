"""Forms of orders: the draft with its lines, and one for each step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from wtforms import Field, FieldList, FormField, HiddenField
from wtforms import Form as PlainForm

from vlms.core.errors import DomainError
from vlms.core.reading import optional, read_moment, read_text, read_whole
from vlms.core.text import Text, _
from vlms.core.zones import zone_name
from vlms.orders.models import Order
from vlms.orders.rules.limits import LARGEST_QUANTITY
from vlms.orders.service.drafts import MOST_LINES, DraftFacts
from vlms.orders.service.pricing import LineWish
from vlms.web.forms import ChoiceField, Form, LongTextField, MomentField, TextField, YesField

Choice = tuple[str, str, dict[str, bool]]
_quantity = read_whole(1, LARGEST_QUANTITY)
_TERMS = (("end", _("To the end")), ("twelve", _("12 months")))


class NewOrderForm(Form):
    agreement = ChoiceField(_("Agreement"), hint=_("Its price level, currency and term count."))


class LineForm(PlainForm):
    """One line of a draft; a line without a product is left out."""

    product = ChoiceField(_("Product"), choices=())
    quantity = TextField(
        _("Quantity"), optional(_quantity), render_kw={"inputmode": "numeric", "maxlength": 20}
    )
    term = ChoiceField(_("Time"), choices=_TERMS)
    next_period = YesField(_("Take the next period"))
    # It was read well, and a rule forbids it: the panel says why and what to do instead.
    was_refused = False

    @property
    def is_blank(self) -> bool:
        return not self.product.data and not (self.quantity.data or "").strip()

    @property
    def is_readable(self) -> bool:
        is_typed_well = self.was_refused or not self.errors
        return bool(self.product.data and self.quantity.value and is_typed_well)

    def wish(self) -> LineWish:
        """What the line asks for; it must be readable."""
        return LineWish(
            UUID(self.product.data),
            self.quantity.value,
            self.term.data == "twelve",
            bool(self.next_period.data),
        )


class OrderForm(Form):
    """A draft: lines, and the buyer's own numbers."""

    lines = FieldList(FormField(LineForm), max_entries=MOST_LINES + 1)
    purchase_order = TextField(_("Purchase-order number"), optional(read_text(60)))
    cost_centre = TextField(_("Cost centre"), optional(read_text(60)))
    version = HiddenField()

    def offer(self, products: Sequence[Choice]) -> None:
        """Let every line choose from these products."""
        for row in self.rows():
            row.product.choices = [("", str(_("Choose a product")), {}), *products]

    def rows(self) -> list[LineForm]:
        return [entry.form for entry in self.lines.entries]

    def filled(self) -> list[LineForm]:
        """The lines with a product or quantity, in their order."""
        return [row for row in self.rows() if not row.is_blank]

    def readable(self) -> list[LineForm]:
        """The lines that can be priced as they stand."""
        return [row for row in self.filled() if row.is_readable]

    def validate(self, extra_validators: Any = None) -> bool:
        good = bool(super().validate(extra_validators))
        for row in self.filled():
            if not row.product.data:
                good = _add(row.product, _("Choose the product of this line."))
            elif not row.quantity.errors and not row.quantity.value:
                good = _add(row.quantity, _("Enter how many."))
        return good

    def facts(self) -> DraftFacts:
        """The draft that was entered; only after it was validated."""
        return DraftFacts(
            tuple(row.wish() for row in self.filled()),
            self.purchase_order.value,
            self.cost_centre.value,
        )

    def seen_version(self) -> int:
        """The version that its editor saw; -1 for one that was tampered with."""
        return seen_version(self.version.data)

    def refuse(self, refusal: DomainError) -> None:
        """Beside the line that it concerns, else as all forms do."""
        position = refusal.facts.get("position")
        filled = self.filled()
        if position is None or position >= len(filled):
            super().refuse(refusal)
            return
        self.take_topic(refusal)
        row = filled[position]
        row.was_refused = True
        is_of_product = refusal.field == "product"
        field = row.product if is_of_product else row.quantity
        field.errors = [*field.errors, str(refusal)]

    @property
    def is_refused(self) -> bool:
        return bool(self.refusals) or any(field.errors for field in self.shown_fields())

    def shown_fields(self) -> Iterable[Field]:
        for row in self.rows():
            yield from (row.product, row.quantity, row.term)
        yield from (self.purchase_order, self.cost_centre)


def _add(field: Field, sentence: Text) -> bool:
    field.errors = [*field.errors, str(sentence)]
    return False


def fill(form: OrderForm, order: Order) -> None:
    """Show a draft as it was saved."""
    form.version.data = str(order.version)
    form.purchase_order.data = order.purchase_order
    form.cost_centre.data = order.cost_centre
    for line in order.lines:
        form.lines.append_entry(
            {
                "product": str(line.product_id),
                "quantity": str(line.quantity),
                "term": "twelve" if line.twelve_months_asked else "end",
                "next_period": line.next_period_asked,
            }
        )


class StepForm(Form):
    """Processed, acknowledged or invoiced: when, and under which reference."""

    happened_at = MomentField(_("Day and time"), read_moment("UTC"))
    reference = TextField(_("Reference"), optional(read_text(80)))

    def in_zone(self, zone: str) -> None:
        """Read the moment as the agreement's local time."""
        self.happened_at.reader = read_moment(zone)
        self.happened_at.description = str(_("In %(zone)s.", zone=zone_name(zone)))


class InvoiceForm(StepForm):
    """The publisher's invoice; after a decline it may be recorded at the order's price (P5)."""

    keeps_price = YesField(
        _("The publisher invoices at the order's price"),
        _("The customer declined a higher total. Without this tick it is asked again."),
    )


class PriceForm(Form):
    """Placing and approving: the version and total that the person saw."""

    version = HiddenField()
    shown_total = HiddenField()

    def show(self, version: int, total_minor: int | None) -> None:
        """What is on the page now, so that pressing the button means this."""
        self.version.data = str(version)
        self.shown_total.data = "" if total_minor is None else str(total_minor)

    def shown_fields(self) -> Iterable[Field]:
        return ()


_REASON_HINT = _("Required: it stands in the order's history.")


class DeclineForm(Form):
    reason = TextField(_("Reason"), read_text(500), _REASON_HINT, render_kw={"required": True})


class CancelForm(Form):
    reason = TextField(_("Reason"), read_text(500), _REASON_HINT, render_kw={"required": True})
    reference = TextField(_("Reference"), optional(read_text(80)))


class DeliverForm(Form):
    quantity = TextField(
        _("Quantity"), _quantity, _("What is delivered now."), render_kw={"inputmode": "numeric"}
    )
    note = LongTextField(
        _("Note"), 500, _("Needed for a short delivery: why, and when the rest comes.")
    )


def shown_minor(typed: str | None) -> int | None:
    """A total in minor units as the page sent it back; None for anything else."""
    text = (typed or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 17 else None


def seen_version(typed: str | None) -> int:
    """A version as the page sent it back; -1 for anything else."""
    text = str(typed or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
