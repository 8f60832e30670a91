"""The form of an order plan: who is to earn what, and after how long a preparation (O6)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from wtforms import Field, FieldList, FormField, HiddenField
from wtforms import Form as PlainForm

from vlms.core.errors import DomainError
from vlms.core.reading import optional, read_day, read_text, read_whole
from vlms.core.text import Text, _
from vlms.planning.queries.people_groups import TYPED
from vlms.planning.rules.needs import MOST_EXAMS, MOST_MONTHS, MOST_PEOPLE
from vlms.planning.service.goals import GoalFacts, PlanFacts
from vlms.web.forms import ChoiceField, DayField, Form, TextField

MOST_GOALS = 20
_NUMERIC = {"inputmode": "numeric", "maxlength": 10}


class GoalForm(PlainForm):
    """One row; a row without a certification is left out."""

    certification = ChoiceField(_("Certification"), choices=())
    group = ChoiceField(_("For whom"), choices=())
    people = TextField(
        _("How many people"), optional(read_whole(1, MOST_PEOPLE)), render_kw=_NUMERIC
    )
    months = TextField(
        _("Months of preparation"), optional(read_whole(1, MOST_MONTHS)), render_kw=_NUMERIC
    )
    exams_each = TextField(_("Exams each"), optional(read_whole(1, MOST_EXAMS)), render_kw=_NUMERIC)
    # It was read well, and a rule forbids it: the panel says why.
    was_refused = False

    @property
    def is_blank(self) -> bool:
        return not self.certification.data

    @property
    def is_readable(self) -> bool:
        has_people = self.group.data != TYPED or self.people.value
        return bool(not self.is_blank and has_people and not self.errors)

    def facts(self) -> GoalFacts:
        """What the row asks for; it must be readable."""
        is_typed = self.group.data == TYPED
        return GoalFacts(
            self.group.data,
            self.people.value if is_typed else None,
            self.certification.data,
            self.months.value,
            self.exams_each.value,
        )


class PlanForm(Form):
    """A plan's title, agreement and rows."""

    title = TextField(_("Title"), read_text(120), _("What the plan is called in the list."))
    agreement = ChoiceField(_("Agreement"), hint=_("Its term, prices and holidays count."))
    begins_on = DayField(
        _("Preparing begins on"), read_day, _("May be past: those months of preparation count.")
    )
    goals = FieldList(FormField(GoalForm), max_entries=MOST_GOALS + 1)
    version = HiddenField()

    def offer_rows(
        self,
        certifications: Sequence[tuple[str, str]],
        over: Sequence[tuple[str, str]],
        groups: Sequence[tuple[str, str]],
    ) -> None:
        """Let every row choose from these; what is `over` stays where it was chosen before."""
        for row in self.rows():
            kept = [pair for pair in over if pair[0] == row.certification.data]
            row.certification.offer(
                [("", str(_("Choose a certification"))), *certifications, *kept]
            )
            row.group.offer([(TYPED, str(_("So many people"))), *groups])

    def rows(self) -> list[GoalForm]:
        return [entry.form for entry in self.goals.entries]

    def filled(self) -> list[GoalForm]:
        return [row for row in self.rows() if not row.is_blank]

    def readable(self) -> list[GoalForm]:
        """The rows that can be reckoned with as they stand."""
        return [row for row in self.filled() if row.is_readable]

    def validate(self, extra_validators: Any = None) -> bool:
        good = bool(super().validate(extra_validators))
        for row in self.filled():
            if row.group.data == TYPED and not row.people.errors and not row.people.value:
                good = _add(row.people, _("Enter how many people."))
        if not self.filled():
            if not self.goals.entries:
                self.goals.append_entry()
            good = _add(self.rows()[0].certification, _("Choose a certification."))
        return good

    def facts(self, rows: Sequence[GoalForm]) -> PlanFacts:
        """The plan that was entered, with these of its rows."""
        goals = tuple(row.facts() for row in rows)
        return PlanFacts(self.title.value or "", self.begins_on.value, goals)

    def refuse(self, refusal: DomainError) -> None:
        """Beside the row that it concerns, else as all forms do."""
        position = refusal.facts.get("position")
        filled = self.filled()
        if position is None or position >= len(filled):
            super().refuse(refusal)
            return
        self.take_topic(refusal)
        field = filled[position]._fields.get(refusal.field or "") or filled[position].certification
        _add(field, str(refusal))

    @property
    def is_refused(self) -> bool:
        return bool(self.refusals) or any(field.errors for field in self.shown_fields())

    def shown_fields(self) -> Iterable[Field]:
        yield from (self.title, self.agreement, self.begins_on)
        for row in self.rows():
            yield from (row.certification, row.group, row.people, row.months, row.exams_each)


def _add(field: Field, sentence: Text | str) -> bool:
    field.errors = [*field.errors, str(sentence)]
    return False


def fill(form: PlanForm, version: int, facts: PlanFacts, agreement: str) -> None:
    """Show a plan as it was kept."""
    form.version.data = str(version)
    form.title.data, form.agreement.data = facts.title, agreement
    form.begins_on.data = facts.begins_on.isoformat()
    for row in facts.goals:
        form.goals.append_entry(
            {
                "certification": row.certification,
                "group": row.group,
                "people": "" if row.people is None else str(row.people),
                "months": "" if row.months is None else str(row.months),
                "exams_each": "" if row.exams_each is None else str(row.exams_each),
            }
        )
