"""G1: long passwords that are not easily guessed, and nothing else."""

from __future__ import annotations

import unicodedata

import pytest
from argon2 import PasswordHasher

from vlms.authentication.passwords import hash_password, is_password
from vlms.authentication.rules.passwords import (
    LONGEST,
    SHORTEST_ALONE,
    SHORTEST_BESIDE,
    check_password,
    is_easily_guessed,
)
from vlms.core.errors import BadInput

OWN = ("Ann Chen", "ann@contoso.example", "Contoso", "王小明")


@pytest.mark.parametrize(
    "password",
    [
        "a long password",
        "correct horse battery staple",
        "contoso is my second home",
        "四海之內皆兄弟也何患乎無兄弟",
        "ß é ñ words of mine",
        "x" * 5 + " plus other things " + "y" * 150,
        "83720187362910283746",
    ],
)
def test_long_passwords_of_any_kind_are_taken(password: str) -> None:
    check_password(password, OWN, shortest=SHORTEST_BESIDE)


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "111111111111111",
        "aaaaaaaaaaaaaaaaaaaaaa",
        "qwertyuiopasdfgh",
        "123456789012345",
        "Password1234567",
        "P@ssw0rdP@ssw0rd",
        "vlmsvlmsvlmsvlms",
        "VLMS-vlms-2026-VLMS",
        "Ann Chen contoso 2026",
        "ann@contoso.example",
        "王小明王小明王小明王小明王小明",
    ],
)
def test_common_ones_and_ones_own_names_are_refused(password: str) -> None:
    with pytest.raises(BadInput, match="easily guessed") as caught:
        check_password(password, OWN)
    assert caught.value.rule == "G1"


def test_without_the_list_a_name_would_pass() -> None:
    """The control: it is the list of own words that refuses it."""
    assert is_easily_guessed("Ann Chen contoso 2026", OWN)
    assert not is_easily_guessed("Ann Chen contoso 2026")


@pytest.mark.parametrize("shortest", [SHORTEST_ALONE, SHORTEST_BESIDE])
def test_the_shortest_and_the_longest_are_taken_and_no_other(shortest: int) -> None:
    letters = "kq7 vb2 mzx w9 tpl " * 20
    check_password(letters[:shortest], shortest=shortest)
    check_password(letters[:LONGEST], shortest=shortest)
    for wrong in (letters[: shortest - 1], letters[: LONGEST + 1]):
        with pytest.raises(BadInput, match="too short or too long"):
            check_password(wrong, shortest=shortest)


def test_length_counts_characters_made_uniform() -> None:
    decomposed = unicodedata.normalize("NFD", "é" * 8 + " äöüß")
    assert len(decomposed) > len(unicodedata.normalize("NFC", decomposed))
    with pytest.raises(BadInput, match="too short"):
        check_password(decomposed)


def test_two_ways_to_write_one_character_are_one_password() -> None:
    stored = hash_password("un caf\u00e9 au lait")
    assert is_password("un cafe\u0301 au lait", stored)
    assert not is_password("un cafe au lait", stored)


def test_a_hash_of_before_still_opens() -> None:
    typed = "ﬁve ﬁne ﬁshes swim"
    before = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
    assert is_password(typed, before.hash(unicodedata.normalize("NFKC", typed)))


def test_nobody_has_no_password() -> None:
    assert not is_password("nobody has this password", None)
