"""People of the demo's customer who have proved an MCID and linked it."""

from __future__ import annotations

from vlms.accounts.queries import get_person_named, list_persons_of
from vlms.accounts.service.roles import create_user
from vlms.core.permissions import Role
from vlms.core.work import Actor, Work
from vlms.demo.orders import Stage
from vlms.partners.models.links import CertificationProfile
from vlms.partners.queries.profiles import find_claim
from vlms.partners.rules.profiles import AccountKind
from vlms.partners.service.linking import link
from vlms.partners.service.profiles import ProfileWish, claim_profile, code_of, prove_profile

_LEO = "leo@contoso.example"
_WISH = ProfileWish("990100101", "leo@home.example", AccountKind.PERSONAL)
# Whose exams make the demo's competencies stand; they have no password, so nobody signs in.
_LINKED = (
    ("mia@contoso.example", "990100102"),
    ("noah@contoso.example", "990100103"),
    ("zoe@contoso.example", "990100104"),
    ("ivy@contoso.example", "990100105"),
)


def play_links(stage: Stage) -> None:
    """Four have long been linked. Leo's code came by mail; his link is pending (K2)."""
    with stage.act("partner@contoso.example", -70) as work:
        for email, mcid in _LINKED:
            _link(stage, work, email, mcid)
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


def _link(stage: Stage, work: Work, email: str, mcid: str) -> None:
    place = stage.cast.organisations["contoso"]
    person = get_person_named(work.session, place.id, email)
    user = create_user(work, email, person.name, place.language, place.time_zone)
    person.user_id = user.id
    work.session.add(
        CertificationProfile(
            user_id=user.id,
            mcid=mcid,
            email=f"{mcid}@home.example",
            account_kind=AccountKind.PERSONAL,
            proved_at=work.now,
            is_learning_linked=False,
            link_count=0,
        )
    )
    work.flush()
    work.actor = Actor(user.name, user.id, roles=frozenset({Role.LEARNER}))
    link(work, person.id)
