"""What is held on somebody: counted on a page, taken as a file, told to the journal (D2)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import LargeBinary, inspect, select

from tests.support.clock import StillClock
from tests.support.holding import code_of, make_held, person_of, user_of
from tests.support.making import make_organisation, make_person, make_role, make_user, making
from tests.support.making_accounts import enter_as_admin
from tests.support.owning import owner_engine
from tests.support.pages import CheckingClient, values_of
from vlms.accounts.import_models import PeopleImport
from vlms.accounts.models import SavedView, User
from vlms.audit.models import AuditEntry
from vlms.core.db import Base
from vlms.core.permissions import Role
from vlms.privacy.cli import privacy
from vlms.privacy.queries.held import told_columns
from vlms.privacy.queries.rows import places

SECRETS = ("digest", "secret", "hash", "sealed", "token", "salt")


def tables_of(body: str) -> dict[str, list[dict[str, Any]]]:
    told = json.loads(body)
    assert told["form"] == "vlms-held-on-a-person-1"
    tables: dict[str, list[dict[str, Any]]] = told["tables"]
    return tables


def kept_bytes() -> set[str]:
    """All that is kept as bytes anywhere, and digests kept as text, as a file would have it."""
    found = set()
    with owner_engine().connect() as connection:
        for table in Base.metadata.sorted_tables:
            for row in connection.execute(select(table)).mappings():
                for column in table.columns:
                    value = row[column.name]
                    if value and isinstance(column.type, LargeBinary):
                        found |= {bytes(value).hex(), str(bytes(value))}
                    elif value and any(word in column.name for word in SECRETS):
                        found.add(str(value))
    return found


def test_an_admin_takes_what_the_organisation_holds_and_nothing_of_another(
    client: CheckingClient, clock: StillClock
) -> None:
    organisation = enter_as_admin(client, clock())
    with making(clock()) as work:
        user = make_user(work, "amy@x.example", "Amy Chen")
        person = make_person(work, organisation, "Amy Chen", "amy@x.example", user)
        person.number = "S-4711"
        there = make_organisation(work, "fabrikam")
        stranger = make_person(work, there, "Amy Fabrikam", "amy@x.example", user)
        make_person(work, organisation, "Ben Other", "bamy@x.example")
    place = f"/o/contoso/privacy/people/{person.id}/held"
    shown = client.page(f"/o/contoso/people/{person.id}")
    assert shown.select_one(f'a[href="{place}"]') is not None
    assert "Directory entry" in client.page(place).text
    answer = client.press(place, "held.json")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    tables = tables_of(answer.text)
    assert [row["number"] for row in tables["person"]] == ["S-4711"]
    assert any(row["action"] == "person.created" for row in tables["journal"])
    assert "user" not in tables
    assert "Fabrikam" not in answer.text
    assert "Ben" not in answer.text
    theirs = f"/o/contoso/privacy/people/{stranger.id}/held"
    client.page(theirs, 404)
    (form,) = client.page(place).select('form[action$="held.json"]')
    fields = values_of(form)
    assert client.post(f"{theirs}.json", data=fields).status_code == 404
    assert client.post(f"{place}.json", data=fields).status_code == 200
    with making(clock()) as work:
        told = select(AuditEntry.record_id).where(AuditEntry.action == "person.told")
        assert work.session.scalars(told).all() == [person.id] * 2


def test_a_user_takes_what_is_held_everywhere_and_no_text_of_a_code(
    client: CheckingClient, clock: StillClock
) -> None:
    held = make_held(clock())
    with making(clock()) as work:
        user, name = user_of(work, held), person_of(work, held).name
        there = make_organisation(work, "fabrikam")
        make_person(work, there, "Lin There", "lin@there.example", user)
        make_person(work, there, "Somebody Else", "lin@there.example.com")
        last4 = code_of(work, held).last4
        # What they wrote while they had a role is that organisation's.
        make_role(work, there, user, Role.LICENSING_ADMIN)
        work.session.add(
            PeopleImport(
                organisation_id=there.id, filename="x.csv", row_count=1, asked_by=user.id,
                asked_at=work.now,
            )
        )  # fmt: skip
        email = user.email
    client.sign_in(email)
    assert "In every organisation" in client.page("/my/data/").text
    answer = client.press("/my/data/", "held.json")
    tables = tables_of(answer.text)
    assert {row["name"] for row in tables["person"]} == {name, "Lin There"}
    assert [row["last4"] for row in tables["code"]] == [last4]
    assert tables["sign_in_session"]
    assert "Somebody Else" not in answer.text
    assert held.text not in answer.text.replace("-", "")
    secrets = kept_bytes()
    assert [secret for secret in secrets if secret in answer.text] == []
    assert "people_import" not in tables
    with making(clock()) as work:
        # The twin that tells each column of the user's row tells a secret.
        row = work.session.get_one(User, held.user_id)
        assert any(secret in str(vars(row)) for secret in secrets)


def test_no_told_column_opens_anything(app: Flask) -> None:
    told = {f"{place.name}.{name}" for place in places() for name in told_columns(place)}
    assert [name for name in told if any(word in name.split(".")[1] for word in SECRETS)] == []
    bytes_kept = {
        f"{place.name}.{column.key}"
        for place in places()
        for column in inspect(place.model).columns
        if isinstance(column.type, LargeBinary)
    }
    assert len(bytes_kept) > 10
    assert told.isdisjoint(bytes_kept)
    assert {"person.number", "user.email", "code.last4"} <= told


@pytest.mark.parametrize("role", [Role.FINANCE, Role.AUDITOR, Role.SCHOOL_COORDINATOR])
def test_others_take_nothing(client: CheckingClient, clock: StillClock, role: Role) -> None:
    with making(clock()) as work:
        organisation = make_organisation(work, "contoso")
        make_role(work, organisation, make_user(work, "eve@contoso.example"), role)
        person = make_person(work, organisation, "Amy Chen")
    client.sign_in("eve@contoso.example")
    client.page(f"/o/contoso/privacy/people/{person.id}/held", 403)


def test_commands_write_the_same_files(app: Flask, clock: StillClock, tmp_path: Path) -> None:
    with making(clock()) as work:
        organisation = make_organisation(work, "contoso")
        user = make_user(work, "amy@x.example", "Amy Chen")
        make_person(work, organisation, "Amy Chen", "amy@x.example", user)
        work.session.add(
            SavedView(
                organisation_id=organisation.id, user_id=user.id, endpoint="x", name="v", asked=""
            )
        )
    asked = (["tell", "amy@x.example", "one.json", "--organisation", "contoso"],
             ["tell-user", "amy@x.example", "two.json"])  # fmt: skip
    for words in asked:
        words[2] = str(tmp_path / words[2])
        done = CliRunner().invoke(privacy, words, obj=lambda: app)
        assert done.exit_code == 0, (done.output, done.exception)
        tables = tables_of(Path(words[2]).read_text(encoding="utf-8"))
        assert {"person", "saved_view", "journal"} <= tables.keys()
        assert ("user" in tables) is (words[0] == "tell-user")
