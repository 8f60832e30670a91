"""Taking back wrong entries of certifications in the browser's words."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from tests.support.clock import StillClock
from tests.support.making import (
    make_member,
    make_organisation,
    make_person,
    make_user,
    making,
)
from tests.support.making_certifications import make_certification
from tests.support.pages import CheckingClient
from vlms.accounts.queries import find_organisation
from vlms.catalog.models import CertificationKind
from vlms.certifications.models import (
    AttemptSource,
    ExamPass,
    HeldCertification,
    PassSource,
    RenewalAttempt,
)
from vlms.certifications.service.earning import enter_pass
from vlms.certifications.service.renewing import note_attempt
from vlms.core.permissions import Role

ADMIN, AUDITOR = "admin@contoso.example", "audrey@contoso.example"
PARTNER, GLOBAL = "paul@contoso.example", "gail@contoso.example"
LIN, ELSEWHERE = "lin@contoso.example", "fay@fabrikam.example"
NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)
BOARD = "/o/contoso/certifications/"
WHY = "entered for the wrong person"


@pytest.fixture
def lin(client: CheckingClient, clock: StillClock) -> UUID:
    clock.set(NOW)
    with making(clock()) as work:
        place = make_organisation(work, "contoso")
        make_member(work, place, Role.LICENSING_ADMIN, ADMIN)
        make_member(work, place, Role.AUDITOR, AUDITOR)
        make_member(work, make_organisation(work, "fabrikam"), Role.LICENSING_ADMIN, ELSEWHERE)
        person = make_person(work, place, "Lin", LIN, make_user(work, LIN))
        make_certification(work, "c-1", CertificationKind.ASSOCIATE, "AZ-104")
        enter_pass(work, person, "AZ-104", date(2025, 7, 5), PassSource.ENTRY)
        held = work.session.query(HeldCertification).one()
        note_attempt(work, held, (NOW, True), AttemptSource.HOLDER)
        return person.id


def told(client: CheckingClient, address: str) -> str:
    return client.page(address).get_text(" ", strip=True)


def key(clock: StillClock, model: type[ExamPass | HeldCertification | RenewalAttempt]) -> UUID:
    with making(clock()) as work:
        return work.session.query(model).one().id


def test_an_exam_is_taken_back_from_the_transcript_with_its_reason(
    client: CheckingClient, clock: StillClock, lin: UUID
) -> None:
    client.sign_in(ADMIN)
    page = client.page(f"{BOARD}people/{lin}")
    link = page.select_one('a[href$="/take-back"]')
    assert link is not None
    address = str(link["href"])
    assert client.send(address, reason="").status_code == 422
    assert client.send(address, reason=WHY).status_code == 302
    shown = told(client, f"{BOARD}people/{lin}")
    assert "No passed exam is known." in shown
    assert "No certification is known." in shown
    client.page(address, 404)


def test_a_certification_of_exams_is_refused_with_the_way_out_r1(
    client: CheckingClient, clock: StillClock, lin: UUID
) -> None:
    client.sign_in(ADMIN)
    answer = client.send(f"{BOARD}{key(clock, HeldCertification)}/take-back", reason=WHY)
    assert answer.status_code == 422
    assert "Take back the exam" in answer.get_data(as_text=True)


def test_a_holder_s_statement_is_taken_back_by_an_admin_and_by_the_holder(
    client: CheckingClient, clock: StillClock, lin: UUID
) -> None:
    for who, place in ((ADMIN, BOARD), (LIN, "/my/certifications/")):
        client.sign_in(who)
        shown = client.page(f"{place}{key(clock, HeldCertification)}")
        link = shown.select_one('a[href*="/attempts/"]')
        assert link is not None
        assert client.send(str(link["href"]), reason=WHY).status_code == 302
        with making(clock()) as work:
            held = work.session.query(HeldCertification).one()
            assert held.expires_on == date(2026, 7, 5)
            note_attempt(work, held, (NOW, True), AttemptSource.HOLDER)


def test_who_may_only_look_takes_nothing_back(
    client: CheckingClient, clock: StillClock, lin: UUID
) -> None:
    client.sign_in(AUDITOR)
    assert client.page(f"{BOARD}people/{lin}").select('a[href$="/take-back"]') == []
    client.page(f"{BOARD}passes/{key(clock, ExamPass)}/take-back", 403)
    client.sign_in(ELSEWHERE)
    client.page(f"/o/fabrikam/certifications/passes/{key(clock, ExamPass)}/take-back", 404)
    client.page(f"/o/fabrikam/certifications/people/{lin}", 404)


def test_who_edits_certifications_reads_their_journal_and_no_other(
    client: CheckingClient, clock: StillClock, lin: UUID
) -> None:
    """The global administrator looks on; the control is who reads the whole journal."""
    with making(clock()) as work:
        place = find_organisation(work.session, "contoso")
        assert place is not None
        make_member(work, place, Role.PARTNER_ADMINISTRATOR, PARTNER)
        make_member(work, place, Role.GLOBAL_ADMINISTRATOR, GLOBAL)
    page = f"{BOARD}{key(clock, HeldCertification)}"
    seen = {}
    for who in (ADMIN, PARTNER, GLOBAL):
        client.sign_in(who)
        titles = [one.get_text(strip=True) for one in client.page(page).select("h2")]
        seen[who] = "Journal" in titles, client.get("/o/contoso/journal/").status_code
    assert seen == {ADMIN: (True, 200), PARTNER: (True, 403), GLOBAL: (False, 403)}
    client.page(f"{page}/take-back", 403)
    assert "Lin" in told(client, BOARD)
