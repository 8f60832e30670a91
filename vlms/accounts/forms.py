"""Forms of one's own account, people, roles and organisations."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from vlms.accounts.agreement_choices import AgreementChoice
from vlms.accounts.models import OrganisationKind, School
from vlms.accounts.role_words import KIND_WORDS, ROLE_WORDS
from vlms.accounts.rules.grants import GRANTABLE
from vlms.accounts.rules.limits import limit_of
from vlms.accounts.rules.mcid import read_mcid
from vlms.accounts.service import (
    Invitation,
    OrganisationFacts,
    OrganisationSettings,
    PersonFacts,
)
from vlms.core.language import LANGUAGE_NAMES, Language
from vlms.core.money import Money
from vlms.core.permissions import Role
from vlms.core.reading import (
    optional,
    read_email,
    read_text,
    read_unit_price,
    read_whole,
)
from vlms.core.text import _
from vlms.web.forms import ChoiceField, Form, ManyField, TextField, YesField
from vlms.web.place_fields import CountryField, CurrencyField, ZoneField

_LANGUAGES = [(language.value, word) for language, word in LANGUAGE_NAMES.items()]


class AccountForm(Form):
    name = TextField(_("Full name"), read_text(200), render_kw={"autocomplete": "name"})
    language = ChoiceField(_("Language"), choices=_LANGUAGES)
    time_zone = ZoneField()


class PersonForm(Form):
    """The address stands in it only for somebody new; later it is corrected (C2)."""

    name = TextField(_("Full name"), read_text(200))
    latin_name = TextField(
        _("Name in Latin letters"),
        optional(read_text(200)),
        _("As exam sites know it; stands on papers beside the name."),
    )
    email = TextField(_("E-mail address"), optional(read_email), _("Mail about codes goes there."))
    number = TextField(_("Number"), optional(read_text(60)), _("Of staff or students."))
    department = TextField(_("Department"), optional(read_text(120)))
    manager = TextField(
        _("Manager"),
        optional(read_text(254)),
        _("Number or e-mail address; sees the states of this person's codes."),
    )
    mcid = TextField(
        _("Certification ID"), optional(read_mcid), _("The MCID of their certification profile.")
    )
    language = ChoiceField(_("Language"), choices=_LANGUAGES)
    school_id = ChoiceField(_("School"))

    def offer_schools(self, schools: Iterable[School], *, or_none: bool = True) -> None:
        """Without schools the field goes away; who works for some must choose (`or_none`)."""
        choices = [(str(school.id), school.name) for school in schools]
        if choices:
            self.school_id.offer([("", "–"), *choices] if or_none else choices)
        else:
            del self.school_id

    def facts(self, manager_id: UUID | None) -> PersonFacts:
        """What was entered; the manager was looked up."""
        school = self._fields.get("school_id")
        return PersonFacts(
            self.name.value,
            self.latin_name.value,
            self.number.value,
            self.department.value,
            Language(self.language.value),
            UUID(school.value) if school is not None and school.value else None,
            manager_id,
            self.mcid.value,
        )


class AddressForm(Form):
    email = TextField(_("E-mail address"), read_email)
    reason = TextField(
        _("Why it changes"), read_text(500), _("The journal keeps it beside the change.")
    )


class InvitationForm(Form):
    email = TextField(_("E-mail address"), read_email)
    name = TextField(
        _("Full name"), optional(read_text(200)), _("Needed for somebody who is new here.")
    )
    language = ChoiceField(_("Language of the invitation"), choices=_LANGUAGES)
    role = ChoiceField(_("Role"))
    agreements = ManyField(
        _("Only for these agreements"), hint=_("Choose none for the whole organisation.")
    )
    schools = ManyField(
        _("Schools of a school coordinator or teacher"),
        hint=_("They see and change nothing of the other schools. Other roles take none."),
    )

    def offer(
        self, kind: str, agreements: Iterable[AgreementChoice], schools: Iterable[School]
    ) -> None:
        """The roles of this kind of organisation; what it has nothing of goes away."""
        self.role.offer([(role.value, ROLE_WORDS[role]) for role in GRANTABLE[kind]])
        self._offer("agreements", [(str(choice.id), choice.number) for choice in agreements])
        named = [(str(school.id), school.name) for school in schools]
        self._offer("schools", named if kind == OrganisationKind.ACADEMIC.value else [])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        if choices:
            self[name].offer(choices)
        else:
            del self[name]

    def _chosen(self, name: str) -> frozenset[UUID]:
        field = self._fields.get(name)
        return frozenset(map(UUID, field.value)) if field is not None else frozenset()

    def invitation(self) -> Invitation:
        return Invitation(
            self.email.value,
            self.name.value,
            Role(self.role.value),
            self._chosen("agreements"),
            Language(self.language.value),
            self._chosen("schools"),
        )


class NarrowForm(Form):
    """The schools to which a role of the whole institution is limited."""

    schools = ManyField(_("Only for these schools"))

    def offer(self, schools: Iterable[School]) -> None:
        self.schools.offer([(str(school.id), school.name) for school in schools])


class OrganisationForm(Form):
    name = TextField(_("Name"), read_text(200))
    country = CountryField()


class NewOrganisationForm(OrganisationForm):
    slug = TextField(
        _("Short name"), read_text(40), _("Stands in addresses, for good: contoso-tw.")
    )
    kind = ChoiceField(_("Kind"), choices=[(kind.value, word) for kind, word in KIND_WORDS.items()])
    time_zone = ZoneField()
    language = ChoiceField(_("Language"), choices=_LANGUAGES)

    def facts(self) -> OrganisationFacts:
        return OrganisationFacts(
            self.slug.value,
            OrganisationKind(self.kind.value),
            self.name.value,
            self.country.value,
            self.time_zone.value,
            Language(self.language.value),
        )


class SettingsForm(Form):
    time_zone = ZoneField()
    language = ChoiceField(_("Language"), choices=_LANGUAGES)
    assign_delay_minutes = TextField(
        _("Minutes in which an assignment can be called back"),
        read_whole(0, 1440),
        _("From 0 to 1440 (C2). Afterwards a code stays with its person for good."),
    )
    has_roc_years = YesField(_("Write the years of papers in Chinese as 民國 years"))

    def settings(self) -> OrganisationSettings:
        return OrganisationSettings(
            self.time_zone.value,
            Language(self.language.value),
            self.assign_delay_minutes.value,
            self.has_roc_years.data,
        )


class LimitForm(Form):
    currency = CurrencyField()
    limit = TextField(
        _("Approval above"),
        optional(read_unit_price),
        _("Before tax. Leave it empty to take the limit away (O4)."),
    )

    def money(self) -> Money | None:
        """Raises BadInput for more decimals than the currency has."""
        if self.limit.value is None:
            return None
        return limit_of(self.limit.value, str(self.currency.value))


class SchoolForm(Form):
    name = TextField(_("Name of the school"), read_text(200))


class ViewForm(Form):
    """What a view of a list is called."""

    name = TextField(_("Name of the view"), read_text(60))
