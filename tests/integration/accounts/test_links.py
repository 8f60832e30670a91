"""A one-time link opens once, and not after another one has replaced it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_user, making
from vlms.accounts.links import end_links, make_link, use_link
from vlms.accounts.models import LinkPurpose
from vlms.core.errors import Conflict

PURPOSE = LinkPurpose.SET_PASSWORD


def test_a_link_replaced_since_it_was_read_is_not_used(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        user = make_user(work, "ann@contoso.example")
        link = make_link(work, PURPOSE, user.id, timedelta(days=7))
    with making(clock()) as work:
        end_links(work, user.id, PURPOSE)
    with pytest.raises(Conflict), making(clock()) as work:
        use_link(work, link)


def test_a_link_is_used_once(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        user = make_user(work, "ann@contoso.example")
        link = make_link(work, PURPOSE, user.id, timedelta(days=7))
    with making(clock()) as work:
        use_link(work, link)
    with pytest.raises(Conflict), making(clock()) as work:
        use_link(work, link)
