"""Pages on which codes are listed, given out and exported."""

from __future__ import annotations

import io
import shutil
import subprocess
from datetime import timedelta
from uuid import UUID

import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, make_person, making
from tests.support.making_codes import (
    make_agreement,
    make_codes,
    make_contact,
    make_line,
    make_product,
    text_of,
)
from tests.support.pages import CheckingClient
from vlms.accounts.models import OneTimeLink
from vlms.codes.models import Code, CodeBatch
from vlms.codes.rules.code_text import display
from vlms.codes.rules.lifecycle import State
from vlms.codes.service.telling import tell_contacts
from vlms.core.links import sign_link
from vlms.core.permissions import Role
from vlms.notices.models import OutboxMessage

ADMIN = "ann@contoso.example"
CODES = "/o/contoso/codes/"


def set_up(clock: StillClock, count: int = 3, delay: int = 30) -> list[Code]:
    """Contoso with an admin, an auditor, people Bea and 王小明, and available codes."""
    with making(clock()) as work:
        organisation = make_organisation(work, "contoso", assign_delay_minutes=delay)
        make_member(work, organisation, Role.LICENSING_ADMIN, ADMIN)
        make_member(work, organisation, Role.AUDITOR, "aud@contoso.example")
        make_person(work, organisation, "Bea Bright", "bea@contoso.example")
        make_person(work, organisation, "王小明")
        agreement = make_agreement(work, organisation)
        make_contact(work, agreement, "cora@contoso.example")
        line = make_line(work, agreement, make_product(work), count, delivered_quantity=count)
        return make_codes(work, line, count)


def state_of(clock: StillClock, code_id: UUID) -> State:
    with making(clock()) as work:
        return work.session.get_one(Code, code_id).state


def test_the_list_counts_filters_and_searches(client: CheckingClient, clock: StillClock) -> None:
    codes = set_up(clock)
    client.sign_in(ADMIN)
    page = client.page(CODES)
    assert "3 entries" in page.text
    assert codes[0].last4 in page.text
    assert "0 entries" not in client.page(f"{CODES}?state=available").text
    assert "No code is found" in client.page(f"{CODES}?state=expired").text
    assert "1 entry" in client.page(f"{CODES}?q={codes[1].last4}").text
    with making(clock()) as work:
        number = work.session.get_one(CodeBatch, codes[0].batch_id).number
    assert "1 entry" in client.page(f"{CODES}?q={number}/2").text
    clock.move(days=365)
    client.sign_in(ADMIN)
    assert "3 entries" in client.page(f"{CODES}?state=expired").text


def test_what_lapsed_long_ago_stands_last(client: CheckingClient, clock: StillClock) -> None:
    old, soon, _late = set_up(clock)
    with making(clock()) as work:
        for code, days in ((old, -400), (soon, 20)):
            work.session.get_one(Code, code.id).expires_at = clock() + timedelta(days=days)
    client.sign_in(ADMIN)
    rows = client.page(CODES).select("tbody tr")
    assert f"/{old.number}" in rows[-1].text
    assert f"/{soon.number}" in client.page(f"{CODES}?within=30").select("tbody tr")[0].text


def test_a_code_is_reserved_assigned_after_its_delay_and_called_back(
    client: CheckingClient, clock: StillClock
) -> None:
    set_up(clock)
    client.sign_in(ADMIN)
    answer = client.send(f"{CODES}reserve?q=bea")
    assert answer.status_code == 302, answer.get_data(as_text=True)
    place = answer.location
    code_id = UUID(place.rsplit("/", 1)[1])
    assert state_of(clock, code_id) is State.RESERVED
    page = client.page(f"{place}/assign")
    assert "stays with Bea Bright for good" in page.text
    assert "(C2)" in page.select_one("main button[type=submit]").text  # type: ignore[union-attr]
    assert client.send(f"{place}/assign").status_code == 302
    assert "Call the assignment back first" in client.page(f"{place}/release").text
    assert client.send(f"{place}/call-back", reason="wrong Bea").status_code == 302
    assert client.send(f"{place}/change?q=王").status_code == 302
    assert client.send(f"{place}/release").status_code == 302
    assert state_of(clock, code_id) is State.AVAILABLE


def test_a_button_that_is_not_possible_says_why(client: CheckingClient, clock: StillClock) -> None:
    codes = set_up(clock)
    client.sign_in(ADMIN)
    page = client.page(f"{CODES}{codes[0].id}")
    disabled = [button.text.strip() for button in page.select("main button[disabled]")]
    assert disabled == ["Assign", "Call back", "Change person", "Release"]
    assert "Reserve it for a person first" in client.page(f"{CODES}{codes[0].id}/assign").text


def test_the_same_reservation_sent_twice_takes_one_code(
    client: CheckingClient, clock: StillClock
) -> None:
    set_up(clock)
    client.sign_in(ADMIN)
    from_page = client.page(f"{CODES}reserve?q=bea")
    form = from_page.select_one("main form[method=post]")
    assert form is not None
    fields = {
        str(field["name"]): str(field.get("value", ""))
        for field in form.select("input[name]")
        if field.get("type") != "checkbox"
    }
    for select_field in form.select("select"):
        option = select_field.select_one("option")
        assert option is not None
        fields[str(select_field["name"])] = str(option["value"])
    places = {client.post(f"{CODES}reserve?q=bea", data=fields).location for _ in range(2)}
    assert len(places) == 1
    with making(clock()) as work:
        taken = work.session.scalars(select(Code).where(Code.state == State.RESERVED)).all()
        assert len(taken) == 1


def test_an_admin_never_sees_the_text_of_a_code(client: CheckingClient, clock: StillClock) -> None:
    codes = set_up(clock)
    with making(clock()) as work:
        texts = [text_of(work, work.session.get_one(Code, code.id)) for code in codes]
    client.sign_in(ADMIN)
    for address in (CODES, f"{CODES}{codes[0].id}", f"{CODES}batches/{codes[0].batch_id}"):
        page = client.page(address).text
        assert not [text for text in texts if text in page or display(text) in page]
    for form in ("xlsx", "csv", "pdf"):
        body = client.get(f"{CODES}codes.{form}").get_data()
        assert body
        assert not [text for text in texts if display(text).encode() in body]


def test_an_auditor_reads_and_changes_nothing(client: CheckingClient, clock: StillClock) -> None:
    codes = set_up(clock)
    client.sign_in("aud@contoso.example")
    client.page(CODES)
    client.page(f"{CODES}{codes[0].id}")
    client.page(f"{CODES}reserve", 403)
    client.page(f"{CODES}{codes[0].id}/void", 403)


def test_anothers_code_and_batch_are_not_there(client: CheckingClient, clock: StillClock) -> None:
    codes = set_up(clock)
    with making(clock()) as work:
        make_member(
            work, make_organisation(work, "fabrikam"), Role.LICENSING_ADMIN, "eve@fabrikam.example"
        )
    client.sign_in("eve@fabrikam.example")
    other = "/o/fabrikam/codes/"
    for address in (
        f"{other}{codes[0].id}",
        f"{other}{codes[0].id}/assign",
        f"{other}batches/{codes[0].batch_id}",
    ):
        client.page(address, 404)
    assert "There are no codes yet" in client.page(other).text


@pytest.mark.skipif(not shutil.which("pdftoppm"), reason="needs pdftoppm (poppler-utils)")
def test_the_batchs_sheet_has_a_claim_qr_for_each_assigned_code_and_no_code(
    client: CheckingClient, clock: StillClock
) -> None:
    codes = set_up(clock, 3, delay=0)
    client.sign_in(ADMIN)
    sheet = f"{CODES}batches/{codes[0].batch_id}"
    assert client.press(sheet, "/sheet").status_code == 422
    for name in ("bea", "王"):
        place = client.send(f"{CODES}reserve?q={name}").location
        client.send(f"{place}/assign")
    answer = client.press(sheet, "/sheet")
    assert answer.mimetype == "application/pdf"
    reader = PdfReader(io.BytesIO(answer.get_data()))
    words = "".join(page.extract_text() for page in reader.pages)
    assert "Bea Bright" in words
    assert "王小明" in words
    assert "Taipei time" in words
    with making(clock()) as work:
        mailed = set(work.session.scalars(select(OutboxMessage.link_id)))
        links = [k for k in work.session.scalars(select(OneTimeLink)) if k.id not in mailed]
        expected = {f"http://localhost:8000/claim/{sign_link(work.keys.link, k.id)}" for k in links}
        texts = [
            display(text_of(work, code))
            for code in work.session.scalars(select(Code).where(Code.sealed_text.is_not(None)))
        ]
    assert not [text for text in texts if text in words]
    assert scanned(answer.get_data()) == expected


def scanned(pdf: bytes) -> set[str]:
    """What a reader's camera finds on the first page."""
    picture = subprocess.run(
        ["pdftoppm", "-r", "200", "-png", "-f", "1", "-l", "1", "-"],
        input=pdf,
        capture_output=True,
        check=True,
    ).stdout
    codes = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)), zxingcpp.BarcodeFormat.QRCode)
    return {found.text for found in codes}


def test_a_contact_without_account_sees_what_arrived_and_no_code(
    client: CheckingClient, clock: StillClock
) -> None:
    codes = set_up(clock)
    with making(clock()) as work:
        tell_contacts(work, work.session.get_one(CodeBatch, codes[0].batch_id))
    with making(clock()) as work:
        link = work.session.scalars(select(OneTimeLink)).one()
        token = sign_link(work.keys.link, link.id)
        texts = [text_of(work, work.session.get_one(Code, code.id)) for code in codes]
    page = client.page(f"/delivery/{token}").text
    assert "Mcp voucher" in page
    assert "How you get access" in page
    assert not [code for code in codes if code.last4 in page]
    assert not [text for text in texts if text in page]
    client.page("/delivery/" + "A" * 43, 404)
    clock.move(days=8)
    client.page(f"/delivery/{token}", 404)


def test_the_delivery_message_is_sent_again(client: CheckingClient, clock: StillClock) -> None:
    codes = set_up(clock)
    client.sign_in(ADMIN)
    batch = f"{CODES}batches/{codes[0].batch_id}"
    assert client.press(batch, "/tell-again").status_code == 302
    assert "Delivery message sent again" in client.page(batch).text


def test_a_reason_with_what_no_database_holds_is_refused(
    client: CheckingClient, clock: StillClock
) -> None:
    codes = set_up(clock)
    client.sign_in(ADMIN)
    for reason in ("by\0mistake", "\u202ebackwards"):
        answer = client.send(f"{CODES}{codes[0].id}/void", reason=reason)
        assert answer.status_code == 422
        assert "Remove the invisible characters" in answer.get_data(as_text=True)
    assert state_of(clock, codes[0].id) is State.AVAILABLE
    client.send(f"{CODES}{codes[0].id}/void", reason="two\r\nlines\tof it")
    assert state_of(clock, codes[0].id) is State.VOID
