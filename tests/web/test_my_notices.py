"""One's own notices: read, declined, collected for the week; what is compulsory stays on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.mail import open_postbox, text_of
from tests.support.making import make_member, make_organisation, make_person, make_user, making
from tests.support.pages import CheckingClient
from vlms.core.language import Language
from vlms.core.links import ONE_TIME, SWITCH_OFF, read_link, sign_link
from vlms.core.packed_text import pack_text
from vlms.core.permissions import Role
from vlms.core.text import _
from vlms.core.tokens import new_id
from vlms.core.work import key_ring
from vlms.notices import smtp
from vlms.notices.choosing import StaysOn, choose_for
from vlms.notices.collecting import collect_next
from vlms.notices.delivery import Post, deliver_due, switch_off_path
from vlms.notices.kinds import KINDS
from vlms.notices.models import Mailing, MessageState, NoticeChoice, OutboxMessage
from vlms.notices.outbox import Mail, Recipient, post
from vlms.resources import resource_path

ANN = "ann@contoso.example"
DECLINABLE, COMPULSORY = "job_ended", "password_link"


def enter(client: CheckingClient, clock: StillClock) -> None:
    with making(clock()) as work:
        make_member(work, make_organisation(work, "contoso"), Role.LICENSING_ADMIN, ANN)
    client.sign_in(ANN)


def tell(
    clock: StillClock, template: str = DECLINABLE, address: str = ANN, **more: object
) -> OutboxMessage:
    facts = {"title": pack_text(_("Export")), "is_done": True, "path": "/o/contoso/jobs/"}
    with making(clock()) as work:
        mail = Mail(template, new_id(), str(new_id()), facts=facts)
        message = post(work, mail, Recipient("Ann", address, Language.ENGLISH, **more))  # type: ignore[arg-type]
    assert message is not None
    return message


def choose(clock: StillClock, mailing: Mailing, template: str = DECLINABLE) -> None:
    with making(clock()) as work:
        choose_for(work, ANN, template, mailing)


def deliver(clock: StillClock) -> list[tuple[str, str]]:
    """The subject and text of each mail that leaves now."""
    with open_postbox() as (postbox, port):
        server = smtp.MailServer("127.0.0.1", port, tls=False)
        office = Post(server, "vlms@operator.example", "https://vlms.example")
        deliver_due(office, lambda: making(clock()))
        return [(str(mail["Subject"]), text_of(mail)) for mail in postbox.mails]


def test_every_template_has_a_kind_that_says_whom_it_is_for() -> None:
    templates = {path.stem for path in resource_path("templates/mail").glob("*.txt")}
    assert templates == set(KINDS)
    assert all(kind.to for kind in KINDS.values())


def test_what_is_about_codes_orders_and_signing_in_says_why_it_stays_on() -> None:
    for template in ("code_assigned", "codes_ready", "order_placed", "password_link"):
        assert KINDS[template].stays_on, template
    assert KINDS[DECLINABLE].stays_on is None


def test_a_notice_is_new_until_it_is_opened(client: CheckingClient, clock: StillClock) -> None:
    enter(client, clock)
    message = tell(clock)
    page = client.page("/my/notices/")
    assert [cell.text.strip() for cell in page.select("tbody .badge")] == ["New"]
    page = client.page(f"/my/notices/{message.id}")
    assert "The work that you asked for is done" in page.text
    assert page.select_one("a.btn-primary")["href"] == "/o/contoso/jobs/"
    assert client.page("/my/notices/").select("tbody .badge") == []
    assert "opened all your notices" in client.page("/my/notices/?unread=1").text


def test_all_are_opened_at_once(client: CheckingClient, clock: StillClock) -> None:
    enter(client, clock)
    tell(clock)
    tell(clock)
    assert client.press("/my/notices/", "/read").status_code == 302
    assert client.page("/my/notices/").select("tbody .badge") == []


def test_notices_of_others_are_not_there(client: CheckingClient, clock: StillClock) -> None:
    enter(client, clock)
    message = tell(clock, address="bob@contoso.example")
    assert "no notices for you" in client.page("/my/notices/").text
    client.page(f"/my/notices/{message.id}", 404)
    with making(clock()) as work:
        assert work.session.get_one(OutboxMessage, message.id).read_at is None


def test_a_holder_finds_what_went_to_an_earlier_address(
    client: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        user = make_user(work, ANN)
        person = make_person(work, make_organisation(work, "contoso"), "Ann", ANN, user)
    message = tell(clock, address="wrong@contoso.example", person_id=person.id)
    client.sign_in(ANN)
    assert client.page("/my/notices/").select_one(f'a[href$="{message.id}"]') is not None
    # Who has no role anywhere chooses among what holders get.
    assert "Long work ended" not in client.page("/my/notices/choices").text


def test_a_link_that_works_once_is_not_shown_again(
    client: CheckingClient, clock: StillClock
) -> None:
    enter(client, clock)
    client.send("/o/contoso/roles/new", email="bob@contoso.example", name="Bob", role="finance")
    with making(clock()) as work:
        message = work.session.scalars(select(OutboxMessage)).one()
        message.to_address = ANN
        message_id = message.id
    text = client.page(f"/my/notices/{message_id}").text
    assert "/welcome/" not in text
    assert "The link stands in the mail" in text


def test_what_is_switched_off_is_not_mailed_but_stands_among_the_notices(
    client: CheckingClient, clock: StillClock
) -> None:
    enter(client, clock)
    assert client.send("/my/notices/choices", **{DECLINABLE: "never"}).status_code == 302
    page = client.page("/my/notices/choices")
    assert page.select_one(f"#{DECLINABLE} option[selected]")["value"] == "never"
    message = tell(clock)
    assert (message.state, message.mailing) == (MessageState.DEAD, Mailing.NEVER)
    assert deliver(clock) == []
    assert "Not mailed" in client.page(f"/my/notices/{message.id}").text
    reason = "Its recipient wants no mail of this kind"
    tell_admin = client.page("/o/contoso/messages/").text
    assert reason not in tell_admin
    client.send("/my/notices/choices", **{DECLINABLE: "now"})
    tell(clock)
    assert len(deliver(clock)) == 1


def test_what_is_compulsory_stays_on(client: CheckingClient, clock: StillClock) -> None:
    enter(client, clock)
    page = client.page("/my/notices/choices")
    assert page.select_one(f"#{COMPULSORY}") is None
    assert "It is about signing in." in page.text
    client.send("/my/notices/choices", **{COMPULSORY: "never"})
    with pytest.raises(StaysOn):
        choose(clock, Mailing.NEVER, COMPULSORY)
    with making(clock()) as work:
        # Not even a row that should not be there silences it.
        work.session.add(NoticeChoice(address=ANN, template=COMPULSORY, mailing=Mailing.NEVER))
    assert tell(clock, COMPULSORY).mailing is Mailing.NOW


def test_a_week_of_notices_leaves_as_one_mail(app: Flask, clock: StillClock) -> None:
    choose(clock, Mailing.WEEKLY)
    waiting = [tell(clock), tell(clock)]
    assert deliver(clock) == []
    with making(clock()) as work:
        assert collect_next(work) is False
    monday = waiting[0].next_at
    assert (monday.weekday(), monday > clock()) == (0, True)
    assert monday - clock() <= timedelta(days=7)
    clock.set(monday)
    with making(clock()) as work:
        assert collect_next(work) is True
        assert collect_next(work) is False
    ((subject, text),) = deliver(clock)
    assert subject == "2 notices of this week"
    assert text.count("Done: Export") == 2
    with making(clock()) as work:
        states = {each.state for each in work.session.scalars(select(OutboxMessage))}
    assert states == {MessageState.SENT}


def test_a_notice_that_cannot_be_written_holds_up_no_collection(
    app: Flask, clock: StillClock
) -> None:
    choose(clock, Mailing.WEEKLY)
    broken, sound = tell(clock), tell(clock)
    with making(clock()) as work:
        work.session.get_one(OutboxMessage, broken.id).facts = {"title": "not packed"}
    clock.set(sound.next_at)
    with making(clock()) as work:
        assert collect_next(work) is True
        assert collect_next(work) is False
    ((subject, _text),) = deliver(clock)
    assert subject == "1 notice of this week"


def test_a_mail_that_may_be_declined_says_where_in_one_click(app: Flask, clock: StillClock) -> None:
    message = tell(clock)
    tell(clock, COMPULSORY)
    with open_postbox() as (postbox, port):
        server = smtp.MailServer("127.0.0.1", port, tls=False)
        deliver_due(
            Post(server, "vlms@operator.example", "https://vlms.example"),
            lambda: making(clock()),
        )
        found = {str(mail["Subject"]): mail for mail in postbox.mails}
    declinable = found["Done: Export"]
    address = f"https://vlms.example{switch_off_path(message)}"
    assert declinable["List-Unsubscribe"] == f"<{address}>"
    assert declinable["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address in text_of(declinable)
    assert f'<a href="{address}">' in text_of(declinable, "html")
    compulsory = found["Choose a new password for VLMS"]
    assert compulsory["List-Unsubscribe"] is None
    assert "/notices/off/" not in text_of(compulsory)


def test_one_click_declines_without_signing_in(client: CheckingClient, clock: StillClock) -> None:
    path = switch_off_path(tell(clock))
    answered = client.post(path, data={"List-Unsubscribe": "One-Click"})
    assert (answered.status_code, answered.data) == (204, b"")
    assert tell(clock).mailing is Mailing.NEVER
    # Told again it stays as it is.
    assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 204


def test_looking_at_the_link_changes_nothing_and_its_button_does(
    client: CheckingClient, clock: StillClock
) -> None:
    path = switch_off_path(tell(clock))
    assert "Nothing changes until you press" in client.page(path).text
    assert tell(clock).mailing is Mailing.NOW
    client.send(path)
    assert "No such mail goes to this address any more" in client.page(path).text
    assert tell(clock).mailing is Mailing.NEVER
    client.send(path)
    assert tell(clock).mailing is Mailing.NOW


def test_a_forged_or_foreign_link_declines_nothing(
    client: CheckingClient, clock: StillClock
) -> None:
    message, compulsory = tell(clock), tell(clock, COMPULSORY)
    key = key_ring().link
    one_time = sign_link(key, message.id, ONE_TIME)
    assert read_link(key, one_time, SWITCH_OFF) is None
    assert read_link(key, one_time, ONE_TIME) == message.id
    paths = [
        f"/notices/off/{one_time}",
        switch_off_path(message)[:-2] + "AA",
        switch_off_path(compulsory),
        "/notices/off/x",
    ]
    for path in paths:
        assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 404, path
    assert tell(clock).mailing is Mailing.NOW


def test_mail_that_came_back_stops_what_is_not_compulsory(app: Flask, clock: StillClock) -> None:
    first = tell(clock)
    deliver(clock)
    with making(clock()) as work:
        work.session.get_one(OutboxMessage, first.id).bounced_at = clock()
    assert tell(clock).mailing is Mailing.NEVER
    assert tell(clock, COMPULSORY).mailing is Mailing.NOW
    clock.move(seconds=60)
    deliver(clock)
    # The compulsory one arrived, so the address is good again.
    assert tell(clock).mailing is Mailing.NOW
