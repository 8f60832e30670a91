"""One row of a list of agreements: what it says, or all that is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vlms.agreements.import_columns import ALL_LABELS, CONTACT_LABELS
from vlms.agreements.rules.terms import AgreementTerms, check_term, read_term_day
from vlms.agreements.rules.zones import zone_of
from vlms.catalog.rules.price_row import one_of
from vlms.core.errors import BadInput, DomainError
from vlms.core.reading import (
    Reader,
    optional,
    read_country,
    read_currency,
    read_email,
    read_text,
    read_zone,
)
from vlms.core.text import _

Pair = tuple[str, str]


@dataclass(frozen=True)
class AgreementRow:
    """An agreement of a list; `organisation` as it is written there, None where it is not.

    Contacts are name and address.
    """

    organisation: str | None
    terms: AgreementTerms
    notices: Pair | None
    administrator: Pair | None


def _readers(programmes: Sequence[str], levels: Sequence[str]) -> dict[str, Reader[Any]]:
    return {
        "organisation": optional(read_text(200)),
        "number": read_text(40),
        "programme": one_of(programmes),
        "first_day": read_term_day,
        "last_day": read_term_day,
        "country": read_country,
        "time_zone": optional(read_zone),
        "currency": read_currency,
        "level_mode": optional(one_of(["fixed", "points"])),
        "price_level": optional(one_of(levels)),
        "reseller": optional(read_text(200)),
        "account_manager_name": read_text(200),
        "account_manager_email": read_email,
        "notices_name": optional(read_text(200)),
        "notices_email": optional(read_email),
        "administrator_name": optional(read_text(200)),
        "administrator_email": optional(read_email),
    }


def read_agreement_row(
    typed: Mapping[str, str], programmes: Sequence[str], levels: Sequence[str]
) -> tuple[AgreementRow | None, list[DomainError]]:
    """What a row says, or its refusals; each names its field."""
    values: dict[str, Any] = {}
    refusals: list[DomainError] = []
    for name, reader in _readers(programmes, levels).items():
        try:
            values[name] = reader(typed.get(name, ""), ALL_LABELS[name])
        except DomainError as refusal:
            refusal.field = name
            refusals.append(refusal)
    if refusals:
        return None, refusals
    try:
        return _row_of(values), []
    except DomainError as refusal:
        return None, [refusal]


def _row_of(values: dict[str, Any]) -> AgreementRow:
    contacts = {part: values.pop(part) for part in CONTACT_LABELS}
    organisation = values.pop("organisation")
    check_term(values["first_day"], values["last_day"])
    terms = AgreementTerms(
        **{
            **values,
            "time_zone": values["time_zone"] or zone_of(values["country"]),
            "level_mode": values["level_mode"] or "fixed",
            "price_level": values["price_level"] or "A",
        }
    )
    return AgreementRow(
        organisation, terms, _pair(contacts, "notices"), _pair(contacts, "administrator")
    )


def _pair(contacts: Mapping[str, str | None], kind: str) -> Pair | None:
    name, email = contacts[f"{kind}_name"], contacts[f"{kind}_email"]
    if name and email:
        return name, email
    if name or email:
        raise BadInput(
            "O7",
            _(
                "%(contact)s: a contact has a name and an address.",
                contact=ALL_LABELS[f"{kind}_name"],
            ),
            reason="half",
            field=f"{kind}_name",
            way_out=_("Enter both, or neither."),
        )
    return None
