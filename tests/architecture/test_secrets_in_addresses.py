"""No address holds a secret but the links that were read here, and no form writes one into it."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.pages import SECRET_FIELDS, check_page

# Links of mails and papers: each opens one thing, most of them once, for a while. A calendar's
# address works until its owner revokes it: programs that read calendars send nothing else.
# A certificate's number is printed on it for whoever wants to look it up.
READ = {
    "/calendar/<token>.ics",
    "/certificates/<token>",
    "/claim/<token>",
    "/delivery/<token>",
    "/join/<token>",
    "/leavers/<token>",
    "/notices/off/<token>",
    "/o/<organisation>/disclosures/exports/<uuid:export_id>/file/<token>",
    "/slip/<token>",
    "/welcome/<token>",
}


def secret_addresses(app: Flask) -> set[str]:
    """The addresses that have a place for a secret."""
    secret = SECRET_FIELDS | {"token", "key"}
    return {rule.rule for rule in app.url_map.iter_rules() if rule.arguments & secret}


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_addresses_with_a_secret_are_those_that_were_read(app: Flask) -> None:
    assert secret_addresses(app) == READ


def test_another_one_is_found() -> None:
    bare = Flask("bare")
    bare.add_url_rule("/codes/<code>", "codes")
    assert "/codes/<code>" in secret_addresses(bare)


@pytest.mark.parametrize("name", sorted(SECRET_FIELDS))
def test_a_form_that_writes_a_secret_into_an_address_is_found(name: str) -> None:
    form = f'<form><label for="a">A</label><input id="a" name="{name}"></form>'
    text = f'<html lang="en"><title>A</title><h1>A</h1>{form}</html>'
    with pytest.raises(AssertionError, match="a secret in an address"):
        check_page(text)
    posted = text.replace("<form>", '<form method="post"><input type="hidden" name="csrf_token">')
    check_page(posted)
