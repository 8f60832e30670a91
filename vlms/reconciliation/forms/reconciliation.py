"""Forms of the work on differences and of closing a month."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from vlms.core.reading import optional, read_text
from vlms.core.text import _
from vlms.reconciliation.rules.differences import DifferenceState
from vlms.reconciliation.rules.month import read_period
from vlms.reconciliation.rules.settling import WORDS
from vlms.web.forms import ChoiceField, Form, LongTextField, TextField


class MonthForm(Form):
    month = TextField(_("Month"), read_period, render_kw={"type": "month"})


class StepForm(Form):
    """What is done to differences, and why."""

    state = ChoiceField(_("What is done"))
    reason = LongTextField(_("Reason"), 500)
    reference = TextField(
        _("Their reference of the dispute"),
        optional(read_text(80)),
        _("Empty unless it is disputed."),
    )

    def offer_states(self, states: Iterable[DifferenceState]) -> None:
        self.state.offer([(one.value, WORDS[one]) for one in states])


class NoteForm(Form):
    note = LongTextField(_("Comment"), 1000)


class OwnerForm(Form):
    owner = ChoiceField(_("Who looks after it"))

    def offer_people(self, people: Mapping[UUID, str]) -> None:
        nobody = [("", _("Nobody"))]
        self.owner.offer(nobody + [(str(key), name) for key, name in people.items()])


class ReasonForm(Form):
    reason = LongTextField(_("Reason"), 500)
