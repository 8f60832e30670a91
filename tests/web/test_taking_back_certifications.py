"""Taking back wrong entries of certifications in the browser's words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
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
from vlms.accounts.models import Person, User
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
from vlms.certifications.service.results import withdraw_result
from vlms.certifications.service.taking_back import take_back_pass
from vlms.codes.events import PassWithdrawn
from vlms.core.language import Language
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
    link = page.select_one('a[href*="/passes/"]')
    assert link is not None
    address = str(link["href"])
    assert client.send(address, reason="").status_code == 422
    answer = client.send(address, reason=WHY)
    assert (answer.status_code, answer.location) == (302, f"{BOARD}people/{lin}")
    shown = told(client, f"{BOARD}people/{lin}")
    assert "No passed exam is known." in shown
    assert "No certification is known." in shown
    client.page(address, 404)


def test_a_certification_of_exams_is_refused_with_the_way_out_r1(
    client: CheckingClient, clock: StillClock, lin: UUID
) -> None:
    """While it is as they make it; with a renewal it goes back to that, once."""
    client.sign_in(ADMIN)
    address = f"{BOARD}{key(clock, HeldCertification)}/take-back"
    assert "anew" in told(client, address)
    assert client.send(address, reason=WHY).status_code == 302
    assert client.page(f"{BOARD}people/{lin}").select('a[href*="/passes/"]')
    assert len(client.page(f"{BOARD}people/{lin}").select('a[href$="/take-back"]')) == 1
    refused(client, f"{BOARD}{key(clock, HeldCertification)}/take-back", "Take back the exam", 422)


def refused(client: CheckingClient, address: str, way_out: str, status: int) -> None:
    """The page says at once, in the button's place, what sending it would be answered."""
    page = client.page(address)
    assert way_out in page.get_text(" ", strip=True)
    assert page.select("main form") == []
    token = page.select_one("[name=csrf_token]")
    assert token is not None
    answer = client.post(address, data={"csrf_token": token["value"], "reason": WHY})
    assert (answer.status_code, answer.get_data(as_text=True).count(way_out)) == (status, 1)


def test_what_a_provider_proved_is_refused_before_it_is_sent_r1(
    client: CheckingClient, clock: StillClock, lin: UUID
) -> None:
    with making(clock()) as work:
        person = work.session.get_one(Person, lin)
        enter_pass(work, person, "AZ-104", date(2025, 7, 5), PassSource.EXAM)
    client.sign_in(ADMIN)
    address = f"{BOARD}passes/{key(clock, ExamPass)}/take-back"
    assert client.page(f"{BOARD}people/{lin}").select('a[href*="/passes/"]') == []
    refused(client, address, "Have the result corrected", 422)


def test_an_admin_s_result_and_an_earlier_one_are_refused_before_they_are_sent_r3(
    client: CheckingClient, clock: StillClock, lin: UUID
) -> None:
    first = key(clock, RenewalAttempt)
    own = f"/my/certifications/attempts/{first}/take-back"
    with making(clock()) as work:
        work.session.get_one(RenewalAttempt, first).source = AttemptSource.ENTRY
    client.sign_in(LIN)
    refused(client, own, "Ask who looks after certifications", 403)
    clock.set(NOW + timedelta(days=370))
    with making(clock()) as work:
        held = work.session.query(HeldCertification).one()
        note_attempt(work, held, (clock(), False), AttemptSource.HOLDER)
    client.sign_in(ADMIN)
    refused(client, f"{BOARD}attempts/{first}/take-back", "Take back the later attempts", 422)


def test_who_takes_back_the_last_of_a_certification_is_led_to_what_is_left(
    client: CheckingClient, clock: StillClock, lin: UUID
) -> None:
    """Its exam was withdrawn by the provider; with its renewal the certification itself goes."""
    for who, page, left in (
        (ADMIN, BOARD, f"{BOARD}people/{lin}"),
        (LIN, "/my/certifications/", "/my/certifications/"),
    ):
        with making(clock()) as work:
            withdraw_result(work, PassWithdrawn(lin, "AZ-104", date(2025, 7, 5)))
        client.sign_in(who)
        address = f"{page}attempts/{key(clock, RenewalAttempt)}/take-back"
        answer = client.send(address, reason=WHY)
        assert (answer.status_code, answer.location) == (302, left)
        client.page(left)
        with making(clock()) as work:
            person = work.session.get_one(Person, lin)
            enter_pass(work, person, "AZ-104", date(2025, 7, 5), PassSource.EXAM)
            held = work.session.query(HeldCertification).one()
            note_attempt(work, held, (NOW, True), AttemptSource.HOLDER)


def test_the_pages_of_taking_back_speak_chinese(
    client: CheckingClient, clock: StillClock, lin: UUID
) -> None:
    with making(clock()) as work:
        admin = work.session.query(User).filter_by(email=ADMIN).one()
        admin.language = Language.TRADITIONAL_CHINESE
    client.sign_in(ADMIN)
    pages = {
        f"{BOARD}people/{lin}": ("成績單", "已通過的考試", "資料來源"),
        f"{BOARD}passes/{key(clock, ExamPass)}/take-back": ("撤回已通過的考試", "撤回原因"),
        f"{BOARD}{key(clock, HeldCertification)}/take-back": ("撤回認證", "重新推算"),
        f"{BOARD}attempts/{key(clock, RenewalAttempt)}/take-back": ("撤回續約結果", "2026/7/5"),
    }
    for address, words in pages.items():
        text = told(client, address)
        assert [word for word in words if word not in text] == []
        assert "Take back" not in text
    for address in list(pages)[1:]:
        answer = client.send(address, reason="")
        assert (answer.status_code, "撤回原因" in answer.get_data(as_text=True)) == (422, True)
    client.send(list(pages)[3], reason="重複登錄")
    text = told(client, f"{BOARD}people/{lin}")
    acts = ("已撤回續約結果", "重複登錄", "持有人本人陳述", "認證 c-1")
    assert [act for act in acts if act not in text] == []


def test_what_a_corrected_result_leaves_is_told_on_the_transcript_r1(
    client: CheckingClient, clock: StillClock, lin: UUID
) -> None:
    """It was renewed, so that it does not go by itself: a person has to look at it."""
    client.sign_in(ADMIN)
    page, word = f"{BOARD}people/{lin}", "No passed exam shows it any more"
    assert word not in told(client, page)
    with making(clock()) as work:
        withdraw_result(work, PassWithdrawn(lin, "AZ-104", date(2025, 7, 5)))
    assert word in told(client, page)
    with making(clock()) as work:
        person = work.session.get_one(Person, lin)
        enter_pass(work, person, "AZ-104", date(2025, 7, 5), PassSource.ENTRY)
    assert word not in told(client, page)


def test_what_is_gone_stays_in_the_journal_of_the_transcript_for_who_edits_there(
    client: CheckingClient, clock: StillClock, lin: UUID
) -> None:
    with making(clock()) as work:
        place = find_organisation(work.session, "contoso")
        assert place is not None
        make_member(work, place, Role.PARTNER_ADMINISTRATOR, PARTNER)
        make_member(work, place, Role.GLOBAL_ADMINISTRATOR, GLOBAL)
        other = make_person(work, place, "Wei", "wei@contoso.example")
        enter_pass(work, other, "AZ-104", date(2025, 8, 6), PassSource.ENTRY)
        found = work.session.query(ExamPass).filter_by(person_id=lin).one()
        take_back_pass(work, found, WHY)
    seen = {}
    for who in (PARTNER, AUDITOR, GLOBAL):
        client.sign_in(who)
        shown = [told(client, f"{BOARD}people/{one}") for one in (lin, other.id)]
        seen[who] = [WHY in text for text in shown]
    assert seen == {PARTNER: [True, False], AUDITOR: [True, False], GLOBAL: [False, False]}
    client.sign_in(PARTNER)
    text = told(client, f"{BOARD}people/{lin}")
    acts = ("Passed exam entered", "Passed exam taken back", "Certification taken back")
    assert [act for act in acts if act not in text] == []
    # People are told names, not keys: C-1, which the catalogue calls c-1.
    assert "Certification: C-1" in text
    assert "Known from: Entered by an admin" in text
    client.page("/o/contoso/journal/", 403)


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
