"""For whom passkeys are made, by the installation's address."""

from __future__ import annotations

import pytest

from vlms.authentication.rules.relying_party import relying_party, takes_passkeys


@pytest.mark.parametrize(
    ("address", "host", "origin"),
    [
        ("http://localhost:8000", "localhost", "http://localhost:8000"),
        ("https://vlms.example", "vlms.example", "https://vlms.example"),
        ("https://vlms.example:443/", "vlms.example", "https://vlms.example"),
        ("https://Vlms.Example:8443", "vlms.example", "https://vlms.example:8443"),
        ("http://vlms.example:80/base", "vlms.example", "http://vlms.example"),
    ],
)
def test_it_is_the_host_and_the_origin_of_the_address(address: str, host: str, origin: str) -> None:
    party = relying_party(address)
    assert (party.id, party.origin) == (host, origin)


@pytest.mark.parametrize(
    ("address", "taken"),
    [
        ("http://localhost:8000", True),
        ("https://vlms.example", True),
        ("http://vlms.example", False),
        ("http://127.0.0.1:8000", False),
        ("https://192.0.2.7", False),
        ("https://[2001:db8::1]:8443", False),
    ],
)
def test_browsers_make_passkeys_under_tls_or_at_localhost_alone(address: str, taken: bool) -> None:
    assert takes_passkeys(address) is taken
