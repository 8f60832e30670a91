"""What unlinking means before it is done, and leavers where nobody may end links (K1)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_member, making
from tests.support.making_links import LIN, lin_at, make_lin
from tests.support.pages import CheckingClient
from vlms.accounts.queries import find_organisation
from vlms.core.permissions import Role
from vlms.notices.models import OutboxMessage
from vlms.notices.rendering import write_letter
from vlms.partners.models.links import Association, UnlinkTask
from vlms.partners.service.leaver_mail import tell_of_task
from vlms.partners.service.linking import link

START = datetime(2026, 7, 1, 4, tzinfo=UTC)
PAGE = "/my/links/unlink"


@pytest.fixture(autouse=True)
def linked(app: Flask, clock: StillClock) -> None:
    clock.set(START)
    make_lin(clock(), "contoso")
    with making(clock()) as work:
        link(work, lin_at(work, "contoso").id)


def told(client: CheckingClient, address: str) -> str:
    main = client.page(address).select_one("main")
    assert main is not None
    return " ".join(main.get_text(" ").split())


def make_admin(clock: StillClock, role: Role, email: str) -> None:
    with making(clock()) as work:
        place = find_organisation(work.session, "contoso")
        assert place is not None
        make_member(work, place, role, email)


def ask(clock: StillClock) -> None:
    """Lin, who has left, asks to be unlinked."""
    with making(clock()) as work:
        place = find_organisation(work.session, "contoso")
        person = lin_at(work, "contoso")
        assert place is not None
        association = work.session.scalars(select(Association)).one()
        task = UnlinkTask(
            organisation_id=place.id,
            person_id=person.id,
            association_id=association.id,
            asked_at=clock(),
            due_on=datetime(2026, 7, 11).date(),
        )
        work.session.add(task)
        work.flush()
        tell_of_task(work, task, place)


def letters(clock: StillClock) -> dict[str, str]:
    with making(clock()) as work:
        found = work.session.query(OutboxMessage).filter_by(template="unlink_asked").all()
        return {one.to_address: write_letter(one, "").text for one in found}


def test_the_next_possible_day_stands_there_before_anything_is_removed_k1(
    client: CheckingClient,
) -> None:
    client.sign_in(LIN)
    text = told(client, PAGE)
    assert "Next association possible from 31 Jul 2026" in text
    assert "What Contoso loses" in text


def test_only_what_is_linked_can_be_removed(client: CheckingClient) -> None:
    client.sign_in(LIN)
    values = [one["value"] for one in client.page(PAGE).select("select[name=part] option")]
    assert values == ["both", "assessments", "exams"]
    assert client.send(PAGE, part="exams").location == "/my/links/"
    assert "does not count for the organisation any more" in told(client, "/my/links/")
    values = [one["value"] for one in client.page(PAGE).select("select[name=part] option")]
    assert values == ["assessments"]
    assert "No certification of yours counts there." in told(client, PAGE)
    assert client.send(PAGE, part="exams").status_code == 422


def test_where_nobody_may_end_links_who_gives_roles_is_asked_to_give_this_one_k1(
    clock: StillClock,
) -> None:
    make_admin(clock, Role.LICENSING_ADMIN, "ada@contoso.example")
    make_admin(clock, Role.PARTNER_ADMINISTRATOR, "pat@contoso.example")
    ask(clock)
    found = letters(clock)
    assert set(found) == {"ada@contoso.example"}
    text = " ".join(found["ada@contoso.example"].split())
    assert "Contoso has none: please give somebody that role (K1)" in text
    assert "/o/contoso/roles/" in text


def test_who_may_end_links_finds_the_task_on_the_home_page_k1(
    client: CheckingClient, clock: StillClock
) -> None:
    make_admin(clock, Role.GLOBAL_ADMINISTRATOR, "gil@contoso.example")
    client.sign_in("gil@contoso.example")
    assert "Leavers to be unlinked" not in told(client, "/o/contoso/")
    ask(clock)
    assert "Leavers to be unlinked Lin End the link by 11 Jul 2026." in told(client, "/o/contoso/")
    assert "asks you to end the link" in " ".join(letters(clock)["gil@contoso.example"].split())
