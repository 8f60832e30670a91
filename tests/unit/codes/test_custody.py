"""The keyed index; how texts are sealed is in tests/unit/keys and tests/integration/keys."""

from __future__ import annotations

from dataclasses import replace

from vlms.codes.custody import Custody
from vlms.core.keys import KeyRing

CODE = "0123456789ABCDEFGHJKMNPQRSWX"
RING = KeyRing("0000000a", b"m" * 32, b"i" * 32, b"l" * 32, b"s" * 32)


def custody(ring: KeyRing = RING) -> Custody:
    return Custody(ring)


def test_the_index_finds_a_code_by_its_own_key_only() -> None:
    index = custody().index(CODE)
    assert len(index) == 32
    assert index == custody(replace(RING, master=b"o" * 32)).index(CODE)
    assert index != custody(replace(RING, index=b"o" * 32)).index(CODE)
    assert custody().index_all([CODE, "OTHER"]) == [index, custody().index("OTHER")]
    assert index != custody().index("OTHER")
