"""People of the demo's customer who prove an MCID and link it; they have no password."""

from __future__ import annotations

from vlms.accounts.queries import get_person_named, list_persons_of
from vlms.accounts.service.roles import create_user
from vlms.core.permissions import Role
from vlms.core.work import Actor, Work
from vlms.demo.orders import Stage
from vlms.partners.queries.profiles import find_claim
from vlms.partners.rules.profiles import AccountKind
from vlms.partners.service.linking import link
from vlms.partners.service.profiles import ProfileWish, claim_profile, code_of, prove_profile


def link_newcomer(stage: Stage, work: Work, email: str, mcid: str) -> None:
    """Somebody who gets an account without a password: nobody signs in as them."""
    place = stage.cast.organisations["contoso"]
    person = get_person_named(work.session, place.id, email)
    user = create_user(work, email, person.name, place.language, place.time_zone)
    person.user_id = user.id
    work.actor = Actor(user.name, user.id, roles=frozenset({Role.LEARNER}))
    claim(work, email, mcid)
    prove_and_link(stage, work)


def claim(work: Work, email: str, mcid: str) -> None:
    """Who acts says that an MCID is theirs; its address is at home."""
    address = f"{email.partition('@')[0]}@home.example"
    claim_profile(work, ProfileWish(mcid, address, AccountKind.PERSONAL))


def prove_and_link(stage: Stage, work: Work) -> None:
    """Who acts enters the code of the mail, and links to the demo's customer (K1)."""
    assert work.actor.user_id is not None
    claimed = find_claim(work.session, work.actor.user_id)
    assert claimed is not None
    prove_profile(work, code_of(f"{claimed.id}|{claimed.sent_at.isoformat()}"))
    owner_id = stage.cast.organisations["contoso"].id
    for person in list_persons_of(work.session, work.actor.user_id, owner_id):
        link(work, person.id)
