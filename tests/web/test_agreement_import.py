"""Importing a list of agreements."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest

from tests.support.clock import StillClock
from tests.support.contoso import count, named, sign_in_at_contoso
from tests.support.making import making
from tests.support.making_agreements import make_agreement
from tests.support.pages import CheckingClient
from tests.unit.exports.uploads import with_parts, workbook
from vlms.agreements.models import Agreement, AgreementContact

LIST = "/o/contoso/agreements/"


@pytest.fixture
def admin(client: CheckingClient, clock: StillClock) -> CheckingClient:
    return sign_in_at_contoso(client, clock)


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
