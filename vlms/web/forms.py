"""The base of all forms and the fields that read what people type."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask_wtf import FlaskForm
from flask_wtf.form import _Auto
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from vlms.core.errors import BadInput, DomainError, Forbidden, NotFound, Topic
from vlms.core.once import AlreadyDone
from vlms.core.reading import Reader, has_unseen
from vlms.core.text import Text, _
from vlms.core.tokens import new_id
from vlms.web.body_fields import know
from vlms.web.kept_forms import kept_fields


class Form(FlaskForm):
    """A form that does its work once and can be refused by the rules.

    `refusals` are those that concern no field of it; they stand in the summary on top.
    `ask` is the topic on which the last refusal says whom to ask (O7), where one does.
    """

    token = HiddenField(default=lambda: str(new_id()))

    class Meta(FlaskForm.Meta):
        def wrap_formdata(self, form: Form, formdata: Any) -> Any:
            """What was posted; on a page that is shown again, what was kept for it."""
            found = super().wrap_formdata(form, formdata)
            return kept_fields() if found is None and formdata is _Auto else found

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.refusals: list[DomainError] = []
        self.ask: Topic | None = None
        # A rule or somebody else stands in the way; what is only mistyped needs nobody.
        self.needs_somebody = False
        know(self)

    def once(self) -> UUID:
        """The token; one that was tampered with counts as a new form."""
        try:
            return UUID(self.token.data)
        except (ValueError, TypeError):
            return new_id()

    def refuse(self, refusal: DomainError) -> None:
        """Show a rule's refusal beside the field it names, or on top.

        What no other input could mend is raised again and gets a page of its own.
        """
        if isinstance(refusal, AlreadyDone | NotFound | Forbidden):
            raise refusal
        self.take_topic(refusal)
        field = self._fields.get(refusal.field or "")
        if field is None:
            self.refusals.append(refusal)
        else:
            field.errors = [*field.errors, str(refusal)]

    def take_topic(self, refusal: DomainError) -> None:
        """On what to ask whom, unless it was only mistyped."""
        self.ask = refusal.ask
        self.needs_somebody |= not _is_mistyped(refusal)

    @property
    def is_refused(self) -> bool:
        return bool(self.refusals or self.errors)

    def shown_fields(self) -> Iterable[Field]:
        """The fields that a person fills in."""
        hidden = ("token", "csrf_token")
        return (field for field in self if field.name not in hidden)


def _is_mistyped(refusal: DomainError) -> bool:
    """Whether typing it right is all that is needed: no rule, and nobody to ask about it."""
    return isinstance(refusal, BadInput) and refusal.rule is None and refusal.ask is None


class TextField(StringField):
    """A line of text that a reader turns into a value: `field.value`.

    What was typed stays in the field, also when it is refused.
    """

    def __init__(self, label: Text, reader: Reader[Any], hint: Text | None = None, **kw: Any):
        super().__init__(label, description=hint or "", **kw)
        self.reader = reader
        self.value: Any = None

    def pre_validate(self, form: Any) -> None:
        try:
            self.value = self.reader(self.data or "", self.label.text)
        except DomainError as refusal:
            raise ValidationError(str(refusal)) from refusal


class DayField(TextField):
    """A day; the browser offers a calendar."""


class MomentField(TextField):
    """A local day and time."""


class LongTextField(TextAreaField):
    """Several lines of text, at most `longest` characters; empty is None in `value`."""

    def __init__(self, label: Text, longest: int, hint: Text | None = None, **kw: Any):
        super().__init__(label, description=hint or "", **kw)
        self.longest = longest
        self.value: str | None = None

    def pre_validate(self, form: Any) -> None:
        text = (self.data or "").strip()
        if len(text) > self.longest:
            raise ValidationError(
                str(_("Use at most %(longest)s characters.", longest=self.longest))
            )
        if has_unseen(text):
            raise ValidationError(str(_("Remove the invisible characters.")))
        self.value = text or None


def _choices(pairs: Any) -> Any:
    """(key, word) pairs as WTForms wants them."""
    if not isinstance(pairs, Iterable):
        return pairs
    return [SelectChoice(*pair) if isinstance(pair, tuple) else pair for pair in pairs]


class ChoiceField(SelectField):
    """One of some words; `value` is the chosen key. Choices are (key, word) pairs."""

    def __init__(self, label: Text, choices: Any = None, hint: Text | None = None, **kw: Any):
        super().__init__(label, choices=_choices(choices), description=hint or "", **kw)

    @property
    def value(self) -> Any:
        return self.data

    def offer(self, pairs: Iterable[tuple[str, Any]]) -> None:
        """Set the choices when they are known only with the request."""
        self.choices = _choices(pairs)

    def pre_validate(self, form: Any) -> None:
        try:
            super().pre_validate(form)
        except ValidationError:
            raise ValidationError(str(_("Choose one from the list."))) from None


class ManyField(SelectMultipleField):
    """Any of some words; `value` are the chosen keys."""

    def __init__(self, label: Text, choices: Any = None, hint: Text | None = None, **kw: Any):
        super().__init__(label, choices=_choices(choices), description=hint or "", **kw)

    @property
    def value(self) -> list[str]:
        return list(self.data or ())

    def offer(self, pairs: Iterable[tuple[str, Any]]) -> None:
        """Set the choices when they are known only with the request."""
        self.choices = _choices(pairs)


class YesField(BooleanField):
    """A tick."""

    def __init__(self, label: Text, hint: Text | None = None, **kw: Any):
        super().__init__(label, description=hint or "", **kw)
