"""A list's download has the columns that its reader chose on the page."""

from __future__ import annotations

import csv
import io

import pytest
from bs4 import Tag

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, make_person, making
from tests.support.making_codes import make_agreement, make_codes, make_line, make_product
from tests.support.pages import CheckingClient
from vlms.accounts.exports import people_table
from vlms.accounts.views.people import HEADINGS as PEOPLE
from vlms.agreements.exports import agreements_table
from vlms.agreements.views.pages import HEADINGS as AGREEMENTS
from vlms.codes.exports import code_table
from vlms.codes.views.lists import HEADINGS as CODES
from vlms.core.permissions import Role
from vlms.exports.table import Table
from vlms.orders.exports import order_table
from vlms.orders.views.lists import HEADINGS as ORDERS

HERE = "/o/contoso"


def begin(client: CheckingClient, clock: StillClock) -> None:
    with making(clock()) as work:
        contoso = make_organisation(work, "contoso")
        make_member(work, contoso, Role.LICENSING_ADMIN, "ann@contoso.example")
        make_person(work, contoso, "Asa", "asa@contoso.example")
        line = make_line(work, make_agreement(work, contoso), make_product(work), 2)
        make_codes(work, line, 2)
    client.sign_in("ann@contoso.example")


def titles(client: CheckingClient, page: str, columns: str) -> list[str]:
    """The columns of the file to which the page's own link leads."""
    link = client.page(f"{HERE}{page}?{columns}").select_one('a.dropdown-item[href*="csv"]')
    assert isinstance(link, Tag)
    body = client.get(str(link["href"])).data.decode("utf-8-sig")
    return next(csv.reader(io.StringIO(body)))


@pytest.mark.parametrize(
    ("page", "columns", "expected"),
    [
        ("/codes/", "columns=state,last_day", "Number|State|Last day of use|Zone of the last day"),
        ("/codes/", "columns=person&columns=agreement", "Number|Agreement|Person|Person's number"),
        ("/orders/", "columns=state,created", "Order|State|Begun"),
        ("/orders/", "columns=total", "Order|Currency|Total before tax|Of this placed"),
        ("/people/", "columns=email,created", "Full name|Name in Latin letters|E-mail|Added"),
        ("/agreements/", "columns=standing", "Agreement number|Standing"),
    ],
)
def test_a_file_has_the_columns_that_were_chosen(
    client: CheckingClient, clock: StillClock, page: str, columns: str, expected: str
) -> None:
    begin(client, clock)
    found = titles(client, page, columns)
    wanted = expected.split("|")
    assert len(found) == len(wanted) + ("last_day" in columns), found
    for title, start in zip(found, wanted, strict=False):
        assert title.startswith(start)


@pytest.mark.parametrize("columns", ["", "columns=nonsense"])
def test_a_file_is_whole_where_none_was_chosen(
    client: CheckingClient, clock: StillClock, columns: str
) -> None:
    begin(client, clock)
    assert len(titles(client, "/codes/", columns)) == 15


def test_every_column_of_a_page_has_one_in_its_file(clock: StillClock) -> None:
    now = clock()
    tables: list[tuple[Table[object], set[str]]] = [
        (code_table([], now, "UTC"), {one.name for one in CODES}),  # type: ignore[list-item]
        (order_table([], now), {one.name for one in ORDERS}),  # type: ignore[list-item]
        (people_table([], {}, {}, ("UTC", now)), {one.name for one in PEOPLE}),  # type: ignore[list-item]
        (agreements_table([], now), {one.name for one in AGREEMENTS}),  # type: ignore[list-item]
    ]
    for table, names in tables:
        assert names - {str(column.of) for column in (*table.columns, *table.extra)} == set(), (
            table.title
        )
