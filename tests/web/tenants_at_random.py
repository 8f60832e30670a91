"""The scene of calls at random: the demo, strangers to one customer, what is that customer's."""

from __future__ import annotations

import random
from datetime import datetime

from flask import Flask

from tests.support.demo import Played
from tests.support.making import make_member, make_organisation, making
from tests.support.making_foreign import CANARY as SCHOOL_CANARY
from tests.support.making_foreign import STRANGERS
from tests.web.random_calls import OTHER, OWN, SELLER, Calls, Stranger, canaries_of, ids_of
from tests.web.test_tenants import (
    CANARY,
    SHARED,
    rules_with_ids,
    signed_in,
    their_ids,
)
from vlms.accounts.models import OrganisationKind, User
from vlms.authentication.passwords import hash_password
from vlms.core.permissions import Role
from vlms.demo.agreements import TAIWAN
from vlms.demo.cast import PASSWORD

SELLER_EMAIL, SELLER_SLUG = "other@seller.example", "other-seller"


def make_other_seller(now: datetime) -> None:
    """A reseller who has nothing to do with anybody's orders."""
    with making(now) as work:
        place = make_organisation(work, SELLER_SLUG, OrganisationKind.RESELLER)
        user: User = make_member(work, place, Role.RESELLER, SELLER_EMAIL)
        user.password_hash = hash_password(PASSWORD)


def random_calls(app: Flask, made: Played, seed: int) -> Calls:
    """Members of other organisations, and of a reseller who sells nothing to the owner."""
    make_other_seller(made.stage.now)
    cast, others = made.stage.cast, their_ids(made)
    owner, seller = (cast.organisations[slug].id for slug in ("hongyuan", "northwind"))
    strangers = []
    for email in (*STRANGERS, SELLER_EMAIL):
        slug = cast.roles[email][0] if email in cast.roles else SELLER_SLUG
        place = cast.organisations[slug].id if email in cast.roles else None
        ids = {
            OWN: ids_of("organisation_id", place) if place else {},
            OTHER: others,
            SELLER: ids_of("reseller_id", seller, place),
        }
        client = signed_in(app, email)
        client.checks = False
        strangers.append(Stranger(client, slug, ids))
    canaries = canaries_of(owner, CANARY, TAIWAN, SCHOOL_CANARY, "@hongyuan.example")
    shared = {name: others[name] for name in SHARED if name in others}
    return Calls(app, rules_with_ids(app), strangers, canaries, random.Random(seed), shared)
