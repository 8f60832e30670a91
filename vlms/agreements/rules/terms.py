"""An agreement's terms: what can be entered, and what stays once there are orders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from vlms.core.errors import BadInput
from vlms.core.reading import read_day, refuse
from vlms.core.text import Text, _

FIRST_YEAR, LAST_YEAR = 2000, 2100

LABELS: Mapping[str, Text] = {
    "number": _("Agreement number"),
    "programme": _("Programme"),
    "first_day": _("First day"),
    "last_day": _("Last day"),
    "country": _("Country"),
    "time_zone": _("Time zone"),
    "currency": _("Currency"),
    "level_mode": _("How the price level is found"),
    "price_level": _("Price level"),
    "reseller": _("Reseller"),
    "account_manager_name": _("Account manager"),
    "account_manager_email": _("Account manager's e-mail"),
}

# Orders were reckoned with these (O1, O3, P1, P3, P4; days are days of the zone), and what
# was ordered belongs to the reseller who takes it on (O4).
FIXED_BY_ORDERS = (
    "programme",
    "first_day",
    "last_day",
    "time_zone",
    "currency",
    "level_mode",
    "price_level",
    "reseller_id",
)


@dataclass(frozen=True)
class AgreementTerms:
    """All that is entered of an agreement, with plain words for choices.

    `level_mode` is fixed or points (P4); `reseller` the reseller's address name, or None.
    """

    number: str
    programme: str
    first_day: date
    last_day: date
    country: str
    time_zone: str
    currency: str
    level_mode: str
    price_level: str
    reseller: str | None
    account_manager_name: str
    account_manager_email: str


def read_term_day(typed: str, label: Text) -> date:
    """A day of a year that an agreement can have."""
    day = read_day(typed, label)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        way_out = _(
            "Choose a year from %(first)s to %(last)s.", first=str(FIRST_YEAR), last=str(LAST_YEAR)
        )
        raise refuse(typed, label, way_out, "year")
    return day


def check_term(first_day: date, last_day: date) -> None:
    """Raises BadInput when the agreement would end before it begins."""
    if last_day < first_day:
        raise BadInput(
            None,
            _(
                "Last day: %(last)s is before the first day, %(first)s.",
                last=last_day,
                first=first_day,
            ),
            reason="reversed",
            field="last_day",
            way_out=_("Exchange the two days, or correct one of them."),
        )


def is_running(first_day: date, last_day: date, today: date) -> bool:
    return first_day <= today <= last_day


def days_left(last_day: date, today: date) -> int:
    """Days from today until the last day; 0 on that day and when it has passed."""
    return max((last_day - today).days, 0)
