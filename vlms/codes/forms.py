"""Forms of the pages on which codes are given out and stock is kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from flask import g
from wtforms import Field, HiddenField

from vlms.accounts.models import Person
from vlms.agreements.models import Agreement
from vlms.catalog.models import CodeSource, Product
from vlms.codes.service.charging_to import COST_CENTRE, read_cost_centre
from vlms.core.reading import optional, read_text, read_whole
from vlms.core.text import Text, _, bracketed
from vlms.orders.models import OrderLine
from vlms.web.forms import ChoiceField, Form, LongTextField, TextField, YesField
from vlms.web.locales import name_of
from vlms.web.place_fields import ZoneField
from vlms.web.uploads import UploadField

MOST_AT_ONCE = 1_000
Choice = tuple[str, str]


class ConfirmForm(Form):
    """Nothing to fill in but, perhaps, why."""

    reason = LongTextField(_("Why"), 500, _("The journal keeps it. May be left empty."))


def cost_centre_field(hint: Text) -> TextField:
    """Who bears the code's part of the price."""
    return TextField(COST_CENTRE, optional(read_cost_centre), hint)


class TogetherForm(Form):
    """Confirms a step on many codes; `seen` is what the page had shown."""

    seen = HiddenField()

    def shown_fields(self) -> Iterable[Field]:
        return ()


class AssignTogetherForm(TogetherForm):
    """The same for assigning, which may name who bears the codes."""

    cost_centre = cost_centre_field(_("For all of them. Left empty, each stays with its own."))

    def shown_fields(self) -> Iterable[Field]:
        return (self.cost_centre,)


class AssignForm(Form):
    """Who bears the code that is assigned."""

    cost_centre = cost_centre_field(_("Left empty, that of the order."))


class CostCentreForm(AssignForm):
    """Who bears a code that is given already, and why it is another one."""

    reason = TextField(_("Why"), read_text(500), _("The journal keeps it."))


class PersonChoiceForm(Form):
    """For whom one code is reserved."""

    person = ChoiceField(_("Person"))
    again = YesField(_("Also if the person has a code of this product already"))
    cost_centre = cost_centre_field(_("Left empty, that of the order."))

    def offer_people(self, people: Iterable[Person]) -> None:
        self.person.choices = [(str(person.id), person_label(person)) for person in people]

    @property
    def person_id(self) -> UUID:
        return UUID(self.person.value)


class ReserveForm(PersonChoiceForm):
    """Which codes are reserved for a person."""

    product = ChoiceField(_("Product"))
    agreement = ChoiceField(_("Agreement"), hint=_("Without one, the code that ends soonest."))
    count = TextField(_("How many"), read_whole(1, MOST_AT_ONCE), default="1")

    def offer(self, products: Iterable[Product], agreements: Iterable[Agreement]) -> None:
        self.product.choices = [(str(each.id), name_of(each)) for each in products]
        self.agreement.choices = [
            ("", str(_("Any"))),
            *((str(each.id), each.number) for each in agreements),
        ]

    @property
    def agreement_id(self) -> UUID | None:
        return UUID(self.agreement.value) if self.agreement.value else None


class VoidForm(Form):
    """Why a code ends (C6)."""

    case_number = TextField(
        _("Provider's case number"),
        optional(read_text(60)),
        _("Needed unless the code is still available."),
    )
    reason = LongTextField(_("Why"), 500)


class ListFileForm(Form):
    """A provider's list and what it is for."""

    product = ChoiceField(_("Product"))
    line = ChoiceField(
        _("Order line"), hint=_("Choose one when the provider sent the list for one order.")
    )
    zone = ZoneField(_("Zone of the printed days"), hint=_("Where the provider is."))
    file = UploadField(_("List (.xlsx or .csv)"))

    def offer(self, products: Iterable[Product], lines: Iterable[OrderLine]) -> None:
        self.product.choices = [(str(each.id), name_of(each)) for each in products]
        self.line.choices = [
            ("", str(_("None: for any order"))),
            *((str(line.id), _line_label(line)) for line in lines),
        ]


class TakeInForm(Form):
    """Confirms a dry run; the columns are those it was made with."""

    code_column = ChoiceField(_("Column of the codes"))
    day_column = ChoiceField(_("Column of the last days"))
    leave_bad_rows = YesField(_("Leave out the rows that cannot be taken in"))

    def offer_columns(self, headers: Sequence[str]) -> None:
        places = [(str(place), header) for place, header in enumerate(headers)]
        self.code_column.choices = places
        self.day_column.choices = [("", str(_("None"))), *places]


class SourceForm(Form):
    """Where a product's codes come from, and when its stock is low (C7)."""

    code_source = ChoiceField(_("Source of codes"))
    low_stock_count = TextField(_("Warn below"), read_whole(0, 1_000_000))

    def offer_sources(self) -> None:
        self.code_source.choices = [
            (CodeSource.VC1.value, str(_("Own generator"))),
            (CodeSource.PROVIDER.value, str(_("Provider's lists"))),
        ]


def person_label(person: Person) -> str:
    """A person in a list to choose from: name, then what tells two of one name apart."""
    more = person.number or person.email
    return f"{person.name}{bracketed(more)}" if more else person.name


def _line_label(line: OrderLine) -> str:
    left = (line.quantity - line.delivered_quantity) * line.product.units
    where = f"{line.order.number} · {line.order.organisation.name} · {name_of(line.product)}"
    return f"{where} · {left}"


def workspace_zone() -> str:
    """The zone in which the workspace's lists show instants."""
    return str(g.workspace.time_zone)
