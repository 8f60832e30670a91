"""What a session of a sign-in provider may claim, and who gets an account by one (G6)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from tests.integration.codes.test_claiming import (
    PASSWORD,
    VISITOR,
    link_to,
    signed_in,
    slip_for,
    unlinked,
    way,
)
from tests.support.clock import StillClock
from tests.support.holding import ADDRESS, Held, make_held, person_of, user_of
from tests.support.making import make_organisation, make_person, making
from tests.support.making_providers import make_provider
from vlms.accounts.links import end_person_links
from vlms.accounts.models import Organisation, User
from vlms.accounts.queries import find_user
from vlms.authentication.errors import ProviderRefused
from vlms.authentication.provider_models import ProviderIdentity, SignInProvider
from vlms.authentication.provider_queries import Told, find_open_provider
from vlms.authentication.queries import find_signed_in
from vlms.authentication.rules.id_tokens import Shown
from vlms.authentication.service.provider_sign_in import enter
from vlms.codes.errors import NotForThisParty
from vlms.codes.service.claiming import Way, claim, claim_with_password, open_claim
from vlms.core.tokens import new_id
from vlms.core.work import Work

EVE = "eve@contoso.example"
Change = Callable[[Work, Held], object]


def make_only_way(held: Held, clock: StillClock, *, is_exclusive: bool = True) -> Told:
    """Contoso's provider; nobody has come in by it yet."""
    with making(clock()) as work:
        place = person_of(work, held).organisation_id
        make_provider(work, place, "https://login.example").is_exclusive = is_exclusive
    with making(clock()) as work:
        slug = work.session.get_one(Organisation, place).slug
        told = find_open_provider(work.session, slug)
        assert told is not None
        return told


def newcomer(clock: StillClock) -> tuple[Held, Told, str]:
    """Somebody without a user, in an organisation with that one way in; and their mailed link."""
    held = make_held(clock())
    unlinked(held, clock)
    return held, make_only_way(held, clock), link_to(held, clock)


def shown(email: str = ADDRESS, subject: str = "of Lin") -> Shown:
    return Shown(subject, email, None, has_two_factors=False)


def come_in(clock: StillClock, told: Told, token: str, who: Shown | None = None) -> User | None:
    with making(clock(), VISITOR) as work:
        secret = enter(work, told, who or shown(), f"/claim/{token}")
    with making(clock()) as work:
        return find_signed_in(work.session, secret, clock())


def test_a_provider_of_another_organisation_claims_nothing_here_g6(
    app: Flask, clock: StillClock
) -> None:
    """The control is this organisation's own; an entry that was claimed before stays theirs."""
    held = make_held(clock())
    token = link_to(held, clock)
    with making(clock()) as work:
        user_id, own = user_of(work, held).id, person_of(work, held).organisation_id
    ways = {}
    for is_claimed in (True, False):
        if not is_claimed:
            unlinked(held, clock, has_user=True)
        for by in (own, new_id()):
            with making(clock(), signed_in(user_id)) as work:
                found = open_claim(work, token, by)
                assert found is not None
                ways[is_claimed, by == own] = found.way
    assert ways.pop((False, False)) is Way.OTHER_PROVIDER
    assert set(ways.values()) == {Way.CLAIM}
    with making(clock(), signed_in(user_id)) as work, pytest.raises(NotForThisParty):
        claim(work, token, new_id())


def test_a_newcomer_of_an_exclusive_provider_gets_an_account_by_it_and_claims_once_g6(
    app: Flask, clock: StillClock
) -> None:
    """A password is refused; the account has none, and the link opens nothing after the claim."""
    held, told, token = newcomer(clock)
    assert way(token, clock) is Way.BY_PROVIDER
    with pytest.raises(NotForThisParty) as caught, making(clock(), VISITOR) as work:
        claim_with_password(work, token, PASSWORD)
    assert caught.value.rule == "G6"
    user = come_in(clock, told, token)
    assert user is not None
    assert (user.email, user.name, user.password_hash) == (ADDRESS, "林美玲", None)
    assert way(token, clock) is Way.BY_PROVIDER
    with making(clock(), signed_in(user.id)) as work:
        assert claim(work, token, told.organisation_id) is not None
        assert person_of(work, held).user_id == user.id
    with making(clock(), signed_in(user.id)) as work:
        assert claim(work, token, told.organisation_id) is None
    assert come_in(clock, told, token) is not None
    with making(clock()) as work:
        assert work.session.query(ProviderIdentity).count() == 1


def test_where_a_password_opens_it_the_first_one_is_still_set(
    app: Flask, clock: StillClock
) -> None:
    """The control: optional, suspended, of another domain, or another organisation's provider."""
    _held, _told, token = newcomer(clock)
    with making(clock()) as work:
        provider = work.session.query(SignInProvider).one()
        provider.is_exclusive = False
    assert way(token, clock) is Way.SET_PASSWORD
    with making(clock()) as work:
        provider = work.session.query(SignInProvider).one()
        provider.is_exclusive, provider.suspended_at = True, work.now
    assert way(token, clock) is Way.SET_PASSWORD
    with making(clock()) as work:
        work.session.query(SignInProvider).one().suspended_at = None
    assert way(token, clock) is Way.BY_PROVIDER
    with making(clock()) as work:
        provider = work.session.query(SignInProvider).one()
        other = make_organisation(work, "fabrikam").id
    with making(clock()) as work:
        work.session.query(SignInProvider).one().organisation_id = other
    assert way(token, clock) is Way.SET_PASSWORD


def _corrected(work: Work, held: Held) -> None:
    person_of(work, held).email = "lin.mei@contoso.example"


def _ended(work: Work, held: Held) -> None:
    end_person_links(work, held.person_id)


def _of_another_place(work: Work, held: Held) -> None:
    person_of(work, held).organisation_id = make_organisation(work, "fabrikam").id


@pytest.mark.parametrize(
    ("change", "who", "reason"),
    [
        (None, shown(EVE, "of Eve"), "other_address"),
        (_corrected, shown(), "other_address"),
        (_corrected, shown("lin.mei@contoso.example"), "other_address"),
        (_of_another_place, shown(), "other_address"),
        (_ended, shown(), "link_over"),
    ],
)
def test_nobody_else_gets_an_account_by_a_claim_link_g6(
    app: Flask, clock: StillClock, change: Change | None, who: Shown, reason: str
) -> None:
    """A colleague with the link, a changed address, a link that is over."""
    held, told, token = newcomer(clock)
    if change is not None:
        with making(clock()) as work:
            change(work, held)
    with pytest.raises(ProviderRefused) as refusal:
        come_in(clock, told, token, who)
    assert refusal.value.reason == reason
    assert refusal.value.way_out
    with making(clock()) as work:
        assert find_user(work.session, who.email) is None
        assert work.session.query(ProviderIdentity).count() == 0


def test_a_link_that_has_expired_or_was_printed_gives_no_account(
    app: Flask, clock: StillClock
) -> None:
    held, told, token = newcomer(clock)
    slip = slip_for(held, clock)
    assert way(slip, clock) is Way.MAILED
    with pytest.raises(ProviderRefused) as refusal:
        come_in(clock, told, slip)
    assert refusal.value.reason == "other_address"
    with making(clock()) as work:
        lasts = open_claim(work, token)
        assert lasts is not None
        over = lasts.link.expires_at
    clock.move(seconds=(over - clock()) / timedelta(seconds=1))
    with pytest.raises(ProviderRefused) as refusal:
        come_in(clock, told, token)
    assert refusal.value.reason == "link_over"


def test_without_a_claim_link_a_provider_gives_no_account(app: Flask, clock: StillClock) -> None:
    """Nor with one that is forged, nor by another kind of page."""
    _held, told, token = newcomer(clock)
    for wanted in (None, "/my/", f"/welcome/{token}", f"/claim/{token}/more", "/claim/" + "x" * 43):
        with making(clock(), VISITOR) as work, pytest.raises(ProviderRefused):
            enter(work, told, shown(), wanted)
    assert come_in(clock, told, token) is not None


def test_a_provider_that_is_off_by_then_gives_no_account(app: Flask, clock: StillClock) -> None:
    """The link is still open: its page asks for a first password then."""
    _held, told, token = newcomer(clock)
    with making(clock()) as work:
        work.session.query(SignInProvider).one().is_on = False
    with pytest.raises(ProviderRefused) as refusal:
        come_in(clock, told, token)
    assert refusal.value.reason == "changed"
    assert way(token, clock) is Way.SET_PASSWORD


def test_a_user_of_the_provider_is_led_there_and_one_of_another_place_is_not(
    app: Flask, clock: StillClock
) -> None:
    """Their own account exists: nothing is made, only the way is another."""
    held = make_held(clock())
    token = link_to(held, clock)
    make_only_way(held, clock)
    assert way(token, clock) is Way.BY_PROVIDER
    with making(clock()) as work:
        fabrikam = make_organisation(work, "fabrikam")
        make_person(work, fabrikam, "Lin", "lin@fabrikam.example", user_of(work, held))
    assert way(token, clock) is Way.SIGN_IN
