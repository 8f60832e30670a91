"""Makes users with a proved MCID, and their links with organisations."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from tests.support.making import make_organisation, make_person, make_user, making
from vlms.accounts.models import Organisation, Person, User
from vlms.accounts.queries import find_user
from vlms.core.permissions import Role
from vlms.core.work import Actor, Work
from vlms.partners.models.links import AccountKind, Association, CertificationProfile

LIN = "lin@contoso.example"
PLACES = ("contoso", "fabrikam", "tailspin")
ZONE = "Asia/Taipei"


def make_lin(now: datetime, *slugs: str, mcid: str | None = "990123456") -> None:
    """Lin, in the directories of these organisations, with a proved MCID unless it is None."""
    with making(now) as work:
        user = make_user(work, LIN, "Lin")
        for slug in slugs or PLACES:
            place = make_organisation(work, slug, time_zone=ZONE)
            make_person(work, place, "Lin", f"lin@{slug}.example", user)
        if mcid is not None:
            make_profile(work, user, mcid)


def make_profile(work: Work, user: User, mcid: str) -> CertificationProfile:
    profile = CertificationProfile(
        user_id=user.id,
        mcid=mcid,
        email=f"{mcid}@home.example",
        account_kind=AccountKind.PERSONAL,
        proved_at=work.now,
        is_learning_linked=False,
        link_count=0,
    )
    work.session.add(profile)
    work.flush()
    return profile


def make_link(work: Work, person: Person, mcid: str | None = None, **columns: Any) -> Association:
    """A person's link, pending unless `seen_at` is given; their user gets a profile by it."""
    assert person.user_id is not None
    count = work.session.query(CertificationProfile).count()
    user = work.session.get_one(User, person.user_id)
    profile = make_profile(work, user, mcid or f"{980000000 + count}")
    association = Association(
        organisation_id=person.organisation_id,
        person_id=person.id,
        user_id=user.id,
        profile_id=profile.id,
        mcid=profile.mcid,
        **{"started_at": work.now, **columns},
    )
    work.session.add(association)
    work.flush()
    return association


def acting(work: Work, email: str = LIN) -> Actor:
    """A user as whom something is done, with a learner's role."""
    user = find_user(work.session, email)
    assert user is not None
    return Actor(user.name, user.id, roles=frozenset({Role.LEARNER}))


def lin_at(work: Work, slug: str, email: str = LIN) -> Person:
    """The user's entry in the directory of an organisation; who acts from now on is the user."""
    work.actor = acting(work, email)
    own = select(Person).where(
        Person.user_id == work.actor.user_id,
        Person.organisation_id.in_(select(Organisation.id).where(Organisation.slug == slug)),
    )
    return work.session.scalars(own).one()


def running(work: Work) -> list[str]:
    """The organisations with which any link runs."""
    runs = select(Association).where(Association.ended_at.is_(None))
    return sorted(one.organisation.slug for one in work.session.scalars(runs))
