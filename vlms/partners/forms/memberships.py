"""Forms of memberships: orders, payments, counts of benefits, the successor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from wtforms import Field, HiddenField, ValidationError

from vlms.core.reading import read_day, read_email, read_text, read_whole
from vlms.core.text import Text, _
from vlms.partners.rules.membership_offers import Offer
from vlms.web.forms import ChoiceField, DayField, Form, TextField
from vlms.web.locales import show_money

_MOST = 1_000_000
_PURCHASE_ORDER = _("Purchase order number")
_ON_COMPETENCY = _("Bought on the competency")
_QUALIFYING = _("The one that qualifies at this level; how each stands is shown below.")
Choice = tuple[str, str]


def _read_name(typed: str, label: Text) -> str | None:
    return read_text(200)(typed, label) if typed.strip() else None


class BuyForm(Form):
    """A first purchase."""

    purchase_order = TextField(_PURCHASE_ORDER, read_text(60), _("As on your own paper."))
    currency = ChoiceField(_("Currency"))
    competency = ChoiceField(_ON_COMPETENCY, hint=_QUALIFYING)

    def offer(self, offer: Offer, candidates: Sequence[Choice], own: str | None = None) -> None:
        """What can be chosen for this offer; only a package is bought on a competency.

        The organisation's own currency is chosen already; without one, none is.
        """
        prices = [(code, show_money(offer.prices[code])) for code in sorted(offer.prices)]
        self.currency.offer([("", _("Choose a currency")), *prices])
        if self.currency.data is None and own in offer.prices:
            self.currency.data = own
        self.competency.offer(candidates)
        if offer.level is None:
            del self.competency

    def validate_currency(self, field: ChoiceField) -> None:
        if not field.value:
            raise ValidationError(str(_("Choose the currency in which you pay.")))

    def competency_named(self) -> str | None:
        found = self._fields.get("competency")
        return found.value if found is not None else None


class RenewForm(Form):
    """The next year, at a level that can be renewed."""

    purchase_order = TextField(_PURCHASE_ORDER, read_text(60), _("As on your own paper."))
    offer = ChoiceField(_("Membership offer"))


class UpgradeForm(Form):
    """Gold in place of silver."""

    purchase_order = TextField(_PURCHASE_ORDER, read_text(60), _("As on your own paper."))
    competency = ChoiceField(_ON_COMPETENCY, hint=_QUALIFYING)


class PaymentForm(Form):
    """When and how an order was paid."""

    paid_on = DayField(_("Paid on"), read_day, _("The day counts, also when it is noted later."))
    reference = TextField(_("Payment reference"), read_text(60))

    @property
    def day(self) -> date:
        found: date = self.paid_on.value
        return found


class CountForm(Form):
    """How many more; below zero takes back."""

    count = TextField(
        _("How many more"),
        read_whole(-_MOST, _MOST),
        _("A number below zero takes so many back."),
        render_kw={"inputmode": "numeric"},
    )


class SuccessorForm(Form):
    """Who takes on the role."""

    email = TextField(_("E-mail address"), read_email)
    name = TextField(_("Name"), _read_name, _("Only for who has no account yet."))
    # The address that was shown and confirmed.
    sure = HiddenField()

    def shown_fields(self) -> Iterable[Field]:
        return (field for field in super().shown_fields() if field.name != "sure")
