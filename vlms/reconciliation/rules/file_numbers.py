"""Numbers as ledgers write them: which sign divides the decimals, brackets, signs, currencies."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal

from vlms.core.errors import BadInput
from vlms.core.reading import refuse
from vlms.core.text import Text, _

DECIMAL_SIGNS = (".", ",")
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212\ufe63", "-"))
# Names of currencies, spaces of all kinds and apostrophes are no part of a number.
_BESIDE = re.compile(r"(?:NT\$|US\$|HK\$|[A-Z]{3}|[$€£¥元])|[\s\u00a0\u202f'\u2019]")
_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
# In minor units of any currency they fit into a column, and so do sums of them.
MOST_DIGITS = 12


def bare_number(typed: str) -> tuple[str, bool]:
    """A number's digits and separators, and whether it is negative.

    `(1,200)`, `-1,200` and `1,200-` are negative; currencies beside the number, spaces and
    full-width forms do not count.
    """
    text = unicodedata.normalize("NFKC", typed).translate(_DASHES).strip()
    text = _BESIDE.sub("", text)
    if text.startswith("(") and text.endswith(")"):
        return text[1:-1], True
    if text.startswith("-") and len(text) > 1:
        return text[1:], True
    if text.endswith("-") and len(text) > 1:
        return text[:-1], True
    return text.removeprefix("+"), False


@dataclass
class DecimalEvidence:
    """What the numbers of a file tell about their decimal sign."""

    signs: set[str] = field(default_factory=set)
    # A separator before exactly three digits, which both ways of writing know.
    doubtful: set[str] = field(default_factory=set)

    def see(self, typed: str) -> None:
        text, _negative = bare_number(typed)
        if not _NUMBER.fullmatch(text):
            return
        points, commas = text.count("."), text.count(",")
        if points and commas:
            self.signs.add(max(DECIMAL_SIGNS, key=text.rfind))
        elif points + commas > 1:
            self.signs.add("," if points else ".")
        elif points + commas:
            self._see_one("." if points else ",", text)

    def _see_one(self, sign: str, text: str) -> None:
        whole, _sign, rest = text.partition(sign)
        if len(rest) == 3 and 1 <= len(whole) <= 3 and whole != "0":
            self.doubtful.add(sign)
        else:
            self.signs.add(sign)

    def decided(self, *, has_three_decimals: bool = False) -> str | None:
        """The decimal sign; None when it has to be asked.

        Three digits behind a separator are a group of thousands, unless the currency has
        three decimals of its own.
        """
        if len(self.signs) == 1:
            return next(iter(self.signs))
        if self.signs or len(self.doubtful) > 1:
            return None
        if self.doubtful:
            return None if has_three_decimals else "," if "." in self.doubtful else "."
        return "."


def read_number(typed: str, decimal: str, label: Text) -> Decimal | None:
    """A number with this decimal sign; None for an empty cell, zero for a mere dash.

    Raises BadInput when it is none, or its thousands stand in no groups of three.
    """
    text, negative = bare_number(typed)
    if not text:
        return None
    if text == "-":
        return Decimal(0)
    whole, _sign, rest = text.partition(decimal)
    group = "," if decimal == "." else "."
    if not _is_grouped(whole, group) or not re.fullmatch(r"[0-9]*", rest):
        raise refuse(typed, label, _way_out(decimal))
    number = Decimal(f"{whole.replace(group, '')}.{rest or 0}")
    return -number if negative else number


def _is_grouped(whole: str, group: str) -> bool:
    if not re.fullmatch(rf"[0-9]{{1,3}}(?:[{group}][0-9]{{3}})+|[0-9]+", whole):
        return False
    return len(whole.replace(group, "")) <= MOST_DIGITS


def _way_out(decimal: str) -> Text:
    if decimal == ".":
        return _("In this file a number is written as 1,234.50 or 1234.50.")
    return _("In this file a number is written as 1.234,50 or 1234,50.")


def minor_of(amount: Decimal, digits: int, typed: str, label: Text) -> int:
    """An amount in the minor units of a currency with so many decimals.

    What a workbook has beyond six decimals is the noise of its arithmetic. Raises BadInput
    for more decimals than the currency has.
    """
    scaled = round(amount, 6).scaleb(digits)
    if scaled != int(scaled):
        sentence = _(
            '%(field)s: "%(typed)s" has more decimals than the currency.', field=label, typed=typed
        )
        raise BadInput(
            None,
            sentence,
            reason="decimals",
            way_out=_("Round it in the file, or name the right currency."),
        )
    return int(scaled)
