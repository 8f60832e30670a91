"""Whom an address counts for."""

from __future__ import annotations

import pytest

from vlms.core.tries import network_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("unknown", "unknown"),
        (None, ""),
    ],
)
def test_an_ipv6_address_counts_with_its_neighbours(address: str | None, network: str) -> None:
    assert network_of(address) == network
