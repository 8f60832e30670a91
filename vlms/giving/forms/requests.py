"""Forms of voucher requests and their limits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from vlms.accounts.models import Person
from vlms.catalog.models import Exam, Product
from vlms.core.reading import optional, read_day, read_text, read_whole
from vlms.core.text import _
from vlms.giving.models.requests import LimitKind
from vlms.giving.request_words import LIMIT_WORDS
from vlms.giving.service.requests import Wish
from vlms.web.forms import ChoiceField, DayField, Form, TextField, YesField
from vlms.web.locales import name_of

_LONGEST = 500


class AskForm(Form):
    """What somebody asks for, for themselves."""

    person = ChoiceField(_("As"))
    product = ChoiceField(_("Product"))
    exam = ChoiceField(_("Exam"), hint=_("Leave it open when you do not know it yet."))
    reason = TextField(_("Reason"), read_text(_LONGEST), _("Who approves reads it."))
    wanted_on = DayField(
        _("Wanted on"), read_day, _("The day of the exam. The code must still be good then.")
    )

    def offer(
        self, persons: Sequence[Person], products: Iterable[Product], exams: Iterable[Exam]
    ) -> None:
        """Who is a person of one organisation alone need not say as whom they ask."""
        self.person.offer((str(each.id), each.name) for each in persons)
        if len(persons) == 1:
            del self.person
        self.product.offer((str(each.id), name_of(each)) for each in products)
        named = [(each.number, f"{each.number} {name_of(each)}") for each in exams]
        self.exam.offer([("", str(_("Not decided yet"))), *named])

    def wish(self) -> Wish:
        return Wish(
            UUID(self.product.value),
            self.exam.value or None,
            self.reason.value,
            self.wanted_on.value,
        )


class ApproveForm(Form):
    """A word along with the approval."""

    remark = TextField(_("Note to the person"), optional(read_text(_LONGEST)))
    assigns = YesField(_("Assign the code at once, if one is free"))


class RefuseForm(Form):
    """Why not."""

    reason = TextField(_("Reason"), read_text(_LONGEST), _("It is mailed to who asked."))


class LimitForm(Form):
    """How many may be asked for in a year."""

    kind = ChoiceField(_("For"), [(kind.value, word) for kind, word in LIMIT_WORDS.items()])
    department = TextField(
        _("Department"),
        optional(read_text(120)),
        _("One department alone; left empty, each of them."),
    )
    from_year = TextField(_("From the year"), read_whole(2000, 2100))
    most = TextField(
        _("At most"), optional(read_whole(0, 100_000)), _("A year. Left empty: as many as asked.")
    )

    def asked_kind(self) -> LimitKind:
        return LimitKind(self.kind.value)
