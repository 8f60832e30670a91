"""Pages of agreements: list, show, enter, edit, contacts, schools, import."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.contoso import SEEN, count, named, sign_in_at_contoso
from tests.support.making import make_member, make_organisation, making
from tests.support.making_agreements import make_agreement, make_contact
from tests.support.pages import CheckingClient
from vlms.accounts.models import Organisation, RoleGrant, School
from vlms.agreements.models import Agreement, AgreementContact, AgreementSchool
from vlms.catalog.models import Holiday
from vlms.core.db import reading
from vlms.core.permissions import Role
from vlms.orders.models import Order
from vlms.orders.rules.order_clock import OrderState

LIST = "/o/contoso/agreements/"
FIELDS = {
    "number": "V-2025-001",
    "programme": "EA",
    "first_day": "2025-07-01",
    "last_day": "2028-06-30",
    "country": "TW",
    "time_zone": "",
    "currency": "TWD",
    "level_mode": "points",
    "price_level": "A",
    "reseller": "seller",
    "account_manager_name": "王經理 🎓",
    "account_manager_email": "wang@contoso.example",
}


@pytest.fixture
def admin(client: CheckingClient, clock: StillClock) -> CheckingClient:
    return sign_in_at_contoso(client, clock)


def switch(client: CheckingClient, email: str, page: str = LIST) -> None:
    client.press(page, "/sign-out")
    client.sign_in(email)


def test_an_admin_enters_an_agreement_and_its_contacts(admin: CheckingClient) -> None:
    entered = admin.send(LIST + "create", **FIELDS)
    assert entered.status_code == 302, entered.text
    saved = admin.send(
        entered.location,
        notices_online_name="Nora",
        notices_online_email="Nora@Contoso.example",
        codes_name="Cody",
        codes_email="cody@contoso.example",
        codes_language="zh_Hant_TW",
    )
    text = admin.page(saved.location).text
    for shown in ("V-2025-001", "Taipei time", "nora@contoso.example", "Seller", "王經理 🎓"):
        assert shown in text
    assert "851" in text
    assert "Agreement entered" in text
    with reading(SEEN) as session:
        agreement = session.scalars(select(Agreement)).one()
        days = session.scalars(select(Holiday.day).where(Holiday.country == "TW")).all()
        contacts = session.scalars(select(AgreementContact)).all()
    assert date(2026, 10, 10) in days
    assert {contact.reseller_id for contact in contacts} == {agreement.reseller_id}


WRONG = {
    "reversed": ({"last_day": "2025-06-30"}, "before the first day"),
    "impossible day": ({"first_day": "2025-02-30"}, "year, month and day"),
    "year 0900": ({"first_day": "0900-02-01"}, "year from 2000 to 2100"),
    "currency": ({"currency": "XXX"}, "ISO 4217"),
    "currency in full width": ({"currency": "ＵＳＤ"}, "half-width"),
    "country": ({"country": "ZZ"}, "country code"),
    "programme": ({"programme": "None"}, "Choose one from the list"),
    "academic": ({"programme": "EES"}, "academic institutions only"),
    "no usual zone": ({"country": "RU"}, "No time zone is usual"),
    "reseller": ({"reseller": "contoso"}, "Choose one from the list"),
    "number": ({"number": "\u202eabc"}, "invisible"),
    "no number": ({"number": ""}, "missing"),
    "long number": ({"number": "x" * 41}, "at most 40"),
    "address": ({"account_manager_email": "x@"}, "name@example.com"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_wrong_terms_get_a_sentence_and_nothing_is_written(
    admin: CheckingClient, kind: str
) -> None:
    changes, sentence = WRONG[kind]
    refused = admin.send(LIST + "create", **{**FIELDS, **changes})
    assert refused.status_code == 422
    assert sentence in refused.text
    assert count(Agreement) == 0


def test_names_that_look_like_formulas_or_markup_are_only_names(admin: CheckingClient) -> None:
    entered = admin.send(
        LIST + "create", **{**FIELDS, "number": "=cmd()", "account_manager_name": "<b>שלום</b>"}
    )
    page = admin.page(entered.location.removesuffix("/contacts"))
    assert "<b>שלום</b>" in page.text
    for form in ("xlsx", "csv", "pdf"):
        assert admin.get(f"{LIST}download.{form}").status_code == 200
    assert admin.get(f"{LIST}download.exe").status_code == 404


def test_a_taken_number_is_refused_alike_whosever_it_is(
    admin: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        make_agreement(work, named(work, "school"), "V-2025-001", "EES")
    refused = admin.send(LIST + "create", **FIELDS)
    assert refused.status_code == 422
    assert "with the number V-2025-001 already" in refused.text
    assert "sue@school" not in refused.text


def test_the_same_form_sent_twice_enters_one_agreement(admin: CheckingClient) -> None:
    page = admin.page(LIST + "create")
    token = {i["name"]: i["value"] for i in page.select("main form input[type=hidden]")}
    first = admin.post(LIST + "create", data={**FIELDS, **token})
    second = admin.post(LIST + "create", data={**FIELDS, **token})
    assert first.location == second.location
    assert count(Agreement) == 1


def test_the_list_is_searched_filtered_and_sorted(admin: CheckingClient, clock: StillClock) -> None:
    with making(clock()) as work:
        contoso = named(work, "contoso")
        make_agreement(work, contoso, "RUN-1", last_day=date(2026, 3, 2))
        make_agreement(
            work, contoso, "OLD-1", "MPSA", first_day=date(2020, 1, 1), last_day=date(2022, 1, 1)
        )
        make_agreement(work, named(work, "school"), "OTHER-1", "EES")

    def numbers(query: str) -> list[str]:
        return [a.text for a in admin.page(LIST + query).select("tbody td:first-child a")]

    assert numbers("") == ["OLD-1", "RUN-1"]
    assert numbers("?sort=-number") == ["RUN-1", "OLD-1"]
    assert numbers("?sort=last_day") == ["OLD-1", "RUN-1"]
    assert numbers("?state=running") == ["RUN-1"]
    assert numbers("?state=ended") == ["OLD-1"]
    assert numbers("?programme=MPSA") == ["OLD-1"]
    assert numbers("?q=run") == ["RUN-1"]
    assert numbers("?q=nothing") == []
    assert numbers("?state=nonsense&programme=X&after=x&sort=x") == ["OLD-1", "RUN-1"]


def test_another_organisations_agreement_is_not_there(
    admin: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        other = make_agreement(work, named(work, "school"), "OTHER-1", "EES")
    for page in ("", "/edit", "/contacts", "/schools"):
        admin.page(f"{LIST}{other.id}{page}", 404)


def test_the_reseller_sees_its_agreements_and_changes_none(
    admin: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        seller = named(work, "seller")
        mine = make_agreement(work, named(work, "contoso"), "MINE-1", reseller=seller)
        make_agreement(work, named(work, "contoso"), "DIRECT-1")
    switch(admin, "rob@seller.example")
    text = admin.page("/o/seller/agreements/").text
    assert "MINE-1" in text
    assert "DIRECT-1" not in text
    admin.page(f"/o/seller/agreements/{mine.id}")
    admin.page(f"/o/seller/agreements/{mine.id}/edit", 403)


def test_an_admin_of_one_agreement_enters_no_other(
    admin: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        contoso = named(work, "contoso")
        one = make_agreement(work, contoso, "ONE-1")
        make_agreement(work, contoso, "TWO-1")
        user = make_member(work, make_organisation(work, "x"), Role.FINANCE, "lim@x.example")
        work.session.add(
            RoleGrant(
                organisation_id=contoso.id,
                user_id=user.id,
                role=Role.LICENSING_ADMIN,
                agreement_id=one.id,
                granted_at=work.now,
            )
        )
    switch(admin, "lim@x.example")
    assert "TWO-1" not in admin.page(LIST).text
    assert admin.send(LIST + "create", **FIELDS).status_code == 403
    edited = admin.send(f"{LIST}{one.id}/edit", account_manager_name="New Manager")
    assert edited.status_code == 302, edited.text
    assert count(Agreement) == 2


def test_what_orders_stand_on_stays_and_the_rest_can_be_edited(
    admin: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        agreement = make_agreement(work, named(work, "contoso"))
        work.session.add(
            Order(
                organisation_id=agreement.organisation_id,
                agreement_id=agreement.id,
                number="O-1",
                state=OrderState.DRAFT,
                currency="USD",
                created_at=work.now,
            )
        )
    address = f"{LIST}{agreement.id}/edit"
    refused = admin.send(address, currency="EUR")
    assert refused.status_code == 422
    assert "There are orders under this agreement" in refused.text
    assert admin.send(address, account_manager_name="Berta").status_code == 302
    assert "Berta" in admin.page(address).select_one("#account_manager_name")["value"]


def test_contacts_come_whole_and_the_notices_contact_is_needed(
    admin: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        agreement = make_agreement(work, named(work, "contoso"))
        make_contact(work, agreement)
    address = f"{LIST}{agreement.id}/contacts"
    half = admin.send(address, codes_name="Only a name")
    assert half.status_code == 422
    assert "a name and an address" in half.text
    none = admin.send(address, notices_online_name="", notices_online_email="")
    assert none.status_code == 422
    assert "notices and online contact is missing" in none.text
    assert count(AgreementContact) == 1


def test_an_institution_chooses_its_own_schools_only(
    admin: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        owner = named(work, "school")
        agreement = make_agreement(work, owner, "E-1", "EES")
        schools = [
            School(organisation_id=owner.id, name="North"),
            School(organisation_id=owner.id, name="南校"),
        ]
        foreign = School(organisation_id=named(work, "contoso").id, name="Elsewhere")
        work.session.add_all([*schools, foreign])
    switch(admin, "sue@school.example")
    address = f"/o/school/agreements/{agreement.id}/schools"
    assert admin.send(address, schools=[str(schools[1].id)]).status_code == 302
    assert "南校" in admin.page(address.removesuffix("/schools")).text
    assert admin.send(address, schools=[str(foreign.id)]).status_code == 404
    assert admin.send(address, schools=["nonsense"]).status_code == 404
    assert count(AgreementSchool) == 1


def test_the_operator_enters_an_agreement_for_a_customer(admin: CheckingClient) -> None:
    switch(admin, "op@home.example")
    with reading(SEEN) as session:
        school = session.scalars(select(Organisation).where(Organisation.slug == "school")).one()
    entered = admin.send(
        "/o/home/agreements/create",
        **{**FIELDS, "programme": "EES", "organisation": str(school.id)},
    )
    assert entered.status_code == 302, entered.text
    with reading(SEEN) as session:
        assert session.scalars(select(Agreement)).one().organisation_id == school.id
