"""A learner of the demo's customer who has proved an MCID and linked it."""

from __future__ import annotations

from vlms.accounts.queries import list_persons_of
from vlms.demo.orders import Stage
from vlms.partners.queries.profiles import find_claim
from vlms.partners.rules.profiles import AccountKind
from vlms.partners.service.linking import link
from vlms.partners.service.profiles import ProfileWish, claim_profile, code_of, prove_profile

_LEO = "leo@contoso.example"
_WISH = ProfileWish("990100101", "leo@home.example", AccountKind.PERSONAL)


def play_links(stage: Stage) -> None:
    """Leo's code came by mail; the link is pending until a skills report shows it (K2)."""
    with stage.act(_LEO, -2) as work:
        claim_profile(work, _WISH)
    with stage.act(_LEO, -1.998) as work:
        assert work.actor.user_id is not None
        claim = find_claim(work.session, work.actor.user_id)
        assert claim is not None
        prove_profile(work, code_of(f"{claim.id}|{claim.sent_at.isoformat()}"))
        owner_id = stage.cast.organisations["contoso"].id
        for person in list_persons_of(work.session, work.actor.user_id, owner_id):
            link(work, person.id)
