"""The last day of a code and the instant at which it lapses (C5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from vlms.codes.errors import ExtensionRefused
from vlms.codes.rules.instants import as_utc
from vlms.core.errors import Topic
from vlms.core.term import end_of_day
from vlms.core.text import Text, _


class LastDayReason(StrEnum):
    """What sets a code's last day; stored with it."""

    CHARGE_END = "charge_end"
    AGREEMENT_END = "agreement_end"
    PROVIDER_DATE = "provider_date"
    PROVIDER_EXTENSION = "provider_extension"


@dataclass(frozen=True)
class LineTerm:
    """The days that bound a line's codes, and the agreement's IANA zone.

    `to_agreement_end` is the product's setting: its codes live on after the charge end.
    """

    charge_end_on: date
    agreement_ends_on: date
    zone: str
    to_agreement_end: bool = False


@dataclass(frozen=True)
class ProviderDate:
    """The last day that a provider printed, in the provider's zone."""

    last_day: date
    zone: str


@dataclass(frozen=True)
class Expiry:
    """`last_day` is a day of `zone`; `expires_at` is the first instant after it, in UTC."""

    last_day: date
    zone: str
    expires_at: datetime
    reason: LastDayReason


_WORDS = {
    LastDayReason.CHARGE_END: _("The period that was paid for ends."),
    LastDayReason.AGREEMENT_END: _("The agreement ends."),
    LastDayReason.PROVIDER_DATE: _("The exam provider set this date."),
    LastDayReason.PROVIDER_EXTENSION: _("The exam provider extended the code to this date."),
}


def explain(reason: LastDayReason) -> Text:
    """Why the last day is what it is, for pages and sheets."""
    return _WORDS[reason]


def code_expiry(term: LineTerm, provider: ProviderDate | None = None) -> Expiry:
    """C5: the earliest of charge end, agreement's last day and the provider's date.

    The earliest instant decides, as the provider's day may begin and end elsewhere; of
    equal ones the first named here is the reason.
    """
    bounds = [_ending(term.agreement_ends_on, term.zone, LastDayReason.AGREEMENT_END)]
    if not term.to_agreement_end:
        bounds.insert(0, _ending(term.charge_end_on, term.zone, LastDayReason.CHARGE_END))
    if provider is not None:
        bounds.append(_ending(provider.last_day, provider.zone, LastDayReason.PROVIDER_DATE))
    return min(bounds, key=lambda bound: bound.expires_at)


def extended_by_provider(
    current: Expiry, term: LineTerm, provider: ProviderDate, reference: str, now: datetime
) -> Expiry:
    """C5: the provider's own act, under its reference, never past the agreement.

    Raises ExtensionRefused without a reference, past the agreement, when it would not be
    later than the present last day, or when the code has expired: it never comes back (C6).
    """
    extended = _ending(provider.last_day, provider.zone, LastDayReason.PROVIDER_EXTENSION)
    if not reference.strip():
        raise _refused("reference", _("The provider's reference of the extension is missing."))
    if as_utc(now) >= current.expires_at:
        raise _refused("last_day", _("The code has expired and does not come back."), "C6")
    if extended.expires_at > end_of_day(term.agreement_ends_on, term.zone):
        raise _refused(
            "last_day",
            _(
                "No code outlives its agreement, which ends on %(day)s.",
                day=term.agreement_ends_on,
            ),
        )
    if extended.expires_at <= current.expires_at:
        raise _refused("last_day", _("This is not later than the code's present last day."))
    return extended


def _ending(last_day: date, zone: str, reason: LastDayReason) -> Expiry:
    return Expiry(last_day, zone, end_of_day(last_day, zone), reason)


def _refused(field: str, sentence: Text, rule: str = "C5") -> ExtensionRefused:
    return ExtensionRefused(
        rule,
        sentence,
        field=field,
        way_out=_("Enter what the provider has confirmed, with its reference."),
        ask=Topic.EXAM_PROVIDER,
    )
