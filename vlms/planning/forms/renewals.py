"""What is ticked before an agreement is renewed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from vlms.accounts.models import RoleGrant
from vlms.accounts.role_words import ROLE_WORDS
from vlms.agreements.models import Agreement, ContactKind
from vlms.agreements.rules.terms import LABELS, read_term_day
from vlms.agreements.words import CONTACT_WORDS
from vlms.catalog.models import PriceLevel
from vlms.core.reading import read_text
from vlms.core.text import Text, _
from vlms.planning.renewal_words import BASIS_WORDS
from vlms.planning.service.price_review import Basis
from vlms.planning.service.renewals import RenewalFacts, following_term
from vlms.web.forms import ChoiceField, DayField, Form, ManyField, TextField, YesField


class RenewalForm(Form):
    """The new agreement's number, its last day, and all that is carried over, each to be ticked."""

    number = TextField(LABELS["number"], read_text(40), _("The new agreement's own number."))
    last_day = DayField(LABELS["last_day"], read_term_day)
    price_level = ChoiceField(
        LABELS["price_level"], choices=[(one.value, one.value) for one in PriceLevel]
    )
    takes_reseller = YesField(LABELS["reseller"])
    contacts = ManyField(_("Contacts"))
    schools = ManyField(_("Schools"))
    roles = ManyField(_("Roles for this agreement only"))

    def offer(self, old: Agreement, roles: Sequence[RoleGrant]) -> None:
        """What the old agreement has; all of it is ticked to begin with."""
        self.contacts.offer(
            (one.kind.value, _named(CONTACT_WORDS[one.kind], one.name, one.email))
            for one in old.contacts
        )
        self.schools.offer((str(one.id), one.name) for one in old.schools)
        self.roles.offer(
            (str(one.id), _named(ROLE_WORDS[one.role], one.user.name, one.user.email))
            for one in roles
        )
        if old.reseller is None:
            del self.takes_reseller
        else:
            self.takes_reseller.label.text = _called(LABELS["reseller"], old.reseller.name)

    def facts(self) -> RenewalFacts:
        """What was entered and ticked."""
        reseller = self._fields.get("takes_reseller")
        return RenewalFacts(
            self.number.value,
            self.last_day.value,
            self.price_level.value,
            bool(reseller is not None and reseller.data),
            frozenset(map(ContactKind, self.contacts.value)),
            frozenset(map(UUID, self.schools.value)),
            frozenset(map(UUID, self.roles.value)),
        )


def _named(label: Text, name: str, email: str) -> Text:
    return _called(label, f"{name} · {email}")


def _called(label: Text, name: str) -> Text:
    """The colon is of the reader's script."""
    return _("%(label)s: %(name)s", label=label, name=name)


def first_shown(old: Agreement, roles: Sequence[RoleGrant]) -> dict[str, Any]:
    """What the form begins with."""
    return {
        "last_day": following_term(old)[1].isoformat(),
        "price_level": old.price_level.value,
        "takes_reseller": True,
        "contacts": [one.kind.value for one in old.contacts],
        "schools": [str(one.id) for one in old.schools],
        "roles": [str(one.id) for one in roles],
    }


class BasisForm(Form):
    """How many an order draft asks for."""

    basis = ChoiceField(
        _("Quantity"), choices=[(one.value, word) for one, word in BASIS_WORDS.items()]
    )

    @property
    def chosen(self) -> Basis:
        return Basis(self.basis.value)
