"""Forms of those who look for help with a code, and of those who answer them."""

from __future__ import annotations

from datetime import date
from typing import Any

from vlms.codes.models import StatedResult
from vlms.codes.request_models import RequestKind
from vlms.codes.service.requesting import Plea
from vlms.core.errors import BadInput
from vlms.core.reading import read_day, read_email
from vlms.core.text import _
from vlms.web.forms import ChoiceField, DayField, Form, LongTextField, TextField

KIND_WORDS = {
    RequestKind.NOT_ACCEPTED: _("The code is not accepted"),
    RequestKind.WRONG_EXAM: _("It is good for another exam than I need"),
    RequestKind.NAME_DIFFERS: _("The name differs from my identity papers"),
    RequestKind.DEFECTIVE: _("The exam provider calls it defective"),
    RequestKind.OTHER: _("Something else"),
}
RESULT_WORDS = {StatedResult.PASSED: _("Passed"), StatedResult.FAILED: _("Not passed")}
ANSWER_LENGTH = 2000
NOTE_LENGTH = 1000


class TroubleForm(Form):
    """A code as it was typed; it travels by POST only and is never written back."""

    code = TextField(
        _("Code"),
        lambda typed, label: typed,
        _("Spaces, hyphens and small letters do not matter; O counts as 0."),
        render_kw={"autocomplete": "off", "spellcheck": "false", "maxlength": 300},
    )
    exam_number = TextField(
        _("Exam that you want to book (may be left empty)"),
        # Nothing typed is said back, not even what cannot be a number.
        lambda typed, label: "".join(filter(str.isprintable, typed)).strip()[:40] or None,
        _("Its number, for example AZ-900."),
        render_kw={"autocomplete": "off", "maxlength": 40},
    )

    def forget(self) -> None:
        """Write nothing of what was typed into the answer."""
        self.code.data = self.exam_number.data = ""


class RequestForm(Form):
    kind = ChoiceField(_("What is the matter?"))
    note = LongTextField(
        _("What happened?"),
        NOTE_LENGTH,
        _("Which page, which exam, which message. Leave the code itself out."),
        render_kw={"rows": 5},
    )
    email = TextField(
        _("Send the answer to"), read_email, render_kw={"type": "email", "autocomplete": "email"}
    )

    def __init__(self, email: str, **kwargs: Any) -> None:
        super().__init__(data={"email": email}, **kwargs)
        self.kind.offer([("", _("Choose")), *((k.value, word) for k, word in KIND_WORDS.items())])

    def plea(self) -> Plea:
        """Raises BadInput while no kind is chosen."""
        if not self.kind.value:
            raise BadInput("O7", _("Nothing is chosen."), field="kind", way_out=_("Choose one."))
        return Plea(RequestKind(self.kind.value), self.note.value or "", self.email.value)


class AnswerForm(Form):
    answer = LongTextField(
        _("Answer"), ANSWER_LENGTH, _("It is mailed to the person."), render_kw={"rows": 5}
    )


class LinkAgainForm(Form):
    email = TextField(
        _("E-mail address"), read_email, render_kw={"autocomplete": "email", "type": "email"}
    )


class ResultForm(Form):
    """The holder's own note of an exam."""

    result = ChoiceField(_("Result"))
    stated_on = DayField(_("Day of the exam"), read_day)

    def __init__(self, day: date, **kwargs: Any) -> None:
        super().__init__(data={"stated_on": day.isoformat()}, **kwargs)
        words = ((result.value, word) for result, word in RESULT_WORDS.items())
        self.result.offer([("", _("Choose")), *words])

    def stated(self) -> StatedResult:
        """Raises BadInput while no result is chosen."""
        if not self.result.value:
            raise BadInput("C3", _("Nothing is chosen."), field="result", way_out=_("Choose one."))
        return StatedResult(self.result.value)
