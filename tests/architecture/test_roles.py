"""Which roles may enter each address is a list that somebody has read (threat 6)."""

from __future__ import annotations

from flask import Flask

from tools.roles import EVERYONE, by_address, differences, reviewed
from vlms.core.permissions import Role


def test_the_roles_of_every_address_are_the_reviewed_ones(app: Flask) -> None:
    assert differences(by_address(app), reviewed()) == []


def test_a_role_that_nobody_has_read_is_found(app: Flask) -> None:
    """The negative control: one address opened wider, one new, one gone."""
    now, read = dict(by_address(app)), reviewed()
    first, second, *_rest = sorted(now)
    now[first], now["/new GET"] = now[first] + " learner", "operator"
    del now[second]
    found = differences(now, read)
    assert [told.split(": ")[0] for told in found] == sorted([first, second, "/new GET"])
    assert all("tools.roles write" in told for told in found)


def test_the_file_names_roles_that_exist() -> None:
    known = {EVERYONE, *(role.value for role in Role)}
    assert {word for roles in reviewed().values() for word in roles.split()} <= known
