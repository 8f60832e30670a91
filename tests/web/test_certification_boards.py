"""The boards of certifications: an organisation's and a manager's, by state, team and month."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from tests.support.clock import StillClock
from tests.support.counting import statements
from tests.support.making import (
    make_member,
    make_organisation,
    make_person,
    make_user,
    making,
)
from tests.support.making_certifications import make_certification
from tests.support.pages import CheckingClient
from vlms.accounts.models import Organisation, Person
from vlms.catalog.models import CertificationKind
from vlms.certifications.models import HeldCertification, PassSource
from vlms.certifications.queries.board import BoardFilter, count_states
from vlms.certifications.rules.board_edges import edges_on
from vlms.certifications.service.earning import record_pass
from vlms.certifications.terms import renewal_terms
from vlms.certifications.words import STATE_WORDS
from vlms.core.language import Language
from vlms.core.permissions import Role

ADMIN, PARTNER, BOSS = "admin@contoso.example", "partner@contoso.example", "boss@contoso.example"
NOW = datetime(2026, 9, 15, 12, tzinfo=UTC)
BOARD = "/o/contoso/certifications/"
# Who, exam, day: lapsed, due, window open, valid, never expires; Bo is led by the boss.
PASSED = (
    ("Lin", "AZ-204", "2025-09-13"),
    ("Bo", "AZ-104", "2025-09-20"),
    ("Bo", "AZ-204", "2026-03-15"),
    ("Lin", "AZ-104", "2026-03-16"),
    ("Bo", "AZ-900", "2020-01-01"),
)


@pytest.fixture
def people(client: CheckingClient, clock: StillClock) -> dict[str, UUID]:
    clock.set(NOW)
    with making(clock()) as work:
        place = make_organisation(work, "contoso")
        make_member(work, place, Role.LICENSING_ADMIN, ADMIN)
        make_member(work, place, Role.PARTNER_ADMINISTRATOR, PARTNER)
        boss = make_person(work, place, "Boss", BOSS, make_user(work, BOSS))
        found = {"Boss": boss}
        for name in ("Lin", "Bo"):
            found[name] = make_person(work, place, name, f"{name.lower()}@contoso.example")
        found["Bo"].manager_id = boss.id
        kinds = {"AZ-104": "associate", "AZ-204": "associate", "AZ-900": "fundamentals"}
        for number, kind in kinds.items():
            make_certification(work, f"c-{number.lower()}", CertificationKind(kind), number)
        for name, number, day in PASSED:
            record_pass(work, found[name], number, date.fromisoformat(day), PassSource.ENTRY)
        return {name: person.id for name, person in found.items()}


# Exam, day, how many people hold it, how many of these are the boss's.
UNEVEN = (
    ("AZ-104", "2025-08-01", 2, 2),
    ("AZ-104", "2025-10-01", 1, 0),
    ("AZ-104", "2026-02-10", 3, 3),
    ("AZ-104", "2026-03-10", 2, 0),
    ("AZ-104", "2026-08-05", 6, 5),
    ("AZ-900", "2026-01-05", 7, 2),
)
STATES = ("Lapsed", "Due", "Window open", "Valid", "Never expires")


@pytest.fixture
def many(people: dict[str, UUID], clock: StillClock) -> UUID:
    """No two states have as many, nor two months in which anything ends; the organisation's key."""
    with making(clock()) as work:
        lin = work.session.get_one(Person, people["Lin"])
        place = work.session.get_one(Organisation, lin.organisation_id)
        for exam, day, count, led in UNEVEN:
            for number in range(count):
                person = make_person(work, place, f"{exam}-{day}-{number}")
                person.manager_id = people["Boss"] if number < led else None
                record_pass(work, person, exam, date.fromisoformat(day), PassSource.ENTRY)
        return place.id


def names(client: CheckingClient, address: str) -> list[str]:
    """Person and state of each row of the list."""
    table = client.page(address).select("main table")[-1]
    rows = [[cell.get_text(" ", strip=True) for cell in row("td")] for row in table("tr")[1:]]
    return [f"{row[0].split()[0]} {row[-1]}" for row in rows if len(row) > 3]


def test_the_board_shows_what_expires_and_counts_each_state_r2(
    client: CheckingClient, people: dict[str, UUID]
) -> None:
    client.sign_in(ADMIN)
    assert names(client, BOARD) == ["Lin Lapsed", "Bo Due", "Bo Window open", "Lin Valid"]
    figures = [one.text.split() for one in client.page(BOARD).select(".figure")]
    assert [words[0] for words in figures] == ["1", "1", "1", "1", "1"]


def test_figures_of_states_and_months_are_each_their_own(
    client: CheckingClient, many: UUID
) -> None:
    client.sign_in(ADMIN)
    page = client.page(BOARD)
    figures = [one.text.split() for one in page.select(".figure")]
    found = {" ".join(words[1:]): int(words[0]) for words in figures}
    assert found == dict(zip(STATES, (3, 2, 6, 7, 8), strict=True))
    rows = page.select("[aria-labelledby=months-title] tbody tr")
    months = [tuple(cell.get_text(strip=True) for cell in row("td")) for row in rows]
    assert len(months) == 12
    assert [pair for pair in months if pair[1] != "0"] == [
        ("September 2026", "2"),
        ("October 2026", "1"),
        ("February 2027", "3"),
        ("March 2027", "4"),
        ("August 2027", "6"),
    ]


def test_figures_of_a_team_are_its_own_and_add_up_to_those_of_all(
    client: CheckingClient, clock: StillClock, people: dict[str, UUID], many: UUID
) -> None:
    client.sign_in(ADMIN)
    table = client.page(BOARD).select("[aria-labelledby=teams-title] tr")
    heads, *rows = ([cell.get_text(" ", strip=True) for cell in row(["th", "td"])] for row in table)
    found = {row[0]: dict(zip(heads[1:], map(int, row[1:]), strict=True)) for row in rows}
    assert found == {
        "Boss": dict(zip(STATES, (2, 1, 4, 5, 3), strict=True)),
        "No manager": dict(zip(STATES, (1, 1, 2, 2, 5), strict=True)),
    }
    narrowed = client.page(f"{BOARD}?manager={people['Boss']}")
    assert [one.text.split()[0] for one in narrowed.select(".figure")] == [
        str(found["Boss"][word]) for word in heads[1:]
    ]
    with making(clock()) as work:
        today = NOW.date()
        asked = BoardFilter(edges_on(today, renewal_terms(today).terms), many)
        counted = count_states(work.session, asked)
    assert {str(STATE_WORDS[state]): count for state, count in counted.items()} == {
        word: found["Boss"][word] + found["No manager"][word] for word in STATES
    }


@pytest.mark.parametrize(
    ("asked", "rows"),
    [
        ("state=due", ["Bo Due"]),
        ("state=never_expires", ["Bo Never expires"]),
        ("month=2026-09", ["Lin Lapsed", "Bo Due"]),
        ("month=2027-03", ["Bo Window open", "Lin Valid"]),
        ("q=lin", ["Lin Lapsed", "Lin Valid"]),
        ("state=nonsense&month=2026-99&manager=x", 4),
        ("sort=-expires", ["Lin Valid", "Bo Window open", "Bo Due", "Lin Lapsed"]),
    ],
)
def test_filters_are_in_the_address(
    client: CheckingClient, people: dict[str, UUID], asked: str, rows: list[str] | int
) -> None:
    client.sign_in(PARTNER)
    found = names(client, f"{BOARD}?{asked}")
    assert (len(found) if isinstance(rows, int) else found) == rows


def test_a_team_is_its_manager_s_people_and_a_file_has_the_same_rows(
    client: CheckingClient, people: dict[str, UUID]
) -> None:
    client.sign_in(ADMIN)
    asked = f"?manager={people['Boss']}"
    assert names(client, BOARD + asked) == ["Bo Due", "Bo Window open"]
    file = client.get(f"{BOARD}certifications.csv{asked}").text
    assert [line.split(",")[0].strip('"') for line in file.splitlines()[1:]] == ["Bo", "Bo"]
    client.get("/")
    client.sign_in(BOSS)
    assert names(client, "/my/team/certifications/") == ["Bo Due", "Bo Window open"]
    own = client.get("/my/team/certifications/certifications.csv").text
    assert "Lin" not in own
    assert own.count("Bo") == 2
    client.page(BOARD, 404)


def test_a_board_asks_no_more_for_more_people(
    client: CheckingClient, clock: StillClock, people: dict[str, UUID]
) -> None:
    client.sign_in(ADMIN)
    client.page(BOARD)
    with statements() as before:
        client.page(BOARD)
    with making(clock()) as work:
        place = work.session.get_one(Person, people["Lin"]).organisation_id
        for number in range(20):
            person = Person(organisation_id=place, name=f"P{number}", search_name=f"p{number}")
            person.language, person.created_at = Language.ENGLISH, work.now
            person.manager_id = people["Lin" if number % 2 else "Boss"]
            work.session.add(person)
            work.flush()
            record_pass(work, person, "AZ-104", date(2026, 1, 5), PassSource.ENTRY)
    with statements() as after:
        client.page(BOARD)
    assert len(after) == len(before) <= 18


def test_what_was_earned_again_and_who_has_left_is_not_counted(
    client: CheckingClient, clock: StillClock, people: dict[str, UUID]
) -> None:
    with making(clock()) as work:
        lin = work.session.get_one(Person, people["Lin"])
        record_pass(work, lin, "AZ-204", date(2026, 9, 14), PassSource.ENTRY)
        work.session.get_one(Person, people["Bo"]).left_at = work.now
    client.sign_in(ADMIN)
    assert names(client, BOARD) == ["Lin Valid", "Lin Valid"]


def test_an_admin_enters_a_pass_and_records_a_result_r3(
    client: CheckingClient, clock: StillClock, people: dict[str, UUID]
) -> None:
    client.sign_in(PARTNER)
    fields = {"who": "nobody", "what": "exam:AZ-104", "day": "2026-09-01"}
    assert "There is no person" in client.send(f"{BOARD}new", **fields).text
    fields |= {"who": "lin@contoso.example", "day": "2026-09-16"}
    assert "a day to come" in client.send(f"{BOARD}new", **fields).text
    fields |= {"what": "certification:c-az-900", "day": "2026-09-01"}
    assert client.send(f"{BOARD}new", **fields).status_code == 302
    assert "Lin Never expires" in names(client, f"{BOARD}?state=never_expires")
    with making(clock()) as work:
        due = work.session.query(HeldCertification).filter_by(earned_on=date(2025, 9, 20)).one()
    address = f"{BOARD}{due.id}"
    sent = client.press(address, "/attempts", attempted_at="", outcome="passed")
    assert sent.status_code == 302
    assert "20 Sep 2027" in client.page(address).text
    again = client.press(address, "/attempts", attempted_at="", outcome="passed")
    assert "Renewal begins on 20 Mar 2027" in again.text
