"""The journal on pages: looked through by person, record, action and time; taken away."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, make_person, making
from tests.support.making_accounts import enter_as_admin, enter_as_operator
from tests.support.pages import CheckingClient
from vlms.accounts.models import Organisation
from vlms.audit.models import AuditEntry
from vlms.audit.service import journal
from vlms.core.db import reading
from vlms.core.permissions import Role
from vlms.core.scope import System
from vlms.core.tokens import new_id
from vlms.core.work import Actor
from vlms.journal.cli import audit
from vlms.journal.denials import REFUSED
from vlms.resources import resource_path

JOURNAL = "/o/contoso/journal/"


def tell(clock: StillClock, organisation: Organisation, count: int, name: str = "Zoë") -> None:
    """Entries a minute apart, by somebody."""
    for number in range(count):
        clock.move(minutes=1)
        with making(clock(), Actor(name)) as work:
            record = ("code", new_id(), organisation.id)
            journal(work, "person.changed", record, after={"note": f"{name} {number}"})


def reasons(client: CheckingClient, address: str) -> list[str]:
    return [row.text for row in client.page(address).select("tbody tr")]


def test_entries_are_found_by_person_record_action_and_time(
    client: CheckingClient, clock: StillClock
) -> None:
    contoso = enter_as_admin(client, clock())
    with making(clock()) as work:
        bob = make_person(work, contoso, "Bob 王")
        fabrikam = make_organisation(work, "fabrikam")
        make_person(work, fabrikam, "Bob Else")
    day = clock().date()
    assert len(reasons(client, JOURNAL + "?person=bob")) == 1
    assert len(reasons(client, f"{JOURNAL}?record={bob.id}")) == 1
    assert "Bob 王" in client.page(JOURNAL + "?action=person.created").text
    assert "No entry fits" in client.page(f"{JOURNAL}?action={REFUSED}").text
    assert "Bob 王" in client.page(f"{JOURNAL}?since={day}&until={day}").text
    assert "No entry fits" in client.page(f"{JOURNAL}?until={day - timedelta(days=2)}").text
    assert "Bob Else" not in client.page(JOURNAL).text
    assert client.get(JOURNAL + "?record=1").status_code == 404


def test_a_long_journal_is_read_page_by_page(client: CheckingClient, clock: StillClock) -> None:
    contoso = enter_as_admin(client, clock())
    with making(clock(), Actor("Zoë")) as work:
        for number in range(120):
            record = ("code", new_id(), contoso.id)
            journal(work, "person.changed", record, after={"note": f"n{number};"})
    address, seen = JOURNAL + "?action=person.changed", []
    for _page in range(3):
        page = client.page(address)
        seen += [row.text for row in page.select("tbody tr")]
        further = page.select_one("a[rel=next]")
        address = str(further["href"]) if further else ""
    assert address == ""
    assert len(seen) == len(set(seen)) == 120
    assert len(reasons(client, JOURNAL + "?after=nonsense")) == 50


def test_the_operator_reads_every_chain_or_one(client: CheckingClient, clock: StillClock) -> None:
    enter_as_operator(client, clock())
    with making(clock()) as work:
        for slug in ("contoso", "fabrikam"):
            make_person(work, make_organisation(work, slug), f"Ann of {slug}")
    address = "/o/operator/journal/?action=person.created"
    assert len(reasons(client, address)) == 2
    assert "Ann of fabrikam" in "".join(reasons(client, address + "&of=fabrikam"))
    assert len(reasons(client, address + "&of=fabrikam")) == 1
    assert client.get(address + "&of=nobody").status_code == 404
    assert client.get("/o/operator/journal/period.jsonl").status_code == 200


def test_a_period_is_taken_away(client: CheckingClient, clock: StillClock) -> None:
    contoso = enter_as_admin(client, clock())
    tell(clock, contoso, 2)
    answer = client.get("/o/contoso/journal/period.jsonl")
    lines = [json.loads(line) for line in answer.data.splitlines()]
    assert (lines[0]["line"], lines[0]["name"], lines[-1]["line"]) == ("journal", "contoso", "end")
    assert {line["organisation_id"] for line in lines if line["line"] == "entry"} == {
        str(contoso.id)
    }


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_program_that_is_offered_beside_it_checks_the_file(
    client: CheckingClient, clock: StillClock, tmp_path: Path
) -> None:
    """As an auditor has both: two files in a folder, and Python without this checkout."""
    tell(clock, enter_as_admin(client, clock()), 2)
    page = client.page(JOURNAL)
    both = {"verify-journal.py": tmp_path / "verify.py", "period.jsonl": tmp_path / "p.jsonl"}
    for name, path in both.items():
        (link,) = (each for each in page.select("a[href]") if str(each["href"]).endswith(name))
        answer = client.get(str(link["href"]))
        assert answer.headers["Content-Disposition"].startswith("attachment")
        path.write_bytes(answer.data)
    script, period = both.values()
    holds = verified(script, period)
    assert (holds.returncode, holds.stderr) == (0, ""), holds.stdout
    period.write_text(
        period.read_text().replace("Zoë 1", "Zoë 2").replace("\\u00eb 1", "\\u00eb 2")
    )
    assert verified(script, period).returncode == 1


def verified(script: Path, period: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", str(script), str(period)]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False, cwd=script.parent
    )


def test_the_command_writes_the_same_program(tmp_path: Path) -> None:
    path = tmp_path / "verify.py"
    found = CliRunner().invoke(audit, ["script", str(path)])
    assert found.exit_code == 0, found.output
    assert path.read_bytes() == resource_path("docs/verify_journal.py").read_bytes()


def test_who_may_not_read_the_journal_is_refused_and_that_is_told_once(
    client: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        contoso = make_organisation(work, "contoso")
        make_member(work, contoso, Role.FINANCE, "fin@contoso.example")
    client.sign_in("fin@contoso.example")
    for _each in range(3):
        assert client.get(JOURNAL).status_code == 403
    assert told() == ["journal.index"]
    assert client.get("/o/contoso/roles/").status_code == 403
    clock.move(minutes=20)
    assert client.get(JOURNAL).status_code == 403
    assert sorted(told()) == ["journal.index", "roles.index"]


def told() -> list[str]:
    with reading(System("test")) as session:
        found = session.scalars(select(AuditEntry).where(AuditEntry.action == REFUSED)).all()
        return [str(entry.detail.after["endpoint"]) for entry in found if entry.detail]
