"""Giving to many on pages: from a list to its result, each step once (F5)."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from threading import Event

import pytest
from flask import Flask
from openpyxl import load_workbook

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, making
from tests.support.making_handouts import (
    Giver,
    count_in,
    holder_counts,
    mail_count,
    make_giver,
    outcomes,
    rows_of,
)
from tests.support.order_pages import signed_in
from tests.support.pages import CheckingClient
from vlms.accounts.models import Organisation
from vlms.codes.rules.lifecycle import State
from vlms.core.permissions import Role
from vlms.giving.handout_job import HANDOUT_JOBS
from vlms.giving.queries.handouts import list_handouts
from vlms.giving.rules.handouts import Outcome
from vlms.giving.views import handout_results, handout_review
from vlms.jobs.worker import run_due

ANN = "ann.admin@contoso.example"
NEW = "/o/contoso/handouts/new"
LIST = "asa@contoso.example\nBo <bo@contoso.example>\nasa@contoso.example\nbo.contoso.example\n"


def begin(client: CheckingClient, clock: StillClock, codes: int = 4) -> Giver:
    giver = make_giver(clock(), ["asa", "bo", "cy"], codes, delay_minutes=0)
    with making(clock()) as work:
        contoso = work.session.get_one(Organisation, giver.organisation_id)
        make_member(work, contoso, Role.LICENSING_ADMIN, ANN)
    client.sign_in(ANN)
    return giver


def draft(client: CheckingClient, giver: Giver, text: str = LIST) -> str:
    """The address of the review of what was pasted."""
    answer = client.send(NEW, products=str(giver.product_id), text=text)
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def newest(clock: StillClock) -> object:
    with making(clock()) as work:
        return list_handouts(work.session)[0].id


def test_a_pasted_list_is_checked_confirmed_and_its_result_told(
    client: CheckingClient, clock: StillClock
) -> None:
    giver = begin(client, clock)
    review = draft(client, giver)
    page = client.page(review)
    for words in (
        "The same person stands in row 1 already",
        "as name@example.com",
        "Go on with 2 people",
    ):
        assert words in page.text
    assert "It is yours alone" in client.page(f"{review}/letter").text
    assert "for good: it is never reassigned" in client.page(f"{review}/give").text
    answer = client.send(f"{review}/give")
    assert answer.location == f"{review}/result"
    assert "Given: 2. Skipped: 1. Failed: 1." in client.page(answer.location).text
    assert (count_in(State.ASSIGNED), mail_count(), holder_counts()) == (2, 2, [1, 1])


def test_a_confirmation_that_is_sent_twice_gives_no_second_code(
    client: CheckingClient, clock: StillClock
) -> None:
    giver = begin(client, clock)
    review = draft(client, giver)
    form = client.page(f"{review}/give")
    token = str(form.select_one("main input[name=token]")["value"])  # type: ignore[index]
    first = client.send(f"{review}/give", token=token)
    second = client.send(f"{review}/give", token=token)
    assert first.location == second.location
    assert holder_counts() == [1, 1]
    again = client.send(f"{review}/give")
    assert again.status_code == 409
    assert "nothing is given twice" in again.text


def test_an_uploaded_list_is_read_by_its_headings(
    client: CheckingClient, clock: StillClock
) -> None:
    giver = begin(client, clock)
    body = "姓名,電子郵件\nAsa,asa@contoso.example\nNobody,nobody@contoso.example\n".encode()
    answer = client.send(
        NEW,
        products=str(giver.product_id),
        file=(io.BytesIO(body), "people.csv"),
        adds_people="y",
    )
    page = client.page(str(answer.location))
    assert "New person, gets a code" in page.text
    assert "Go on with 2 people" in page.text


def test_two_lists_at_once_are_refused_and_nothing_typed_is_lost(
    client: CheckingClient, clock: StillClock
) -> None:
    giver = begin(client, clock)
    answer = client.send(
        NEW,
        products=str(giver.product_id),
        text="asa@contoso.example",
        file=(io.BytesIO(b"email\nbo@contoso.example\n"), "people.csv"),
    )
    assert answer.status_code == 422
    assert "People were given in two ways." in answer.text
    assert "asa@contoso.example" in answer.text


def test_rows_are_put_right_left_out_and_taken_in_again(
    client: CheckingClient, clock: StillClock
) -> None:
    giver = begin(client, clock)
    review = draft(client, giver)
    rows = rows_of(newest(clock))  # type: ignore[arg-type]
    reason = "cannot be used"
    assert reason in client.page(f"{review}/rows/{rows[3].id}").text
    assert reason not in client.page(f"{review}/rows/{rows[0].id}").text
    client.send(f"{review}/rows/{rows[3].id}", email="cy@contoso.example", name="Cy")
    assert "Go on with 3 people" in client.page(review).text
    client.press(review, "/drop", row=str(rows[0].id))
    page = client.page(review)
    assert "Left out" in page.text
    # Of two rows for one person the other counts when the first is left out.
    assert "Go on with 3 people" in page.text
    client.press(review, "/drop", row=str(rows[0].id), take_in="1")
    assert "Left out" not in client.page(review).select_one("main table").text  # type: ignore[union-attr]


def test_fewer_codes_than_people_stop_the_way(client: CheckingClient, clock: StillClock) -> None:
    giver = begin(client, clock, codes=1)
    review = draft(client, giver)
    page = client.page(review)
    assert "You have 1 code of" in page.text
    assert "Go on with" not in page.text
    assert client.send(f"{review}/give").status_code == 409
    assert holder_counts() == []


def test_the_result_is_downloaded_and_all_is_taken_back_while_reserved(
    client: CheckingClient, clock: StillClock
) -> None:
    giver = begin(client, clock)
    review = draft(client, giver)
    client.send(review, act="reserve")
    client.send(f"{review}/give")
    handout = str(newest(clock))
    body = client.get(f"/o/contoso/handouts/results.csv?handout={handout}").data
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    assert [row[6] for row in rows[1:]] == ["Got a code", "Got a code", "Skipped", "Failed"]
    assert "available again" in client.page(f"{review}/undo").text
    client.send(f"{review}/undo")
    assert count_in(State.AVAILABLE) == 4
    assert "Taken back: 2." in client.page(f"{review}/result").text
    client.page("/o/contoso/handouts/results.csv", 404)


def test_those_that_failed_are_put_right_and_tried_again(
    client: CheckingClient, clock: StillClock
) -> None:
    giver = begin(client, clock)
    review = draft(client, giver)
    client.send(f"{review}/give")
    row = rows_of(newest(clock))[3]  # type: ignore[arg-type]
    client.send(f"{review}/rows/{row.id}", email="cy@contoso.example")
    client.press(f"{review}/result", "/retry")
    assert "Given: 3. Skipped: 1. Failed: 0." in client.page(f"{review}/result").text


def test_many_are_given_by_a_job_that_leads_to_the_result(
    client: CheckingClient, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handout_review, "LONG_HANDOUT", 1)
    monkeypatch.setattr(handout_results, "LONG_HANDOUT", 1)
    giver = begin(client, clock)
    review = draft(client, giver)
    answer = client.send(f"{review}/give")
    assert "/jobs/" in str(answer.location)
    assert holder_counts() == []
    run_due(HANDOUT_JOBS, clock, Event())
    assert "Given: 2. Skipped: 1. Failed: 1." in client.page(str(answer.location)).text
    client.send(f"{review}/undo")
    run_due(HANDOUT_JOBS, clock, Event())
    stayed = "Given: 2. Skipped: 1. Failed: 1. Taken back: 0."
    assert stayed in client.page(f"{review}/result").text


def book_of(client: CheckingClient, review: str) -> object:
    return load_workbook(io.BytesIO(client.get(f"{review}/workbook.xlsx").data))


def send_book(client: CheckingClient, review: str, book: object) -> object:
    out = io.BytesIO()
    book.save(out)  # type: ignore[attr-defined]
    out.seek(0)
    return client.send(f"{review}/workbook", file=(out, "handout.xlsx"))


def test_a_workbook_travels_there_and_back(client: CheckingClient, clock: StillClock) -> None:
    giver = begin(client, clock)
    review = draft(client, giver, "asa@contoso.example,=cmd|1\nbo.contoso.example")
    book = book_of(client, review)
    sheet = book.worksheets[0]  # type: ignore[attr-defined]
    assert sheet.protection.sheet
    assert sheet["A2"].protection.locked
    assert not sheet["D2"].protection.locked
    assert (sheet["E2"].value, sheet["E2"].data_type) == ("=cmd|1", "s")
    sheet["D3"] = "bo@contoso.example"
    answer = send_book(client, review, book)
    page = client.page(str(answer.location))  # type: ignore[attr-defined]
    assert "bo.contoso.example" in page.select_one("del").text  # type: ignore[union-attr]
    client.send(str(answer.location))  # type: ignore[attr-defined]
    assert "Go on with 2 people" in client.page(review).text
    client.send(f"{review}/give")
    told = book_of(client, review).worksheets[0]  # type: ignore[attr-defined]
    assert [told.cell(row, 12).value for row in (1, 2, 3)] == ["Result", "Got a code", "Got a code"]


def test_rows_of_another_handout_and_changed_ids_are_refused_by_row(
    client: CheckingClient, clock: StillClock
) -> None:
    giver = begin(client, clock)
    first, second = draft(client, giver), draft(client, giver)
    foreign, book = book_of(client, first), book_of(client, second)
    sheet = book.worksheets[0]  # type: ignore[attr-defined]
    sheet["A2"] = foreign.worksheets[0]["A2"].value  # type: ignore[attr-defined]
    sheet["A3"] = "x" + str(sheet["A3"].value)[1:]
    sheet["A4"] = sheet["A5"].value
    answer = send_book(client, second, book)
    page = client.page(str(answer.location))  # type: ignore[attr-defined]
    for words in (
        "Row 2: This row belongs to another handout.",
        "Row 3: The row's id is missing or was changed.",
        "Row 5: This row's id stands twice.",
    ):
        assert words in page.text
    assert page.select_one("main form[method=post]") is None


def test_nobody_sees_another_organisations_handout(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    giver = begin(client, clock)
    review = draft(client, giver)
    with making(clock()) as work:
        other = make_organisation(work, "fabrikam")
        make_member(work, other, Role.LICENSING_ADMIN, "eve@fabrikam.example")
    stranger = signed_in(app, "eve@fabrikam.example")
    paths: Sequence[str] = ("", "/give", "/letter", "/workbook.xlsx", "/workbook")
    for path in paths:
        stranger.page(review.replace("contoso", "fabrikam") + path, 404)


def test_people_are_chosen_in_the_directory(client: CheckingClient, clock: StillClock) -> None:
    giver = begin(client, clock)
    key = giver.people["asa"]
    page = client.page(f"{NEW}?which=ticked&row={key}&product={giver.product_id}")
    assert "Ticked in the directory" in page.text
    answer = client.send(f"{NEW}?which=all&q=bo", products=str(giver.product_id))
    assert "Go on with 1 person" in client.page(str(answer.location)).text
    assert [row.person_id for row in rows_of(newest(clock))] == [giver.people["bo"]]  # type: ignore[arg-type]
    assert outcomes(newest(clock)) == [None]  # type: ignore[arg-type]
    assert Outcome.GIVEN not in outcomes(newest(clock))  # type: ignore[arg-type]
