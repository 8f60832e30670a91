"""Pages on which an admin looks at one code that is nobody's (C8)."""

from __future__ import annotations

from datetime import timedelta

from tests.support.clock import StillClock
from tests.support.making_disclosures import ANN, AUD, count_told, give_away, make_kept
from tests.support.pages import CheckingClient
from vlms.disclosures.rules.limits import REVEALS_AN_HOUR, SHOWN_SECONDS

AT = "/o/contoso/disclosures/codes/"
CODES = "/o/contoso/codes/"
TOLD = "code.disclosed"


def test_a_code_is_shown_for_a_minute_and_kept_nowhere(
    client: CheckingClient, clock: StillClock
) -> None:
    kept = make_kept(clock())
    client.sign_in(ANN)
    code = f"{AT}{kept.free[0]}"
    offer = client.page(f"{CODES}{kept.free[0]}")
    assert offer.select_one(f'a[href="{code}"]') is not None
    assert kept.texts[0] not in client.page(code).text
    answer = client.send(code, reason="exam room")
    assert answer.status_code == 200
    assert kept.texts[0] in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Refresh"] == f"{SHOWN_SECONDS}; url={CODES}{kept.free[0]}"
    assert 'data-copy="code"' in answer.text
    assert count_told(clock(), TOLD) == 1
    assert "Code shown to an admin" in client.page(f"{CODES}{kept.free[0]}").text


def test_who_proved_themselves_longer_ago_does_so_again(
    client: CheckingClient, clock: StillClock
) -> None:
    kept = make_kept(clock())
    client.sign_in(ANN)
    clock.move(minutes=6)
    answer = client.get(f"{AT}{kept.free[0]}")
    assert (answer.status_code, answer.location) == (302, f"/prove?next={AT}{kept.free[0]}")


def test_a_form_that_is_sent_twice_shows_the_code_once(
    client: CheckingClient, clock: StillClock
) -> None:
    kept = make_kept(clock())
    client.sign_in(ANN)
    page = client.page(f"{AT}{kept.free[0]}")
    fields = {one["name"]: one.get("value", "") for one in page.select("main input[name]")}
    fields["reason"] = "exam room"
    first = client.post(f"{AT}{kept.free[0]}", data=fields)
    again = client.post(f"{AT}{kept.free[0]}", data=fields)
    assert (first.status_code, again.status_code) == (200, 302)
    assert count_told(clock(), TOLD) == 1


def test_refusals_have_their_status_and_a_way_out(
    client: CheckingClient, clock: StillClock
) -> None:
    kept = make_kept(clock())
    client.sign_in(ANN)
    code = f"{AT}{kept.free[0]}"
    bare = client.send(code, reason=" ")
    assert bare.status_code == 422
    assert "The reason is missing." in bare.text
    token = client.page(code)
    fields = {one["name"]: one.get("value", "") for one in token.select("main input[name]")}
    give_away(clock(), kept.free[0])
    taken = client.post(code, data={**fields, "reason": "exam room"})
    assert taken.status_code == 422
    assert kept.texts[0] not in taken.text
    assert "Whoever holds it sees it after signing in" in taken.text
    assert client.page(code).select_one("main form") is None
    for _turn in range(REVEALS_AN_HOUR):
        client.send(f"{AT}{kept.free[1]}", reason="exam room")
    late = client.send(f"{AT}{kept.free[1]}", reason="exam room")
    assert late.status_code == 429
    assert 0 < int(late.headers["Retry-After"]) <= timedelta(hours=1).total_seconds()
    assert "Wait for the next hour" in late.text
    assert kept.texts[1] not in late.text


def test_it_is_closed_to_others(client: CheckingClient, clock: StillClock) -> None:
    kept, other = make_kept(clock()), make_kept(clock(), slug="fabrikam")
    client.sign_in(AUD)
    client.page(f"{AT}{kept.free[0]}", 403)
    assert "Look at the code" not in client.page(f"{CODES}{kept.free[0]}").text
    client.sign_in(ANN)
    client.page(f"{AT}{other.free[0]}", 404)
    assert client.get(f"{AT}{kept.assigned}").status_code == 200
    assert "Look at the code" not in client.page(f"{CODES}{kept.assigned}").text


def test_an_assigned_code_is_in_no_answer_to_an_admin(
    client: CheckingClient, clock: StillClock
) -> None:
    """The canary: every page and file that can name the code, asked by the admin."""
    kept = make_kept(clock())
    client.sign_in(ANN)
    bare = kept.assigned_text.replace("-", "")
    addresses = (CODES, f"{CODES}{kept.assigned}", f"{AT}{kept.assigned}", f"{CODES}codes.csv")
    answers = [client.get(address) for address in addresses]
    answers.append(client.post(f"{AT}{kept.assigned}", data={"reason": "exam room"}))
    for answer in answers:
        assert kept.assigned_text not in answer.text
        assert bare not in answer.text
    assert bare not in client.get(f"{CODES}codes.xlsx").get_data().decode("latin-1")
    # The control: it would be found.
    assert kept.assigned_text[-4:] in answers[1].text
