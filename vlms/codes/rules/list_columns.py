"""Which columns of a provider's file hold the code and its last day, guessed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vlms.codes.errors import BadCodeText
from vlms.codes.rules.code_text import normalise_provided

# The likeliest first: "voucher code" beats "voucher", which may be a product's name.
_CODE_WORDS = (
    "voucher code", "access code", "voucher number", "code", "voucher", "serial", "pin",
    "key", "考試券代碼", "存取碼", "兌換碼", "券號", "序號", "代碼", "考試券",
)  # fmt: skip
_DAY_WORDS = (
    "last day", "expiration date", "expiry date", "expires on", "expires", "expiration",
    "expiry", "expire", "valid until", "valid to", "valid through", "use by", "end date",
    "最後使用日", "到期日", "有效期限", "使用期限", "有效日", "期限", "截止",
)  # fmt: skip
_NOT_CODES = ("exam code", "product code", "country code", "postal code", "考試代碼", "產品代碼")
_DAY = re.compile(r"(\d{4}[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}日?|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}).*")


@dataclass(frozen=True)
class Columns:
    """Places of the columns, from 0; None where nothing looks right."""

    code: int | None
    last_day: int | None


def guess_columns(headers: Sequence[str], sample_rows: Sequence[Sequence[str]]) -> Columns:
    """The columns by their headers, English or Chinese, else by what stands in them.

    A person confirms the guess; a wrong one costs a click.
    """
    words = [_plain(header) for header in headers]
    day = _by_words(words, _DAY_WORDS, ())
    code = _by_words(words, _CODE_WORDS, _NOT_CODES)
    if code == day:
        code = None
    if day is None:
        day = _by_cells(sample_rows, len(headers), _looks_like_day, code)
    if code is None:
        code = _by_cells(sample_rows, len(headers), _looks_like_code, day)
    return Columns(code, day)


def _plain(header: str) -> str:
    text = unicodedata.normalize("NFKC", header).casefold()
    return " ".join(re.split(r"[\s_\-/:.()]+", text)).strip()


def _by_words(headers: list[str], words: Sequence[str], never: Sequence[str]) -> int | None:
    for matches in (str.__eq__, str.__contains__):
        for word in words:
            for place, header in enumerate(headers):
                if matches(header, word) and not any(other in header for other in never):
                    return place
    return None


def _by_cells(
    rows: Sequence[Sequence[str]], count: int, looks_right: Callable[[str], bool], taken: int | None
) -> int | None:
    for place in range(count):
        cells = [row[place].strip() for row in rows if place < len(row) and row[place].strip()]
        distinct = len(set(cells)) == len(cells) or looks_right is _looks_like_day
        if place != taken and cells and distinct and all(map(looks_right, cells)):
            return place
    return None


def _looks_like_day(cell: str) -> bool:
    return _DAY.fullmatch(cell) is not None


def _looks_like_code(cell: str) -> bool:
    if _looks_like_day(cell) or "@" in cell:
        return False
    try:
        text = normalise_provided(cell)
    except BadCodeText:
        return False
    return len(text) >= 8 and any(symbol.isdigit() for symbol in text)
