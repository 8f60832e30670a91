"""How a code is written, read and shown (C7, C8).

`vc1` codes come from our own generator: 26 random symbols and 2 check symbols of Crockford's
base 32, 130 bits of chance. `provider` codes come from a provider's list and keep their form.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from vlms.codes.errors import BadCodeText
from vlms.codes.rules.check_symbols import (
    CHECK_COUNT,
    DATA_COUNT,
    WORD_COUNT,
    check_columns,
    is_word,
)
from vlms.codes.rules.text_refusals import (
    PROVIDED_ALPHABET,
    VC1_ALPHABET,
    bad_symbol,
    missing,
    too_long,
    too_short,
    wrong_check,
    wrong_length,
)

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUP_LENGTH = 4
SAMPLE_COUNT = 10
TYPED_LIMIT = 64
PROVIDED_TYPED_LIMIT = 256
PROVIDED_SHORTEST = 4
PROVIDED_LONGEST = 64
# A text with so many symbols, so many of them digits, is taken for a code.
_LIKE_A_CODE = 8
_DIGITS_LIKE_A_CODE = 2

_VALUES = {symbol: value for value, symbol in enumerate(ALPHABET)}
_LETTERS = bytes(ord(ALPHABET[byte & 31]) for byte in range(256))
_LOW_BITS = bytes(byte & 31 for byte in range(256))
# Spaces, dashes, and marks that show nothing but travel along when text is copied.
_SEPARATORS = {
    **dict.fromkeys(map(ord, "\t\n\v\f\r -_")),
    **dict.fromkeys([0xA0, 0xAD, 0x202F, 0x2212, 0x2060, 0xFEFF]),
    **dict.fromkeys(range(0x2007, 0x2016)),  # spaces, zero-width marks, dashes
    **dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)]),  # text direction
}
_ALIASES = str.maketrans("OIL", "011")


class Profile(StrEnum):
    """Where a code's form comes from (C7)."""

    VC1 = "vc1"
    PROVIDER = "provider"


@dataclass(frozen=True)
class Strength:
    """What the operator's page says about the generator: chance in bits, symbols, alphabet."""

    bits: int
    data_symbols: int
    check_symbols: int
    alphabet: str


@dataclass(frozen=True)
class Reading:
    """The codes that a typed text may mean, and why it is no `vc1` code if it is none."""

    texts: tuple[str, ...]
    refusal: BadCodeText | None


def bytes_needed(code_count: int) -> int:
    """How many random bytes `make_codes` turns into `code_count` codes."""
    return code_count * DATA_COUNT


def make_codes(random_bytes: bytes) -> list[str]:
    """One `vc1` code, normalised, from every 26 bytes; five bits of each byte are used.

    ValueError when the bytes do not divide into codes.
    """
    if len(random_bytes) % DATA_COUNT:
        raise ValueError("a code takes 26 random bytes")
    if not random_bytes:
        return []
    symbols = random_bytes.translate(_LOW_BITS)
    columns = [symbols[place::DATA_COUNT] for place in range(DATA_COUNT)]
    written = bytearray(len(columns[0]) * WORD_COUNT)
    for place, column in enumerate((*columns, *check_columns(columns))):
        written[place::WORD_COUNT] = column.translate(_LETTERS)
    text = written.decode("ascii")
    return [text[start : start + WORD_COUNT] for start in range(0, len(text), WORD_COUNT)]


def strength() -> Strength:
    """The search space of a `vc1` code."""
    bits_a_symbol = (len(ALPHABET) - 1).bit_length()
    return Strength(DATA_COUNT * bits_a_symbol, DATA_COUNT, CHECK_COUNT, ALPHABET)


def sample(random_bytes: bytes) -> list[str]:
    """Codes as they would be shown, for the operator's preview; never stored."""
    return [display(text) for text in make_codes(random_bytes)]


def normalise(typed: str) -> str:
    """The one form of a `vc1` code, however it was typed (28 symbols, no separators).

    Raises BadCodeText: `code_too_long`, `code_missing`, `code_bad_symbol` (its fact
    `position` counts from 1 without separators), `code_wrong_length`, `code_wrong_check`.
    """
    text = _without_separators(typed, TYPED_LIMIT).translate(_ALIASES)
    for position, symbol in enumerate(text, start=1):
        if symbol not in _VALUES:
            raise bad_symbol(position, symbol, VC1_ALPHABET)
    if len(text) != WORD_COUNT:
        raise wrong_length(len(text))
    if not is_word([_VALUES[symbol] for symbol in text]):
        raise wrong_check()
    return text


def is_own_code(typed: str) -> bool:
    """Whether it is a `vc1` code: the check symbols leave no other way to read it."""
    try:
        normalise(typed)
    except BadCodeText:
        return False
    return True


def normalise_provided(typed: str) -> str:
    """The one form of a provider's code: NFKC, capitals, no separators; 4 to 64 symbols.

    Raises BadCodeText: `code_too_long`, `code_too_short`, `code_missing`, `code_bad_symbol`.
    """
    text = _without_separators(typed, PROVIDED_TYPED_LIMIT)
    for position, symbol in enumerate(text, start=1):
        if not "!" <= symbol <= "~":
            raise bad_symbol(position, symbol, PROVIDED_ALPHABET)
    if len(text) > PROVIDED_LONGEST:
        raise too_long(PROVIDED_LONGEST)
    if len(text) < PROVIDED_SHORTEST:
        raise too_short(len(text), PROVIDED_SHORTEST)
    return text


def read_typed(typed: str) -> Reading:
    """What to look up for a text whose profile is not known: own codes first.

    Raises BadCodeText when it can be neither. If none of the texts is held, `refusal`
    (when there is one) tells the holder more than "not found" does.
    """
    texts: list[str] = []
    refusals: list[BadCodeText] = []
    for read in (normalise, normalise_provided):
        try:
            texts.append(read(typed))
        except BadCodeText as refusal:
            refusals.append(refusal)
    if not texts:
        raise refusals[0]
    return Reading(tuple(dict.fromkeys(texts)), refusals[0] if refusals else None)


def may_be_code(typed: str) -> bool:
    """Whether a text looks like a code, of whomever: letters and digits in one, no word.

    Said of texts that are to be kept as they are (C8); whether it is one is not asked, since
    the answer would tell whoever guesses.
    """
    text = squeezed(typed)
    if not (_LIKE_A_CODE <= len(text) <= PROVIDED_LONGEST and text.isascii() and text.isalnum()):
        return False
    return sum(symbol.isdigit() for symbol in text) >= _DIGITS_LIKE_A_CODE


def groups(text: str) -> list[str]:
    """The groups of four in which a code is read aloud and shown."""
    return [text[start : start + GROUP_LENGTH] for start in range(0, len(text), GROUP_LENGTH)]


def display(text: str, profile: Profile = Profile.VC1) -> str:
    """A normalised code as its holder sees it; a provider's code stays in one piece."""
    return "-".join(groups(text)) if profile is Profile.VC1 else text


def last_symbols(text: str) -> str:
    """What others than the holder may see (C8): the last four symbols.

    Of a provider's code shorter than 12 only its last third, so that most stays hidden.
    """
    return text[len(text) - min(4, len(text) // 3) :]


def mask(last4: str) -> str:
    """A code for those who may not see it (C8), from its stored last symbols."""
    return f"••••-…-••••-{last4}"


def _without_separators(typed: str, limit: int) -> str:
    if len(typed) > limit:
        raise too_long(limit)
    text = squeezed(typed)
    if not text:
        raise missing()
    return text


def squeezed(typed: str) -> str:
    """NFKC and capitals, without what may stand between the symbols of a code."""
    return unicodedata.normalize("NFKC", typed).upper().translate(_SEPARATORS)
