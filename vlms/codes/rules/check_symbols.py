"""The two check symbols of a `vc1` code (C7): arithmetic over GF(32).

The field has the polynomial x^5 + x^2 + 1 and the generator 2. A word w0..w27 is valid
when both the sum of wi and the sum of 2^i * wi are zero; a sum is an exclusive or. Any two
wrong symbols are noticed. It is protection against typing mistakes, not a secret.
"""

from __future__ import annotations

from collections.abc import Sequence

DATA_COUNT = 26
CHECK_COUNT = 2
WORD_COUNT = DATA_COUNT + CHECK_COUNT


def _doubled(symbol: int) -> int:
    twice = symbol << 1
    return twice ^ 0b100101 if twice & 32 else twice


def times(left: int, right: int) -> int:
    """The product of two symbols (0 to 31) in the field."""
    product = 0
    while right:
        if right & 1:
            product ^= left
        left, right = _doubled(left), right >> 1
    return product


def _powers_of_two() -> tuple[int, ...]:
    powers = [1]
    while len(powers) < WORD_COUNT:
        powers.append(_doubled(powers[-1]))
    return tuple(powers)


POWERS = _powers_of_two()


def _table(factor: int) -> bytes:
    """`bytes.translate` with it multiplies every byte's low five bits by `factor`."""
    return bytes(times(factor, byte & 31) for byte in range(256))


_WEIGHTED = tuple(_table(power) for power in POWERS)
_INVERSE = next(factor for factor in range(1, 32) if times(factor, POWERS[26] ^ POWERS[27]) == 1)
_SOLVED = _table(_INVERSE)


def is_word(symbols: Sequence[int]) -> bool:
    """Whether 28 symbols (0 to 31 each) are valid together."""
    plain = weighted = 0
    for table, symbol in zip(_WEIGHTED, symbols, strict=True):
        plain ^= symbol
        weighted ^= table[symbol]
    return plain == 0 and weighted == 0


def check_columns(columns: Sequence[bytes]) -> tuple[bytes, bytes]:
    """The check symbols of many words at once.

    Column i holds symbol i of every word, one a byte; all 26 have one length. Summing
    whole columns keeps a batch of 100,000 words out of the interpreter's loop.
    """
    count = len(columns[0])
    plain = _sum(list(columns))
    weighted = _sum([column.translate(_WEIGHTED[i]) for i, column in enumerate(columns)])
    shifted = plain.to_bytes(count, "big").translate(_WEIGHTED[26])
    rest = weighted ^ int.from_bytes(shifted, "big")
    last = rest.to_bytes(count, "big").translate(_SOLVED)
    return (plain ^ int.from_bytes(last, "big")).to_bytes(count, "big"), last


def _sum(columns: list[bytes]) -> int:
    total = 0
    for column in columns:
        total ^= int.from_bytes(column, "big")
    return total
