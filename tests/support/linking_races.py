"""Two organisations that one person is linked to at the same instant (K1)."""

from __future__ import annotations

from datetime import datetime

from flask import Flask

from tests.support.making import making
from tests.support.making_links import lin_at, running
from tests.support.racing import race, winners
from vlms.partners.models.links import Association
from vlms.partners.service.linking import link


def race_for_lin(app: Flask, now: datetime, *slugs: str) -> tuple[int, list[str]]:
    """How many believe that they have linked Lin, and what is linked then."""

    def act(slug: str) -> None:
        with making(now) as work:
            link(work, lin_at(work, slug).id)

    won = winners(race(app, [lambda slug=slug: act(slug) for slug in slugs]))  # type: ignore[misc]
    with making(now) as work:
        return len(won), running(work)


def start_over(now: datetime) -> None:
    """As before the first link."""
    with making(now) as work:
        for one in work.session.query(Association):
            work.session.delete(one)
