"""Pages of agreements: list, show, enter, edit, contacts, schools, import."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, making
from tests.support.making_agreements import make_agreement, make_contact
from tests.support.pages import CheckingClient
from tests.unit.exports.uploads import with_parts, workbook
from vlms.accounts.models import Organisation, OrganisationKind, RoleGrant, School
from vlms.agreements.models import Agreement, AgreementContact, AgreementSchool
from vlms.catalog.models import Holiday
from vlms.core.db import reading
from vlms.core.permissions import Role
from vlms.core.scope import System

SEEN = System("test")
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
    """The licensing admin of Contoso, signed in; there is a reseller and a school beside."""
    with making(clock()) as work:
        contoso = make_organisation(work, "contoso")
        make_member(work, contoso, Role.LICENSING_ADMIN, "ann@contoso.example")
        seller = make_organisation(work, "seller", OrganisationKind.RESELLER)
        make_member(work, seller, Role.RESELLER, "rob@seller.example")
        school = make_organisation(work, "school", OrganisationKind.ACADEMIC)
        make_member(work, school, Role.LICENSING_ADMIN, "sue@school.example")
        home = make_organisation(work, "home", OrganisationKind.OPERATOR)
        make_member(work, home, Role.OPERATOR, "op@home.example")
    client.sign_in("ann@contoso.example")
    return client


def named(work: Any, slug: str) -> Organisation:
    found: Organisation = work.session.scalars(
        select(Organisation).where(Organisation.slug == slug)
    ).one()
    return found


def count(model: type[Any]) -> int:
    with reading(SEEN) as session:
        return len(session.scalars(select(model)).all())


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
    for shown in ("V-2025-001", "Asia/Taipei", "nora@contoso.example", "Seller", "王經理 🎓"):
        assert shown in text
    assert "850" in text
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
    assert "School" not in refused.text


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


HEADINGS = (
    "客戶,合約編號,方案,起日,迄日,國家,幣別,價格級距,經銷商,客戶經理,客戶經理信箱,"
    "通知與線上聯絡人,通知信箱"
).split(",")
GOOD = [
    "contoso",
    "V-1",
    "EA",
    date(2025, 7, 1),
    date(2028, 6, 30),
    "TW",
    "TWD",
    "B",
    "seller",
    "王經理",
    "wang@contoso.example",
    "陳小姐",
    "chen@contoso.example",
]
IMPORT = LIST + "import"


def upload(client: CheckingClient, *rows: list[Any], address: str = IMPORT) -> Any:
    body = workbook([HEADINGS, *rows])
    return client.send(address, file=(io.BytesIO(body), "合約.xlsx"))


def changed(place: int, value: Any) -> list[Any]:
    return [*GOOD[:place], value, *GOOD[place + 1 :]]


def test_agreements_are_looked_at_imported_and_brought_up_to_date(admin: CheckingClient) -> None:
    looked = upload(admin, GOOD, changed(1, "V-2"))
    assert "Every row can be used" in admin.page(looked.location).text
    assert count(Agreement) == 0
    assert admin.send(looked.location).status_code == 302
    assert count(Agreement) == count(AgreementContact) == 2
    again = upload(admin, GOOD, [*changed(1, "V-2")[:-2], "林先生", "lin@contoso.example"])
    text = admin.page(again.location).text
    assert "Same as before" in text
    assert "林先生 <lin@contoso.example>" in text
    assert admin.send(again.location).status_code == 302
    assert count(Agreement) == count(AgreementContact) == 2


WRONG_ROWS = {
    "another's": ([changed(0, "school")], "there is none called"),
    "double": ([GOOD, GOOD], "stands in row 2 already"),
    "reversed": ([changed(4, date(2024, 1, 1))], "before the first day"),
    "programme": ([changed(2, "ZZ")], "Use one of: EA"),
    "academic": ([changed(2, "EES")], "academic institutions only"),
    "reseller": ([changed(8, "contoso")], "there is none called"),
    "half a contact": ([changed(12, None)], "a name and an address"),
    "currency": ([changed(6, "twd")], "ISO 4217"),
}


@pytest.mark.parametrize("kind", WRONG_ROWS)
def test_a_wrong_row_is_named_and_nothing_is_imported(admin: CheckingClient, kind: str) -> None:
    rows, sentence = WRONG_ROWS[kind]
    looked = upload(admin, *rows)
    text = admin.page(looked.location).text
    assert sentence in text
    assert "Row " in text
    assert admin.send(looked.location).status_code == 422
    assert count(Agreement) == 0


def test_a_number_of_another_organisation_is_refused_at_the_import(
    admin: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        make_agreement(work, named(work, "school"), "V-1", "EES")
    refused = admin.send(upload(admin, changed(1, "V-0"), GOOD).location)
    assert refused.status_code == 422
    assert "Row 3" in refused.text
    assert count(Agreement) == 1


def test_a_row_that_fits_neither_kind_of_file_is_refused(admin: CheckingClient) -> None:
    bomb = with_parts(workbook([HEADINGS]), {"xl/bomb.xml": b" " * 2_000_000})
    for body in (b"", workbook([HEADINGS, GOOD])[:300], b"a,b\n1,2\n", bomb):
        refused = admin.send(IMPORT, file=(io.BytesIO(body), "list.xlsx"))
        assert refused.status_code == 422
    assert admin.send(IMPORT).status_code == 422
