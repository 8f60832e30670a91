"""What a session of a sign-in provider may claim: nothing of other organisations (G6)."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.integration.codes.test_claiming import link_to, signed_in, unlinked
from tests.support.clock import StillClock
from tests.support.holding import make_held, person_of, user_of
from tests.support.making import making
from vlms.codes.errors import NotForThisParty
from vlms.codes.service.claiming import Way, claim, open_claim
from vlms.core.tokens import new_id


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
