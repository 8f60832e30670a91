from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlms.codes.custody import Custody
from vlms.codes.errors import CustodyRefused
from vlms.core.keys import KeyRing

ROW, OTHER_ROW = UUID(int=1), UUID(int=2)
TENANT, OTHER_TENANT = UUID(int=11), UUID(int=12)
CODE = "0123456789ABCDEFGHJKMNPQRSWX"
RING = KeyRing("0000000a", b"m" * 32, b"i" * 32, b"l" * 32, b"s" * 32)


def custody(ring: KeyRing = RING) -> Custody:
    return Custody(ring)


@given(st.text("ABC123-=+", min_size=4, max_size=64))
def test_what_was_sealed_opens_again_and_fits_its_column(text: str) -> None:
    sealed = custody().seal(ROW, TENANT, text)
    assert custody().open(ROW, TENANT, sealed) == text
    assert text.encode() not in sealed
    assert len(sealed) <= 100


@pytest.mark.parametrize(
    ("row", "tenant"), [(OTHER_ROW, TENANT), (ROW, OTHER_TENANT), (ROW, None), (TENANT, ROW)]
)
def test_moved_to_another_row_or_tenant_it_does_not_open(row: UUID, tenant: UUID | None) -> None:
    sealed = custody().seal(ROW, TENANT, CODE)
    with pytest.raises(CustodyRefused):
        custody().open(row, tenant, sealed)


def test_stock_belongs_to_no_organisation() -> None:
    sealed = custody().seal(ROW, None, CODE)
    assert custody().open(ROW, None, sealed) == CODE
    with pytest.raises(CustodyRefused):
        custody().open(ROW, TENANT, sealed)


@pytest.mark.parametrize("master_id", ["0000000a", "0000000b"])
def test_another_master_key_does_not_open_it(master_id: str) -> None:
    sealed = custody().seal(ROW, TENANT, CODE)
    other = custody(replace(RING, master_id=master_id, master=b"o" * 32))
    with pytest.raises(CustodyRefused, match="keys that are in use"):
        other.open(ROW, TENANT, sealed)


def test_every_changed_byte_and_every_cut_is_noticed() -> None:
    sealed = custody().seal(ROW, TENANT, CODE)
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        for wrong in (bytes(changed), sealed[:place]):
            with pytest.raises(CustodyRefused):
                custody().open(ROW, TENANT, wrong)


def test_a_former_master_key_still_opens_what_it_sealed() -> None:
    sealed = custody().seal(ROW, TENANT, CODE)
    former = {RING.master_id: RING.master}
    changed = custody(replace(RING, master_id="0000000b", master=b"n" * 32, former=former))
    assert changed.open(ROW, TENANT, sealed) == CODE
    assert changed.seal(ROW, TENANT, CODE).startswith(b"0000000b")


def test_the_key_id_is_sealed_in_too() -> None:
    twins = replace(RING, former={"0000000b": RING.master})
    sealed = custody().seal(ROW, TENANT, CODE)
    with pytest.raises(CustodyRefused):
        custody(twins).open(ROW, TENANT, b"0000000b" + sealed[8:])


def test_many_are_sealed_in_order_and_no_nonce_comes_twice() -> None:
    codes = [(UUID(int=number), f"CODE{number}") for number in range(100)]
    sealed = custody().seal_all(TENANT, codes)
    assert [custody().open(row, TENANT, text) for (row, _code), text in zip(
        codes, sealed, strict=True
    )] == [code for _row, code in codes]  # fmt: skip
    assert len({text[8:20] for text in sealed}) == 100
    assert custody().seal_all(TENANT, []) == []


def test_the_index_finds_a_code_by_its_own_key_only() -> None:
    index = custody().index(CODE)
    assert len(index) == 32
    assert index == custody(replace(RING, master=b"o" * 32)).index(CODE)
    assert index != custody(replace(RING, index=b"o" * 32)).index(CODE)
    assert custody().index_all([CODE, "OTHER"]) == [index, custody().index("OTHER")]
    assert index != custody().index("OTHER")
