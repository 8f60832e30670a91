"""Random calls across tenants: who asks, at which address, for whose records (M10).

Each address that names records is asked by members of other organisations and of another
reseller, with ids that are their own, another tenant's, its reseller's, or nobody's.
"""

from __future__ import annotations

import io
import json
import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID
from zipfile import is_zipfile

from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.support.pages import CheckingClient, told_by
from tests.web.test_tenants import SHARED, address
from vlms.core.db import Base, reading
from vlms.core.row_security import models
from vlms.core.scope import System

TEST = System("random calls")
OWN, OTHER, SELLER, NOBODY = "own", "other tenant", "other reseller", "none"
_DRAWN = (OWN, OTHER, OTHER, SELLER, NOBODY)
# What a refusal across tenants looks like, whoever's the record is.
REFUSALS = frozenset({403, 404})
UNREAD = 422


@dataclass(frozen=True)
class Stranger:
    """Somebody signed in, the organisation where they work, and ids by whose they are."""

    client: CheckingClient
    slug: str
    ids: Mapping[str, Mapping[str, UUID]]


@dataclass
class Calls:
    """What is asked at random, and what of it should not have been answered so."""

    app: Flask
    rules: list[Rule]
    strangers: list[Stranger]
    canaries: frozenset[str]
    chance: random.Random
    shared: Mapping[str, UUID]
    count: Counter[str] = field(default_factory=Counter)
    leaks: list[str] = field(default_factory=list)

    def make(self, count: int) -> None:
        """So many calls."""
        for _each in range(count):
            self._call(self.chance.choice(self.strangers), self.chance.choice(self.rules))

    def _call(self, stranger: Stranger, rule: Rule) -> None:
        names = sorted({a for a in rule.arguments if a.endswith("_id")} - SHARED)
        whose = {name: self.chance.choice(_DRAWN) for name in names}
        ids = {name: self._id(stranger, name, relation) for name, relation in whose.items()}
        where = address(self.app, rule, stranger.slug, {**self.shared, **ids})
        relations = set(whose.values())
        # What is one's own would really be changed: that is asked for reading only.
        methods = {"GET"} if OWN in relations else {"GET", "POST"}
        method = self.chance.choice(sorted(methods & (rule.methods or set())) or ["HEAD"])
        answer = _asked(stranger, where, method)
        self.count[" + ".join(sorted(relations))] += 1
        told = _text(answer.get_data())
        # What was asked is said again: in the address to come back to.
        found = sorted(word for word in self.canaries if word in told and word not in where)
        is_answered = OWN not in relations and answer.status_code not in REFUSALS
        if is_answered and answer.status_code == UNREAD:
            # An empty form was refused before its record was looked for: so is nobody's.
            nobodys = {name: self._id(stranger, name, NOBODY) for name in names}
            twin = address(self.app, rule, stranger.slug, {**self.shared, **nobodys})
            is_answered = _asked(stranger, twin, method).status_code != UNREAD
        if found or is_answered or answer.status_code >= 500:
            self.leaks.append(f"{method} {where} {whose}: {answer.status_code} {found}")

    def _id(self, stranger: Stranger, name: str, relation: str) -> UUID:
        known = stranger.ids.get(relation, {}).get(name)
        return known or UUID(int=self.chance.getrandbits(128), version=4)


def _asked(stranger: Stranger, where: str, method: str) -> TestResponse:
    return stranger.client.open(where, method=method, data={} if method == "POST" else None)


def _text(body: bytes) -> str:
    return told_by(body) if is_zipfile(io.BytesIO(body)) else body.decode("utf-8", "replace")


def ids_of(column: str, owner: UUID, but_of: UUID | None = None) -> dict[str, UUID]:
    """A record with this owner for each name of an id that is a table's; none of another's."""
    found = {}
    with reading(TEST) as session:
        for model in models():
            if not (hasattr(model, column) and hasattr(model, "id")):
                continue
            wanted = select(model.id).where(getattr(model, column) == owner)
            if but_of is not None and hasattr(model, "organisation_id"):
                wanted = wanted.where(model.organisation_id != but_of)
            key = session.scalars(wanted.limit(1)).first()
            if isinstance(key, UUID):
                found[f"{model.__tablename__}_id"] = key
    return found


def canaries_of(owner: UUID, *words: str) -> frozenset[str]:
    """What may stand in nobody else's answer: these words, and keys of its records."""
    found = set(words)
    with reading(TEST) as session:
        for model in _owned():
            keys = select(model.id).where(model.organisation_id == owner)
            found |= {str(key) for key in session.scalars(keys.limit(40))}
    return frozenset(found)


def _owned() -> list[Any]:
    """Tables whose rows are an organisation's alone; a reseller may name its customers'."""
    return [
        model
        for model in models()
        if hasattr(model, "organisation_id")
        and hasattr(model, "id")
        and model.visible.organisation == "organisation_id"
        and model.visible.reseller is None
    ]


def summary(calls: Calls) -> str:
    """One line for the figures of a campaign."""
    return json.dumps({"calls": calls.count.total(), "leaks": len(calls.leaks), **calls.count})


Model = type[Base]
