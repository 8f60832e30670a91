"""Slips: printed for people without e-mail, opened once, replaced by the next one."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import PASSWORD, make_user, making
from tests.support.making_schools import (
    COORDINATOR,
    LICENSING,
    University,
    make_school_member,
    make_university,
)
from tests.support.order_pages import signed_in
from tests.support.pages import CheckingClient
from vlms.accounts.links import link_path
from vlms.accounts.models import LinkPurpose, OneTimeLink, Person, User
from vlms.audit.models import AuditEntry
from vlms.codes.service.tries import LIMITS, SLIPS
from vlms.core.permissions import Role
from vlms.notices.models import MessageState
from vlms.notices.outbox import Mail, Recipient, post

PRINT = "/o/university/slips/"
NEW = "a fine password"


@pytest.fixture
def made(app: Flask, client: CheckingClient, clock: StillClock) -> University:
    """The client coordinates the law school."""
    with making(clock()) as work:
        found = make_university(work)
        make_school_member(work, (found.law,), Role.SCHOOL_COORDINATOR)
    client.sign_in(COORDINATOR)
    return found


def stranger(app: Flask) -> CheckingClient:
    found = app.test_client()
    assert isinstance(found, CheckingClient)
    return found


def print_slip(client: CheckingClient, *people: Person) -> int:
    rows = [str(person.id) for person in people]
    status: int = client.press(PRINT, f"{PRINT}sheet", row=rows).status_code
    return status


def newest(clock: StillClock, person: Person) -> str:
    """The path of the slip printed last."""
    with making(clock()) as work:
        links = select(OneTimeLink).where(OneTimeLink.subject_id == person.id)
        link = work.session.scalars(links.order_by(OneTimeLink.id.desc())).first()
        assert link is not None
        assert link.purpose is LinkPurpose.SET_UP_SIGN_IN
        return link_path(work.keys.link, link)


def test_a_slip_sets_up_a_sign_in_by_number(
    app: Flask, client: CheckingClient, clock: StillClock, made: University
) -> None:
    assert print_slip(client, made.lawyer) == 200
    slip, pupil = newest(clock, made.lawyer), stranger(app)
    page = pupil.page(slip)
    assert ("L1@university" in page.text.replace("l1@", "L1@"), "Lee Lawyer" in page.text) == (
        True,
        False,
    )
    assert pupil.send(slip, is_me="y", password=NEW).location == "/my/"
    assert pupil.get("/my/").location == "/my/codes/", "who has no seat goes to the codes"
    assert pupil.page("/my/codes/").h1
    other = stranger(app)
    for typed in ("l1@university", " L1@University "):
        assert other.send("/sign-in", email=typed, password=NEW).status_code == 302
    assert other.send("/sign-in", email="l1@university", password="wrong").status_code == 422
    with making(clock()) as work:
        user = work.session.scalars(select(User).where(User.email.endswith(".invalid"))).one()
        assert user.id == work.session.get_one(Person, made.lawyer.id).user_id
        actions = set(work.session.scalars(select(AuditEntry.action)))
        assert {"slip.printed", "slip.used", "person.claimed", "user.password_set"} <= actions


def slip_of(client: CheckingClient, person: Person) -> str:
    """What the list says of a person's slip."""
    row = client.page(PRINT).select_one(f'tr:has(input[value="{person.id}"])')
    assert row is not None
    return row.select("td")[-1].get_text(" ", strip=True)


def test_the_list_says_who_printed_a_slip_and_when(
    app: Flask, client: CheckingClient, clock: StillClock, made: University
) -> None:
    assert slip_of(client, made.lawyer) == "None yet"
    assert print_slip(client, made.lawyer) == 200
    printed = slip_of(client, made.lawyer)
    assert printed.startswith("Printed, not used Printed ")
    assert printed.endswith(" by Cora"), printed
    admin = signed_in(app, LICENSING)
    assert slip_of(admin, made.lawyer) == printed
    assert slip_of(admin, made.artist) == "None yet", "the control"
    stranger(app).send(newest(clock, made.lawyer), is_me="y", password=NEW)
    assert slip_of(client, made.lawyer).startswith("Signs in Printed ")
    assert print_slip(admin, made.lawyer) == 200
    again = slip_of(client, made.lawyer)
    assert again.startswith("Printed, not used")
    assert not again.endswith("by Cora"), "the newest one counts"


def test_the_number_alone_names_nobody_at_another_institution(
    app: Flask, client: CheckingClient, clock: StillClock, made: University
) -> None:
    print_slip(client, made.lawyer)
    stranger(app).send(newest(clock, made.lawyer), is_me="y", password=NEW)
    for typed in ("l1@fabrikam", "l1", "l1@"):
        refused = stranger(app).send("/sign-in", email=typed, password=NEW)
        assert refused.status_code == 422


@pytest.mark.parametrize("fields", [{"password": NEW}, {"is_me": "y", "password": "short"}])
def test_who_does_not_confirm_or_chooses_too_short_a_password_is_told(
    app: Flask, client: CheckingClient, clock: StillClock, made: University, fields: dict[str, str]
) -> None:
    print_slip(client, made.lawyer)
    slip, pupil = newest(clock, made.lawyer), stranger(app)
    assert pupil.send(slip, **fields).status_code == 422
    pupil.page(slip)


def test_a_used_slip_says_so_and_a_new_one_gives_a_new_password(
    app: Flask, client: CheckingClient, clock: StillClock, made: University
) -> None:
    print_slip(client, made.lawyer)
    slip, pupil = newest(clock, made.lawyer), stranger(app)
    pupil.send(slip, is_me="y", password=NEW)
    page = stranger(app).page(slip, 404)
    assert "was used on" in page.text
    assert page.select_one('main a[href^="/sign-in"]')
    assert print_slip(client, made.lawyer) == 200
    again, finder = newest(clock, made.lawyer), stranger(app)
    assert "before" in finder.page(again).text
    assert finder.send(again, is_me="y", password="another password").status_code == 302
    assert pupil.get("/my/codes/").status_code == 302, "the older session has ended"
    with making(clock()) as work:
        assert len(work.session.scalars(select(User)).all()) == 3


def test_a_reprint_ends_the_slip_before_it(
    app: Flask, client: CheckingClient, clock: StillClock, made: University
) -> None:
    print_slip(client, made.lawyer)
    older = newest(clock, made.lawyer)
    print_slip(client, made.lawyer)
    assert "newer slip has replaced" in stranger(app).page(older, 404).text
    stranger(app).page(newest(clock, made.lawyer))


def test_a_slip_is_open_for_a_term(
    app: Flask, client: CheckingClient, clock: StillClock, made: University
) -> None:
    print_slip(client, made.lawyer)
    slip = newest(clock, made.lawyer)
    clock.move(days=120, seconds=-1)
    stranger(app).page(slip)
    clock.move(seconds=1)
    assert "too old" in stranger(app).page(slip, 404).text


def test_a_slip_of_who_got_an_address_or_left_has_ended(
    app: Flask, client: CheckingClient, clock: StillClock, made: University
) -> None:
    print_slip(client, made.lawyer)
    slip = newest(clock, made.lawyer)
    with making(clock()) as work:
        work.session.get_one(Person, made.lawyer.id).left_at = clock()
    assert "has ended" in stranger(app).page(slip, 404).text


def test_only_the_own_schools_people_get_slips(
    client: CheckingClient, clock: StillClock, made: University
) -> None:
    page = client.page(PRINT)
    assert [str(box["value"]) for box in page.select("input[name=row]")] == [str(made.lawyer.id)]
    assert "own school is another one" in page.text
    assert "Amy" not in page.text
    assert print_slip(client, made.artist) == 404
    assert print_slip(client, made.both) == 403
    with making(clock()) as work:
        assert work.session.scalars(select(OneTimeLink)).all() == []


def test_the_licensing_admin_prints_for_all_schools(
    app: Flask, client: CheckingClient, made: University
) -> None:
    admin = signed_in(app, LICENSING)
    assert print_slip(admin, made.lawyer, made.artist, made.both) == 200
    assert print_slip(admin) == 422


def test_who_has_an_address_needs_none(
    client: CheckingClient, clock: StillClock, made: University
) -> None:
    with making(clock()) as work:
        work.session.get_one(Person, made.lawyer.id).email = "lee@university.example"
    assert "Lee" not in client.page(PRINT).text
    assert print_slip(client, made.lawyer) == 422


def test_a_teacher_prints_none(app: Flask, clock: StillClock, made: University) -> None:
    with making(clock()) as work:
        make_school_member(work, (made.law,), Role.TEACHER, "tom@university.example")
    signed_in(app, "tom@university.example").page(PRINT, 403)


def test_a_name_that_is_somebodys_is_not_given_twice(
    app: Flask, client: CheckingClient, clock: StillClock, made: University
) -> None:
    with making(clock()) as work:
        make_user(work, "l1@university.invalid")
    print_slip(client, made.lawyer)
    slip, pupil = newest(clock, made.lawyer), stranger(app)
    answer = pupil.send(slip, is_me="y", password=NEW)
    assert (answer.status_code, "somebody&#39;s already" in answer.text) == (422, True)
    assert (
        stranger(app).send("/sign-in", email="l1@university", password=PASSWORD).status_code == 302
    )


def test_forged_slips_are_counted_and_slips_of_a_class_are_not(
    app: Flask, client: CheckingClient, clock: StillClock, made: University
) -> None:
    print_slip(client, made.lawyer)
    slip, pupil = newest(clock, made.lawyer), stranger(app)
    for _each in range(LIMITS[SLIPS] + 1):
        pupil.page(slip)
    for _each in range(LIMITS[SLIPS]):
        assert pupil.get("/slip/" + "x" * 43).status_code == 404
    assert pupil.get("/slip/" + "x" * 43).status_code == 429


def test_no_mail_is_sent_to_who_has_no_address(clock: StillClock, made: University) -> None:
    with making(clock()) as work:
        user = make_user(work, "l1@university.invalid")
        mail = Mail("password_link", user.id, "once")
        message = post(work, mail, Recipient(user.name, user.email, user.language))
    # It is a notice alone: whoever signs in finds it.
    assert message is not None
    assert message.state is MessageState.DEAD
