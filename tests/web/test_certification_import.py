"""The pages of importing transcripts: looked at first, then all of it, or the good rows."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from werkzeug.test import TestResponse

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, make_person, making
from tests.support.making_certifications import make_certification
from tests.support.pages import CheckingClient
from vlms.catalog.models import CertificationKind
from vlms.certifications.models import ExamPass
from vlms.core.permissions import Role

ADMIN, AUDITOR = "admin@contoso.example", "auditor@contoso.example"
BOARD = "/o/contoso/certifications/"
GOOD = "E-mail,Exam,Day\nlin@contoso.example,AZ-104,2026-01-10\n"
BAD = GOOD + "nobody@contoso.example,AZ-104,2026-01-10\n"


@pytest.fixture(autouse=True)
def scene(client: CheckingClient, clock: StillClock) -> None:
    clock.set(datetime(2026, 3, 1, tzinfo=UTC))
    with making(clock()) as work:
        place = make_organisation(work, "contoso")
        make_member(work, place, Role.LICENSING_ADMIN, ADMIN)
        make_member(work, place, Role.AUDITOR, AUDITOR)
        make_person(work, place, "Lin", "lin@contoso.example")
        make_certification(work, "administrator", CertificationKind.ASSOCIATE, "AZ-104")


def upload(client: CheckingClient, text: str) -> TestResponse:
    file = (io.BytesIO(text.encode()), "passes.csv")
    return client.send(f"{BOARD}import", file=file)


def count(clock: StillClock) -> int:
    with making(clock()) as work:
        return work.session.query(ExamPass).count()


def test_a_file_is_looked_at_and_then_imported(client: CheckingClient, clock: StillClock) -> None:
    client.sign_in(ADMIN)
    dry_run = upload(client, GOOD).headers["Location"]
    assert "Every row can be used" in client.page(dry_run).text
    assert count(clock) == 0
    assert client.send(dry_run).status_code == 302
    assert count(clock) == 1
    assert "Lin" in client.page(BOARD).text


def test_wrong_rows_hold_a_file_back_unless_they_are_left_out(
    client: CheckingClient, clock: StillClock
) -> None:
    client.sign_in(ADMIN)
    dry_run = upload(client, BAD).headers["Location"]
    assert "Nobody here is known" in client.page(dry_run).text
    assert client.send(dry_run).status_code == 422
    assert count(clock) == 0
    assert client.send(dry_run, good_rows="y").status_code == 302
    assert count(clock) == 1


def test_what_cannot_be_read_is_refused_beside_the_field(client: CheckingClient) -> None:
    client.sign_in(ADMIN)
    for text in ("", "E-mail,Exam\nx,y\n", "Exam,Day\nAZ-104,2026-01-10\n"):
        assert upload(client, text).status_code == 422


def test_an_auditor_looks_and_enters_nothing(client: CheckingClient) -> None:
    client.sign_in(AUDITOR)
    page = client.page(BOARD)
    assert page.find("a", href=f"{BOARD}new") is None
    client.page(f"{BOARD}new", 403)
    client.page(f"{BOARD}import", 403)
