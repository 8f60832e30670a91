"""The operator's pages of provider's lists and of how codes are made."""

from __future__ import annotations

import io
from uuid import UUID

from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, making
from tests.support.making_codes import LAST_DAY, make_agreement, make_line, make_product, make_stock
from tests.support.pages import CheckingClient, values_of
from vlms.accounts.models import OrganisationKind
from vlms.catalog.models import CodeSource, Product
from vlms.codes.models import StockCode
from vlms.codes.service.issuing import issue
from vlms.core.permissions import Role
from vlms.core.term import end_of_day
from vlms.core.uploads import Upload
from vlms.orders.models import OrderLine

OPERATOR = "olga@operator.example"
STOCK = "/o/operator/stock/"
LIST = (
    "Voucher code,Expires\n"
    "AAAA-0000-0001,2026-09-30\n"
    "AAAA-0000-0002,2026-09-30\n"
    "AAAA-0000-0001,2026-09-30\n"
    "HELD-0000-0001,\n"
    "?,\n"
)


def set_up(clock: StillClock) -> Product:
    with making(clock()) as work:
        operator = make_organisation(work, "operator", OrganisationKind.OPERATOR)
        make_member(work, operator, Role.OPERATOR, OPERATOR)
        product = make_product(work, code_source=CodeSource.PROVIDER)
        make_stock(work, product, ["HELD00000001"])
        make_line(work, make_agreement(work, make_organisation(work, "contoso")), product, 5)
        return product


def upload(client: CheckingClient, text: str, name: str = "list.csv", **fields: str) -> str:
    """Uploads a list as a browser does; where the dry run is shown."""
    page = client.page(f"{STOCK}upload")
    form = page.select_one("main form[method=post]")
    assert form is not None
    data = {
        **values_of(form),
        "zone": "America/New_York",
        "file": (io.BytesIO(text.encode()), name),
        **fields,
    }
    answer = client.post(f"{STOCK}upload", data=data, content_type="multipart/form-data")
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return str(answer.location)


def test_a_list_is_looked_at_and_then_taken_in(client: CheckingClient, clock: StillClock) -> None:
    set_up(clock)
    client.sign_in(OPERATOR)
    place = upload(client, LIST)
    page = client.page(place).text
    for words in ("Repeats row 2.", "This code is already held.", "New codes"):
        assert words in page
    with making(clock()) as work:
        kept = work.session.scalars(select(Upload)).one()
        assert b"AAAA" not in kept.body
        assert len(work.session.scalars(select(StockCode.id)).all()) == 1
    rows = client.get(f"{place}/bad-rows.csv").get_data(as_text=True)
    assert "AAAA" not in rows
    assert client.press(place, "/take-in").status_code == 422
    assert client.press(place, "/take-in", leave_bad_rows="y").status_code == 302
    with making(clock()) as work:
        assert len(work.session.scalars(select(StockCode.id)).all()) == 3
        assert work.session.scalars(select(Upload.id)).all() == []
    assert client.get(place).status_code == 302


def test_a_list_for_an_order_tells_how_many_are_missing(
    client: CheckingClient, clock: StillClock
) -> None:
    set_up(clock)
    client.sign_in(OPERATOR)
    option = client.page(f"{STOCK}upload").select("select[name=line] option")[1]
    place = upload(client, LIST, line=str(UUID(str(option["value"]))))
    assert "3 codes fewer than expected" in client.page(place).text


def test_columns_can_be_chosen_otherwise(client: CheckingClient, clock: StillClock) -> None:
    set_up(clock)
    client.sign_in(OPERATOR)
    place = upload(client, "Serial,Ref\nAAAA00000001,BBBB00000001\n")
    assert "Nothing to take in" not in client.page(f"{place}?code_column=1&day_column=").text
    assert "No column is chosen" in client.page(f"{place}?code_column=&day_column=", 200).text


def test_a_file_that_is_no_list_is_refused_with_a_sentence(
    client: CheckingClient, clock: StillClock
) -> None:
    set_up(clock)
    client.sign_in(OPERATOR)
    page = client.page(f"{STOCK}upload")
    form = page.select_one("main form[method=post]")
    assert form is not None
    data = {**values_of(form), "zone": "UTC", "file": (io.BytesIO(b"PK\x03\x04"), "list.xlsx")}
    answer = client.post(f"{STOCK}upload", data=data, content_type="multipart/form-data")
    assert answer.status_code == 422


def test_the_stock_page_warns_and_a_product_changes_its_source(
    client: CheckingClient, clock: StillClock
) -> None:
    product = set_up(clock)
    client.sign_in(OPERATOR)
    assert "Low: fewer than 20" in client.page(STOCK).text
    place = f"{STOCK}products/{product.id}"
    assert client.send(place, code_source="vc1", low_stock_count="5").status_code == 302
    page = client.page(place)
    assert "130 bits of chance" in page.text
    assert len(page.select("li.code")) == 10
    assert client.send(place, low_stock_count="-1").status_code == 422


def test_only_the_operator_keeps_stock(client: CheckingClient, clock: StillClock) -> None:
    set_up(clock)
    with making(clock()) as work:
        other = make_organisation(work, "fabrikam")
        make_member(work, other, Role.LICENSING_ADMIN, "eve@fabrikam.example")
    client.sign_in("eve@fabrikam.example")
    client.page("/o/fabrikam/stock/", 403)


def test_a_column_that_the_list_does_not_have_is_refused(
    client: CheckingClient, clock: StillClock
) -> None:
    set_up(clock)
    client.sign_in(OPERATOR)
    place = upload(client, LIST, "li\u202est.csv")
    assert "no such column" in client.page(f"{place}?code_column=0&day_column=99").text
    assert "No column is chosen" in client.page(f"{place}?code_column=99").text
    assert client.get(f"{place}/bad-rows.csv?code_column=0&day_column=99").status_code == 422


def test_a_list_that_is_taken_in_twice_leads_to_where_the_first_ended(
    client: CheckingClient, clock: StillClock
) -> None:
    product = set_up(clock)
    client.sign_in(OPERATOR)
    page = client.page(upload(client, LIST))
    form = page.select_one('form[action$="/take-in"]')
    assert form is not None
    sent = {**values_of(form), "leave_bad_rows": "y"}
    for _time in range(2):
        answer = client.post(str(form["action"]), data=sent)
        assert answer.location == f"{STOCK}products/{product.id}"


def test_a_day_that_means_never_is_a_last_day_like_any_other(
    client: CheckingClient, clock: StillClock
) -> None:
    product = set_up(clock)
    client.sign_in(OPERATOR)
    place = upload(client, "Voucher code,Expires\nAAAA-0000-0009,9999-12-31\n")
    assert client.press(place, "/take-in").status_code == 302
    with making(clock()) as work:
        line = work.session.scalars(select(OrderLine)).one()
        line.delivered_quantity = 2
        assert issue(work, line, 2).expires_at == end_of_day(LAST_DAY, "Asia/Taipei")
        assert product.id == line.product_id
