"""The demo's agreements: running in USD and TWD, near the end, ended, and a school's."""

from __future__ import annotations

from datetime import date

from vlms.agreements.models import (
    Agreement,
    AgreementContact,
    ContactKind,
    LevelMode,
    Programme,
)
from vlms.agreements.service.contacts import set_schools
from vlms.catalog.models import PriceLevel
from vlms.core.term import ONE_DAY, add_months
from vlms.core.work import Work
from vlms.demo.cast import Cast

MAIN, ENDING, ENDED, TAIWAN, CAMPUS = (
    "EA-204118",
    "EA-197700",
    "EA-150003",
    "MPSA-88123",
    "EES-30021",
)


def sign_agreements(work: Work, cast: Cast) -> dict[str, Agreement]:
    """All agreements by number, with their contacts."""
    terms = {
        MAIN: ("contoso", Programme.EA, cast.day(-200), 36, "northwind"),
        ENDING: ("contoso", Programme.SELECT_PLUS, cast.day(-345), 12, "northwind"),
        ENDED: ("contoso", Programme.EA, cast.day(-800), 24, None),
        TAIWAN: ("hongyuan", Programme.MPSA, cast.day(-100), 24, "northwind"),
        CAMPUS: ("demo-university", Programme.EES, cast.day(-150), 36, None),
    }
    found = {}
    for number, (slug, programme, first_day, months, reseller) in terms.items():
        agreement = _agreement(work, cast, number, (slug, programme, reseller))
        agreement.first_day = first_day
        agreement.last_day = _last_day(first_day, months)
        work.does("agreement.added")
        work.session.add(agreement)
        work.flush()
        work.does("agreement.contacts_set")
        _add_contacts(work, cast, agreement)
        work.flush()
        found[number] = agreement
    set_schools(work, found[CAMPUS].id, [school.id for school in cast.schools])
    return found


def _last_day(first_day: date, months: int) -> date:
    return add_months(first_day, months) - ONE_DAY


def _agreement(
    work: Work, cast: Cast, number: str, parties: tuple[str, Programme, str | None]
) -> Agreement:
    slug, programme, reseller = parties
    buyer = cast.organisations[slug]
    is_taiwanese = buyer.country == "TW"
    is_academic = programme is Programme.EES
    return Agreement(
        organisation_id=buyer.id,
        reseller_id=cast.organisations[reseller].id if reseller else None,
        number=number,
        programme=programme,
        country=buyer.country,
        time_zone=buyer.time_zone,
        currency="TWD" if is_taiwanese else "USD",
        level_mode=LevelMode.POINTS if is_academic else LevelMode.FIXED,
        price_level=PriceLevel.A if is_academic else PriceLevel.B,
        account_manager_name="許文彬" if is_taiwanese else "Alex Account",
        account_manager_email="account@northwind.example",
        created_at=work.now,
    )


def _provider_desk(agreement: Agreement) -> str:
    return "考試服務機構客服" if agreement.country == "TW" else "Exam provider support"


def _add_contacts(work: Work, cast: Cast, agreement: Agreement) -> None:
    buyer = work.session.get_one(type(cast.organisations["contoso"]), agreement.organisation_id)
    admin = next(
        user
        for email, user in cast.users.items()
        if cast.roles.get(email, ("", None))[0] == buyer.slug
    )
    people = {
        ContactKind.NOTICES_ONLINE: (admin.name, admin.email),
        ContactKind.ONLINE_ADMINISTRATOR: (admin.name, admin.email),
        ContactKind.PRICING: ("Rita Reseller", "reseller@demo.example"),
        ContactKind.CODES: ("Olive Operator", "operator@demo.example"),
        ContactKind.EXAM_PROVIDER: (_provider_desk(agreement), "support@provider.example"),
    }
    for kind, (name, email) in people.items():
        work.session.add(
            AgreementContact(
                organisation_id=agreement.organisation_id,
                agreement_id=agreement.id,
                reseller_id=agreement.reseller_id,
                kind=kind,
                name=name,
                email=email,
                language=buyer.language,
            )
        )
