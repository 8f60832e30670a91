"""Forms of handouts: who is to get what, how it is told, and one row put right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from wtforms import Field

from vlms.catalog.models import Product
from vlms.codes.forms import cost_centre_field
from vlms.codes.models import CodeBatch
from vlms.core.language import Language
from vlms.core.reading import optional, read_text
from vlms.core.text import _
from vlms.giving.models.handouts import Handout, HandoutRow
from vlms.giving.rules.handouts import LONGEST, Act, Entry
from vlms.giving.service.handout_making import Wishes
from vlms.notices.models import Letter
from vlms.web.forms import ChoiceField, Form, LongTextField, ManyField, TextField, YesField
from vlms.web.locales import name_of
from vlms.web.uploads import UploadField

MOST_PASTED = 2_000_000
Offered = Sequence[tuple[str, object]]


class NewHandoutForm(Form):
    """Who is to get codes of which products; the people come from one place."""

    products = ManyField(_("Products"))
    text = LongTextField(
        _("Paste people, one a line"),
        MOST_PASTED,
        _("An address, or name and address, or a staff or student number; or rows of a sheet."),
        render_kw={"rows": 8},
    )
    file = UploadField(
        _("Or upload a list (.xlsx or .csv)"),
        _("With a heading: e-mail address or number, name, department, language."),
        is_needed=False,
    )
    adds_people = YesField(_("Add people who are not in the directory yet"))

    def offer(self, products: Iterable[Product]) -> None:
        self.products.offer([(str(each.id), name_of(each)) for each in products])

    @property
    def product_ids(self) -> list[UUID]:
        return [UUID(key) for key in self.products.value]


class WishesForm(Form):
    """What is done, with which codes, and how the people are told."""

    act = ChoiceField(
        _("What is done"),
        [
            (Act.ASSIGN.value, _("Assign: each person gets a mail, and nothing moves afterwards")),
            (Act.RESERVE.value, _("Reserve: nobody is told, and it can be changed")),
        ],
    )
    batch = ChoiceField(_("From which stock"))
    letter = ChoiceField(_("Letter"))
    language = ChoiceField(_("Language of the letter"))
    cost_centre = cost_centre_field(_("For all of them. Left empty, that of the order."))
    adds_people = YesField(_("Add people who are not in the directory yet"))

    def offer(self, batches: Iterable[CodeBatch], letters: Iterable[Letter]) -> None:
        usual_stock: Offered = [("", _("Whatever ends soonest"))]
        named = ((str(one.id), f"{one.number} · {name_of(one.product)}") for one in batches)
        self.batch.offer([*usual_stock, *named])
        usual: Offered = [("", _("The usual one"))]
        self.letter.offer([*usual, *((str(one.id), one.name) for one in letters)])
        self.language.offer(
            [
                ("", _("Each person's own")),
                (Language.ENGLISH.value, "English"),
                (Language.TRADITIONAL_CHINESE.value, "繁體中文"),
            ]
        )

    @property
    def wishes(self) -> Wishes:
        return Wishes(
            act=Act(self.act.value),
            batch_id=_key(self.batch),
            adds_people=bool(self.adds_people.data),
            letter_id=_key(self.letter),
            language=Language(self.language.value) if self.language.value else None,
            cost_centre=self.cost_centre.value,
        )


def wishes_of(handout: Handout) -> dict[str, object]:
    """What a draft says, for its form."""
    return {
        "act": handout.act.value,
        "batch": str(handout.batch_id or ""),
        "letter": str(handout.letter_id or ""),
        "language": handout.language.value if handout.language else "",
        "cost_centre": handout.cost_centre,
        "adds_people": handout.adds_people,
    }


class RowForm(Form):
    """One row, put right."""

    email = TextField(_("E-mail address"), optional(read_text(LONGEST["email"])))
    name = TextField(_("Full name"), optional(read_text(LONGEST["name"])))
    number = TextField(_("Number"), optional(read_text(LONGEST["number"])))
    department = TextField(_("Department"), optional(read_text(LONGEST["department"])))
    language = TextField(
        _("Language"), optional(read_text(LONGEST["language"])), _("English or 中文.")
    )
    gives_again = YesField(_("Give another one, also if the person holds one already"))

    def entry(self, row: HandoutRow) -> Entry:
        """The row as it is to be read now."""
        names = ("email", "name", "number", "department", "language")
        return Entry(row.line, **{name: self[name].value or "" for name in names})


class BookForm(Form):
    """A handout's workbook, filled in."""

    file = UploadField(_("Workbook (.xlsx)"))


class DropForm(Form):
    """Ticked rows; the button says whether they are left out or taken in again."""

    row = ManyField(_("Rows"), validate_choice=False)

    def shown_fields(self) -> Iterable[Field]:
        return ()


def _key(field: ChoiceField) -> UUID | None:
    return UUID(field.value) if field.value else None
