"""Forms of agreements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import SelectMultipleField, widgets
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from vlms.accounts.models import Organisation, School
from vlms.agreements.contacts import Contact
from vlms.agreements.models import Agreement, ContactKind, Programme
from vlms.agreements.rules.terms import LABELS, AgreementTerms, read_term_day
from vlms.agreements.rules.zones import zone_of
from vlms.agreements.service.changing_reseller import NewReseller
from vlms.agreements.words import CONTACT_WORDS, MODE_WORDS
from vlms.catalog.models import PriceLevel
from vlms.core.errors import BadInput
from vlms.core.language import Language
from vlms.core.reading import (
    optional,
    read_email,
    read_text,
)
from vlms.core.text import Text, _
from vlms.web.forms import ChoiceField, DayField, Form, TextField, YesField
from vlms.web.place_fields import CountryField, CurrencyField, ZoneField
from vlms.web.uploads import UploadField

LANGUAGES = [
    SelectChoice(Language.ENGLISH.value, "English"),
    SelectChoice(Language.TRADITIONAL_CHINESE.value, "繁體中文"),
]


class AgreementForm(Form):
    """An agreement's terms. `organisation` is there for the operator, who enters new ones."""

    organisation = ChoiceField(_("Organisation"))
    number = TextField(LABELS["number"], read_text(40))
    programme = ChoiceField(
        LABELS["programme"], choices=[SelectChoice(one.value, one.value) for one in Programme]
    )
    first_day = DayField(LABELS["first_day"], read_term_day)
    last_day = DayField(LABELS["last_day"], read_term_day)
    country = CountryField(LABELS["country"])
    time_zone = ZoneField(
        LABELS["time_zone"],
        _("As usual in the country"),
        hint=_("The agreement's days begin and end in this zone."),
    )
    currency = CurrencyField(LABELS["currency"])
    level_mode = ChoiceField(
        LABELS["level_mode"],
        choices=[SelectChoice(key.value, word) for key, word in MODE_WORDS.items()],
    )
    price_level = ChoiceField(
        LABELS["price_level"],
        choices=[SelectChoice(one.value, one.value) for one in PriceLevel],
        hint=_("By points: the orders of the year decide instead (P4)."),
    )
    reseller = ChoiceField(LABELS["reseller"])
    account_manager_name = TextField(LABELS["account_manager_name"], read_text(200))
    account_manager_email = TextField(LABELS["account_manager_email"], read_email)

    def offer(self, buyers: Sequence[Organisation], resellers: Sequence[Organisation]) -> None:
        """What can be chosen; without buyers there is no choice of an organisation."""
        if buyers:
            self.organisation.choices = [SelectChoice(str(one.id), one.name) for one in buyers]
        else:
            del self.organisation
        self.reseller.choices = [
            SelectChoice("", _("None")),
            *(SelectChoice(one.slug, one.name) for one in resellers),
        ]

    def terms(self) -> AgreementTerms:
        """What was entered. Raises BadInput where the country has no usual zone."""
        return AgreementTerms(
            number=self.number.value,
            programme=self.programme.value,
            first_day=self.first_day.value,
            last_day=self.last_day.value,
            country=self.country.value,
            time_zone=self.time_zone.value or zone_of(self.country.value),
            currency=self.currency.value,
            level_mode=self.level_mode.value,
            price_level=self.price_level.value,
            reseller=self.reseller.value or None,
            account_manager_name=self.account_manager_name.value,
            account_manager_email=self.account_manager_email.value,
        )


# The choice of no reseller; no short name has a colon.
NOBODY = "none:"


class ResellerForm(Form):
    """Who takes an agreement on, from which day."""

    reseller = ChoiceField(_("New reseller"))
    first_day = DayField(_("From this day on"), read_term_day, _("A day in the agreement's zone."))
    hands_over = YesField(
        _("Hand over the open orders"),
        _("Those that the publisher has not invoiced yet. All others stay with who took them on."),
    )
    reason = TextField(
        _("Reason"),
        read_text(500),
        _("Required: it stands in the journal."),
        render_kw={"required": True},
    )

    def validate_reseller(self, field: ChoiceField) -> None:
        """Nobody is chosen by leaving the choice alone."""
        if not field.value:
            raise ValidationError(str(_("Choose one from the list.")))

    def wanted(self) -> NewReseller:
        """What was entered."""
        return NewReseller(
            None if self.reseller.value == NOBODY else self.reseller.value,
            self.first_day.value,
            bool(self.hands_over.data),
            self.reason.value,
        )


def shown_terms(agreement: Agreement) -> dict[str, Any]:
    """What an agreement's form begins with."""
    return {
        "number": agreement.number,
        "programme": agreement.programme.value,
        "first_day": agreement.first_day.isoformat(),
        "last_day": agreement.last_day.isoformat(),
        "country": agreement.country,
        "time_zone": agreement.time_zone,
        "currency": agreement.currency,
        "level_mode": agreement.level_mode.value,
        "price_level": agreement.price_level.value,
        "reseller": agreement.reseller.slug if agreement.reseller else "",
        "account_manager_name": agreement.account_manager_name,
        "account_manager_email": agreement.account_manager_email,
    }


class ContactsForm(Form):
    """Name, address and language of each kind of contact; the fields are added below."""

    def filled(self) -> dict[ContactKind, Contact]:
        """The contacts that were entered. Raises BadInput for one that is only half there."""
        found: dict[ContactKind, Contact] = {}
        for kind in ContactKind:
            name, email = self[f"{kind}_name"].value, self[f"{kind}_email"].value
            if name and email:
                language = Language(self[f"{kind}_language"].value)
                found[kind] = Contact(name, email, language)
            elif name or email:
                raise _half(kind, missing="email" if name else "name")
        return found


def _half(kind: ContactKind, missing: str) -> BadInput:
    return BadInput(
        "O7",
        _("%(contact)s: a contact has a name and an address.", contact=CONTACT_WORDS[kind]),
        reason="half",
        field=f"{kind}_{missing}",
        way_out=_("Enter both, or neither."),
    )


def _contact_fields(word: Text) -> dict[str, Any]:
    return {
        "name": TextField(_("%(contact)s: name", contact=word), optional(read_text(200))),
        "email": TextField(_("%(contact)s: e-mail", contact=word), optional(read_email)),
        "language": ChoiceField(_("%(contact)s: language", contact=word), choices=LANGUAGES),
    }


for _kind, _word in CONTACT_WORDS.items():
    for _part, _field in _contact_fields(_word).items():
        setattr(ContactsForm, f"{_kind}_{_part}", _field)


def shown_contacts(agreement: Agreement) -> dict[str, str]:
    """What the contacts' form begins with."""
    shown: dict[str, str] = {}
    for contact in agreement.contacts:
        shown[f"{contact.kind}_name"] = contact.name
        shown[f"{contact.kind}_email"] = contact.email
        shown[f"{contact.kind}_language"] = contact.language.value
    return shown


class SchoolsForm(Form):
    """The schools that an agreement covers, ticked."""

    schools = SelectMultipleField(
        _("Schools"), option_widget=widgets.CheckboxInput(), validate_choice=False
    )

    def offer(self, schools: Sequence[School]) -> None:
        self.schools.choices = [SelectChoice(str(one.id), one.name) for one in schools]


class AgreementFileForm(Form):
    """A list of agreements to be looked at before it counts."""

    file = UploadField(_("File"), _("An Excel workbook (.xlsx) or a CSV file, 5 MB at most."))


class ConfirmForm(Form):
    """A button that does its work once."""
