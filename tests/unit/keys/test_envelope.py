"""What is sealed opens in its own place only, and wrapped keys for their own owner only."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from vlms.core.keys import KeyRing
from vlms.keys.envelope import (
    OpenKey,
    key_id_of,
    new_key,
    open_by_master,
    open_key,
    open_text,
    prefix_of,
    rewrap,
    seal_by_master,
    seal_texts,
)

ROW, OTHER_ROW = UUID(int=1), UUID(int=2)
TENANT, OTHER_TENANT = UUID(int=11), UUID(int=12)
KEY_ID, OTHER_KEY_ID = UUID(int=21), UUID(int=22)
CODE = "0123456789ABCDEFGHJKMNPQRSWX"
RING = KeyRing("0000000a", b"m" * 32, b"i" * 32, b"l" * 32, b"s" * 32)
MASTER = (RING.master_id, RING.master)
WRAPPED, KEY = new_key(RING, KEY_ID, TENANT)


@given(st.text("ABC123-=+", min_size=4, max_size=64))
def test_what_was_sealed_opens_again_and_fits_its_column(text: str) -> None:
    (sealed,) = seal_texts(KEY, [(ROW, text)])
    assert open_text(KEY, ROW, sealed) == text
    assert text.encode() not in sealed
    assert len(sealed) <= 109
    assert key_id_of(sealed) == KEY_ID
    assert sealed.startswith(prefix_of(KEY_ID))


def test_moved_to_another_row_it_does_not_open() -> None:
    (sealed,) = seal_texts(KEY, [(ROW, CODE)])
    with pytest.raises(InvalidTag):
        open_text(KEY, OTHER_ROW, sealed)


@pytest.mark.parametrize("owner", [OTHER_TENANT, None])
def test_the_same_key_in_another_owners_name_opens_nothing(owner: UUID | None) -> None:
    (sealed,) = seal_texts(KEY, [(ROW, CODE)])
    with pytest.raises(InvalidTag):
        open_text(OpenKey(KEY_ID, owner, KEY.cipher), ROW, sealed)


def test_the_same_key_under_another_id_opens_nothing() -> None:
    (sealed,) = seal_texts(KEY, [(ROW, CODE)])
    with pytest.raises(InvalidTag):
        open_text(OpenKey(OTHER_KEY_ID, TENANT, KEY.cipher), ROW, sealed)


def test_every_changed_byte_and_every_cut_is_noticed() -> None:
    (sealed,) = seal_texts(KEY, [(ROW, CODE)])
    head = len(prefix_of(KEY_ID))
    for place in range(head, len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(InvalidTag):
            open_text(KEY, ROW, bytes(changed))
    for length in range(len(sealed)):
        with pytest.raises(InvalidTag):
            open_text(KEY, ROW, sealed[:length])


def test_no_nonce_comes_twice() -> None:
    texts = [(UUID(int=number), CODE) for number in range(100)]
    sealed = seal_texts(KEY, texts)
    assert [open_text(KEY, row, text) for (row, _code), text in zip(texts, sealed, strict=True)]
    assert len({text[17:29] for text in sealed}) == 100


@pytest.mark.parametrize(
    ("key_id", "owner", "master"),
    [
        (OTHER_KEY_ID, TENANT, MASTER),
        (KEY_ID, OTHER_TENANT, MASTER),
        (KEY_ID, None, MASTER),
        (KEY_ID, TENANT, ("0000000b", RING.master)),
        (KEY_ID, TENANT, ("0000000a", b"o" * 32)),
    ],
)
def test_a_wrapped_key_opens_for_its_owner_by_its_master_only(
    key_id: UUID, owner: UUID | None, master: tuple[str, bytes]
) -> None:
    assert open_key(MASTER, KEY_ID, TENANT, WRAPPED).id == KEY_ID
    with pytest.raises(InvalidTag):
        open_key(master, key_id, owner, WRAPPED)


def test_every_cut_of_a_wrapped_key_is_noticed() -> None:
    for length in range(len(WRAPPED)):
        with pytest.raises(InvalidTag):
            open_key(MASTER, KEY_ID, TENANT, WRAPPED[:length])


def test_wrapped_anew_it_is_the_same_key() -> None:
    (sealed,) = seal_texts(KEY, [(ROW, CODE)])
    later = replace(RING, master_id="0000000b", master=b"n" * 32)
    wrapped = rewrap(later, MASTER, KEY_ID, TENANT, WRAPPED)
    opened = open_key(("0000000b", b"n" * 32), KEY_ID, TENANT, wrapped)
    assert open_text(opened, ROW, sealed) == CODE
    with pytest.raises(InvalidTag):
        open_key(MASTER, KEY_ID, TENANT, wrapped)


def test_what_a_master_key_sealed_is_told_apart_and_still_opens() -> None:
    sealed = seal_by_master(RING, TENANT, ROW, CODE)
    assert key_id_of(sealed) is None
    assert open_by_master(RING.master, TENANT, ROW, sealed) == CODE
    for owner, row in ((OTHER_TENANT, ROW), (None, ROW), (TENANT, OTHER_ROW)):
        with pytest.raises(InvalidTag):
            open_by_master(RING.master, owner, row, sealed)
