"""An organisation words its letters, sees them as they leave, and goes back to the standard."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.mail import open_postbox, text_of
from tests.support.making import make_member, make_organisation, making
from tests.support.making_accounts import enter_as_admin
from tests.support.pages import CheckingClient
from tests.support.racing import race
from vlms.accounts.models import Organisation
from vlms.core.errors import Conflict
from vlms.core.language import Language
from vlms.core.permissions import Role
from vlms.core.tokens import new_id
from vlms.notices import smtp
from vlms.notices.cli import messages
from vlms.notices.delivery import Post, deliver_due
from vlms.notices.letter_queries import find_open_version, list_versions
from vlms.notices.letters import create_letter, write_wording
from vlms.notices.models import Letter, LetterVersion, OutboxMessage
from vlms.notices.outbox import Mail, Recipient, post
from vlms.notices.rules.letter_text import Wording
from vlms.notices.service import resend

TEXT = "Dear {name}, <b>bold</b> & {product}\nuntil {last_day}\n\n{link}"
CLAIM = "code_assigned"
FACTS = {
    "organisation": "Contoso",
    "product_en": "MCP {link}",
    "product_zh": "認證考試券",
    "last_day": "2026-06-30",
    "zone": "Asia/Taipei",
    "path": "/my/codes/",
}


def make_letter(
    clock: StillClock, organisation: Organisation, name: str = "Plain", *, is_usual: bool = True
) -> Letter:
    with making(clock()) as work:
        return create_letter(work, organisation.id, CLAIM, name, is_usual=is_usual)


def word(
    clock: StillClock, letter: Letter, text: str = TEXT, base: int = 0, **more: str
) -> LetterVersion:
    wording = Wording("For {name}: {product}", text, more.get("signature"), more.get("reply_name"))
    with making(clock()) as work:
        return write_wording(work, letter.id, Language.ENGLISH, wording, base)


def tell(
    clock: StillClock,
    organisation: Organisation,
    language: Language = Language.ENGLISH,
    letter: Letter | None = None,
    name: str = "Ann\r\nBcc: all@x.example",
) -> OutboxMessage:
    with making(clock()) as work:
        mail = Mail(
            CLAIM,
            new_id(),
            str(new_id()),
            organisation.id,
            facts=FACTS,
            letter_id=letter.id if letter else None,
        )
        message = post(work, mail, Recipient(name, "ann@contoso.example", language))
    assert message is not None
    return message


def test_a_letter_is_made_worded_and_seen_as_it_leaves(
    client: CheckingClient, clock: StillClock
) -> None:
    enter_as_admin(client, clock())
    made = client.send("/o/contoso/letters/new", template=CLAIM, name="Warm", is_usual="y")
    assert made.status_code == 302
    place = made.location
    fields = {"subject": "Your code, {name}", "text": TEXT, "reply_name": "Contoso Licensing"}
    # A preview keeps nothing.
    response = client.send(f"{place}/en/edit", preview="1", **fields)
    assert response.status_code == 200
    page = client.page(place)
    assert "Version 1" not in page.text
    saved = client.send(f"{place}/en/edit", **fields, signature="Yours, {organisation}")
    assert saved.status_code == 302
    page = client.page(place)
    assert "Version 1" in page.text
    text = page.select_one("pre.mail-text").text
    assert "<b>bold</b> &" in text
    assert "Yours, Contoso" in text
    html = page.select_one("div.border")
    assert html.select("b") == []
    assert html.select_one("a")["href"] == "http://localhost:8000/my/codes/"
    assert "Contoso Licensing <vlms@localhost>" in page.text


def test_a_wording_without_its_link_is_refused_beside_the_text(
    client: CheckingClient, clock: StillClock
) -> None:
    letter = make_letter(clock, enter_as_admin(client, clock()))
    place = f"/o/contoso/letters/{letter.id}/en/edit"
    response = client.send(place, subject="Hello", text="{nonsense}")
    assert response.status_code == 422
    assert "{nonsense}" in response.text
    response = client.send(place, subject="Hello", text="no link")
    assert (response.status_code, "{link}" in response.text) == (422, True)
    response = client.send(place, subject="A\r\nBcc: all@x.example", text=TEXT)
    assert response.status_code == 422
    with making(clock()) as work:
        assert list_versions(work.session, letter.id) == []


def test_the_usual_letter_is_taken_and_its_version_is_known(
    client: CheckingClient, clock: StillClock
) -> None:
    organisation = enter_as_admin(client, clock())
    letter = make_letter(clock, organisation)
    assert tell(clock, organisation).letter_version_id is None
    first = word(clock, letter, reply_name="Contoso Licensing")
    told = tell(clock, organisation)
    assert told.letter_version_id == first.id
    second = word(clock, letter, base=1)
    assert tell(clock, organisation).letter_version_id == second.id
    # What was written in the first says it still.
    page = client.page(f"/o/contoso/messages/{told.id}")
    assert "Own letter, version 1" in page.text
    # English and Chinese are worded apart.
    assert tell(clock, organisation, Language.TRADITIONAL_CHINESE).letter_version_id is None


def test_a_letter_can_be_named_and_is_named_again_when_sent_again(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        organisation = make_organisation(work, "contoso")
        other = make_organisation(work, "fabrikam")
    usual, named = (
        make_letter(clock, organisation),
        make_letter(clock, organisation, "Warm", is_usual=False),
    )
    word(clock, usual)
    version = word(clock, named, text="Warmly: {link}")
    told = tell(clock, organisation, letter=named)
    assert told.letter_version_id == version.id
    with making(clock()) as work:
        assert resend(work, told.id).letter_version_id == version.id
    # Another organisation's letter is never said.
    assert tell(clock, other, letter=named).letter_version_id is None
    assert tell(clock, other).letter_version_id is None


def test_it_arrives_as_text_and_html_with_nothing_run_and_no_header_added(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        organisation = make_organisation(work, "contoso")
    word(clock, make_letter(clock, organisation), reply_name="Contoso, Licensing")
    tell(clock, organisation)
    with open_postbox() as (postbox, port):
        server = smtp.MailServer("127.0.0.1", port, tls=False)
        office = Post(server, "vlms@operator.example", "https://vlms.example")
        assert deliver_due(office, lambda: making(clock())).sent_count == 1
        (mail,) = postbox.mails
    assert mail["Subject"] == "For Ann Bcc: all@x.example: MCP {link}"
    assert mail["Bcc"] is None
    assert mail["From"].addresses[0].display_name == "Contoso, Licensing"
    assert mail["Reply-To"].addresses[0].addr_spec == "vlms@operator.example"
    text, html = text_of(mail), text_of(mail, "html")
    assert "<b>bold</b> & MCP {link}\r\nuntil 30 Jun 2026\r\n" in text
    assert "&lt;b&gt;bold&lt;/b&gt; &amp; MCP {link}<br>" in html
    assert "<b>" not in html


def test_back_to_the_standard_text_and_the_wordings_stay(
    client: CheckingClient, clock: StillClock
) -> None:
    organisation = enter_as_admin(client, clock())
    letter = make_letter(clock, organisation)
    word(clock, letter)
    place = f"/o/contoso/letters/{letter.id}"
    assert client.send(f"{place}/en/standard").status_code == 302
    assert tell(clock, organisation).letter_version_id is None
    page = client.page(place)
    assert "All wordings" in page.text
    # The next wording counts on.
    client.send(f"{place}/en/edit", subject="Again", text=TEXT)
    assert "Version 2" in client.page(place).text


def test_a_trial_reaches_oneself_and_says_so(client: CheckingClient, clock: StillClock) -> None:
    letter = make_letter(clock, enter_as_admin(client, clock()))
    word(clock, letter)
    assert client.press(f"/o/contoso/letters/{letter.id}", "/en/trial").status_code == 302
    with making(clock()) as work:
        (message,) = work.session.scalars(select(OutboxMessage)).all()
        message_id = message.id
    assert "Trial: For" in client.page(f"/o/contoso/messages/{message_id}").text


def test_one_letter_of_a_kind_is_the_usual_one(client: CheckingClient, clock: StillClock) -> None:
    organisation = enter_as_admin(client, clock())
    make_letter(clock, organisation)
    second = make_letter(clock, organisation, "Warm", is_usual=False)
    client.press(f"/o/contoso/letters/{second.id}", "/usual")
    with making(clock()) as work:
        usual = work.session.scalars(select(Letter.id).where(Letter.is_usual)).all()
    assert usual == [second.id]
    client.press(f"/o/contoso/letters/{second.id}", "/usual")
    with making(clock()) as work:
        assert work.session.scalars(select(Letter.id).where(Letter.is_usual)).all() == []


def test_a_name_is_given_once(client: CheckingClient, clock: StillClock) -> None:
    enter_as_admin(client, clock())
    fields = {"template": CLAIM, "name": "Warm"}
    assert client.send("/o/contoso/letters/new", **fields).status_code == 302
    response = client.send("/o/contoso/letters/new", **fields)
    assert (response.status_code, "has this name" in response.text) == (422, True)


def test_of_two_who_word_it_at_once_one_is_told(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        organisation = make_organisation(work, "contoso")
    letter = make_letter(clock, organisation)

    def wording() -> bool:
        try:
            word(clock, letter)
        except Conflict:
            return False
        return True

    results = race(app, [wording] * 6)
    assert sorted(map(bool, results)) == [False] * 5 + [True]
    with making(clock()) as work:
        assert find_open_version(work.session, letter.id, Language.ENGLISH) is not None
        assert len(list_versions(work.session, letter.id)) == 1


def test_letters_of_others_are_not_there(client: CheckingClient, clock: StillClock) -> None:
    enter_as_admin(client, clock())
    with making(clock()) as work:
        other = make_organisation(work, "fabrikam")
    letter = make_letter(clock, other)
    for path in ("", "/en/edit", "/en/standard"):
        client.page(f"/o/contoso/letters/{letter.id}{path}", 404)


def test_an_unknown_language_is_not_there(client: CheckingClient, clock: StillClock) -> None:
    letter = make_letter(clock, enter_as_admin(client, clock()))
    client.page(f"/o/contoso/letters/{letter.id}/de/edit", 404)


def test_an_auditor_words_nothing(client: CheckingClient, clock: StillClock) -> None:
    with making(clock()) as work:
        organisation = make_organisation(work, "contoso")
        make_member(work, organisation, Role.AUDITOR, "audit@contoso.example")
    client.sign_in("audit@contoso.example")
    client.page("/o/contoso/letters/", 403)


@pytest.mark.parametrize("usual", [True, False])
def test_letters_on_the_command_line(
    app: Flask, clock: StillClock, tmp_path: Path, usual: bool
) -> None:
    with making(clock()) as work:
        organisation = make_organisation(work, "contoso")
    file = tmp_path / "letter.txt"
    file.write_text(TEXT, "utf-8")

    def run(*words: str) -> str:
        result = CliRunner().invoke(messages, ("letters", *words), obj=lambda: app)
        assert result.exit_code == 0, (result.output, result.exception)
        return result.stdout.strip()

    letter_id = run("new", "contoso", CLAIM, "Warm", *(["--usual"] if usual else []))
    assert run("write", letter_id, "en", "--subject", "Hi {name}", "--text", str(file)) == (
        "Version 1."
    )
    assert (tell(clock, organisation).letter_version_id is not None) is usual
    run("usual", letter_id)
    assert tell(clock, organisation).letter_version_id is not None
    run("usual", letter_id, "--not")
    run("trial", letter_id, "en", "ann@contoso.example")
    run("standard", letter_id, "en")
    assert '"number": 1' in run("versions", letter_id, "--json")
    assert letter_id in run("list", "contoso", "--json")
    assert "{link}" in run("placeholders", CLAIM)
