""" "My code does not work": the holder is told, a stranger learns nothing (F7)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.support.clock import START, StillClock
from tests.support.holding import ADDRESS, EXAM, OTHER_EXAM, code_of, make_held
from tests.support.making import make_organisation, make_person, make_user, making
from tests.support.making_codes import make_agreement, make_line, make_product
from tests.support.making_codes import make_codes as make_rows
from tests.support.pages import CheckingClient
from vlms.codes.rules.code_text import display, make_codes
from vlms.codes.rules.lifecycle import State
from vlms.codes.service import tries
from vlms.codes.service.replacing import replace as replace_code
from vlms.core.tries import TryCount

DAY = timedelta(days=1)
OWN, PUBLIC = "/my/codes/help", "/code-help"
UNKNOWN = make_codes(bytes(range(26)))[0]
MALFORMED = "not a code at all"
WAYS: list[tuple[State, dict[str, object], str]] = [
    (State.RESERVED, {"assign_due_at": START + DAY}, "code_delay_running"),
    (State.ASSIGNED, {"terms_accepted_at": START}, "code_good"),
    (State.ASSIGNED, {}, "code_terms_missing"),
    (State.ASSIGNED, {"usable_at": START + DAY}, "code_not_usable_yet"),
    (State.ASSIGNED, {"expires_at": START}, "code_expired"),
    (State.REGISTERED, {}, "code_registered"),
    (State.USED, {}, "code_used"),
    (State.FORFEITED, {}, "code_forfeited"),
    (State.VOID, {"assigned_at": START}, "code_void"),
]
ENTERS = ("holder", "somebody", "stranger")


def plain(text: str) -> str:
    """The page without what each one has for itself."""
    text = re.sub(r'name="(csrf_token|token)"[^>]*value="[^"]*"', "", text)
    return re.sub(r'value="[^"]*"[^>]*name="(csrf_token|token)"', "", text)


def enter(client: CheckingClient, who: str, clock: StillClock) -> str:
    """Sign somebody in, and say which page is theirs."""
    if who == "stranger":
        return PUBLIC
    if who == "somebody":
        with making(clock()) as work:
            other = make_organisation(work, "fabrikam")
            user = make_user(work, "eve@fabrikam.example")
            make_person(work, other, "Eve", "eve@fabrikam.example", user)
    client.sign_in(ADDRESS if who == "holder" else "eve@fabrikam.example")
    return OWN


@pytest.mark.parametrize("who", ENTERS)
@pytest.mark.parametrize(("state", "facts", "reason"), WAYS, ids=[w[2] for w in WAYS])
def test_only_the_holder_is_told_how_the_code_stands(
    client: CheckingClient,
    clock: StillClock,
    state: State,
    facts: dict[str, object],
    reason: str,
    who: str,
) -> None:
    text = make_codes(bytes(range(1, 27)))[0]
    held = make_held(clock(), state, text=text, **facts)
    page = enter(client, who, clock)
    told = client.send(page, code=f"  {display(text).lower()} ").get_data(as_text=True)
    assert text not in re.sub("[^0-9A-Z]", "", told)
    if who == "holder" and held.text:
        assert reason in told
        return
    unknown = client.send(page, code=UNKNOWN).get_data(as_text=True)
    if who == "holder":
        # The text of what is over is gone; the index still finds it.
        assert reason in told
        assert plain(told) != plain(unknown)
        return
    assert reason not in told
    assert plain(told) == plain(unknown)


def test_a_stranger_gets_the_same_bytes_for_every_text(
    client: CheckingClient, clock: StillClock
) -> None:
    held = make_held(clock(), terms_accepted_at=START)
    typed = (held.text, UNKNOWN, MALFORMED, "", held.text[:-1], "0" * 300)
    answers = {plain(client.send(PUBLIC, code=text).get_data(as_text=True)) for text in typed}
    assert len(answers) == 1


def test_who_holds_nothing_gets_the_same_bytes_too(
    client: CheckingClient, clock: StillClock
) -> None:
    held = make_held(clock(), terms_accepted_at=START)
    page = enter(client, "somebody", clock)
    typed = (held.text, UNKNOWN, MALFORMED)
    answers = [client.send(page, code=text).get_data(as_text=True) for text in typed]
    assert len({plain(re.sub(r'(name="code"|id="code")[^>]*', "", one)) for one in answers}) == 1


def test_another_holder_is_told_the_same_of_somebody_elses_code_as_of_none(
    client: CheckingClient, clock: StillClock
) -> None:
    make_held(clock(), terms_accepted_at=START)
    theirs = make_codes(bytes(range(2, 28)))[0]
    with making(clock()) as work:
        other = make_organisation(work, "fabrikam")
        person = make_person(work, other, "Eve")
        product = make_product(work, "other-voucher")
        line = make_line(work, make_agreement(work, other), product, 1)
        make_rows(work, line, 1, texts=[theirs], person=person, state=State.ASSIGNED)
    client.sign_in(ADDRESS)
    held = client.send(OWN, code=theirs).get_data(as_text=True)
    none = client.send(OWN, code=UNKNOWN).get_data(as_text=True)
    assert plain(held.replace(theirs, "")) == plain(none.replace(UNKNOWN, ""))


@pytest.mark.parametrize(
    ("mistype", "words"),
    [
        (lambda text: text[:-1], "symbols entered: 27"),
        (lambda text: text[1:2] + text[0:1] + text[2:], "mistyped"),
        (lambda text: "U" + text[1:], "Symbol 1"),
    ],
)
def test_the_holder_is_told_which_check_failed(
    client: CheckingClient, clock: StillClock, mistype: Callable[[str], str], words: str
) -> None:
    text = make_codes(bytes(range(1, 27)))[0]
    make_held(clock(), text=text)
    client.sign_in(ADDRESS)
    answer = client.send(OWN, code=mistype(text))
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)


def test_the_exam_is_checked_too(client: CheckingClient, clock: StillClock) -> None:
    held = make_held(clock(), terms_accepted_at=START)
    client.sign_in(ADDRESS)
    for number, reason in ((EXAM, "code_good"), (OTHER_EXAM, "exam_of_other_family")):
        told = client.send(OWN, code=held.text, exam_number=number.lower())
        assert reason in told.get_data(as_text=True)


def test_a_replaced_code_leads_to_the_new_one(client: CheckingClient, clock: StillClock) -> None:
    held = make_held(clock(), terms_accepted_at=START)
    with making(clock()) as work:
        new_id = replace_code(work, code_of(work, held), "CASE-1").id
    client.sign_in(ADDRESS)
    told = client.send(OWN, code=held.text).get_data(as_text=True)
    assert "code_replaced" in told
    assert f"/my/codes/{new_id}" in told


def test_a_code_is_asked_about_without_typing_it(client: CheckingClient, clock: StillClock) -> None:
    held = make_held(clock(), State.USED)
    client.sign_in(ADDRESS)
    assert "code_used" in client.page(f"{OWN}?code={held.code_id}").text


def test_failures_are_limited_and_successes_are_not(
    client: CheckingClient, clock: StillClock
) -> None:
    held = make_held(clock(), terms_accepted_at=START)
    client.sign_in(ADDRESS)
    limit = tries.LIMITS[tries.LOOK_UPS]
    for _ in range(limit + 2):
        assert client.send(OWN, code=held.text).status_code == 200
    for _ in range(limit):
        assert client.send(OWN, code=UNKNOWN).status_code == 422
    assert client.send(OWN, code=UNKNOWN).status_code == 429
    # Not even the right code tells anything then, so that guessing on is useless.
    assert client.send(OWN, code=held.text).status_code == 429
    clock.move(hours=1)
    assert client.send(OWN, code=held.text).status_code == 200


def test_without_the_count_nothing_is_limited(client: CheckingClient, clock: StillClock) -> None:
    """The negative control: it is the rows of the table that hold somebody back."""
    make_held(clock(), terms_accepted_at=START)
    client.sign_in(ADDRESS)
    for _ in range(tries.LIMITS[tries.LOOK_UPS] + 2):
        assert client.send(OWN, code=UNKNOWN).status_code == 422
        with making(clock()) as work:
            work.session.query(TryCount).delete()


def test_strangers_who_try_too_often_lock_out_nobody_who_has_signed_in(
    client: CheckingClient, clock: StillClock
) -> None:
    held = make_held(clock(), terms_accepted_at=START)
    for _ in range(tries.LIMITS[tries.LOOK_UPS]):
        assert client.send(PUBLIC, code=UNKNOWN).status_code == 200
    assert client.send(PUBLIC, code=held.text).status_code == 429
    client.sign_in(ADDRESS)
    assert client.send(OWN, code=held.text).status_code == 200


def test_who_has_signed_in_is_led_to_their_own_page(
    client: CheckingClient, clock: StillClock
) -> None:
    make_held(clock())
    client.sign_in(ADDRESS)
    assert client.get(PUBLIC).location == OWN
