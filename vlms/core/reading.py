"""Reads what people type: half-width digits, plain notation, ISO days, real addresses.

Every function takes the typed text and the field's label, and raises BadInput with a
sentence that names the field and a way out. Nothing typed is guessed at.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import TypeVar
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from email_validator import EmailNotValidError, validate_email

from vlms.core.errors import BadInput
from vlms.core.money import UNIT_PRICE_DIGITS, is_currency
from vlms.core.text import Text, _

Value = TypeVar("Value")
Reader = Callable[[str, Text], Value]

_WHOLE = re.compile(r"-?[0-9]{1,18}")
_DECIMAL = re.compile(r"-?[0-9]{1,14}(?:\.[0-9]{1,20})?")
_DAY = re.compile(r"([0-9]{4})([-/])([0-9]{1,2})\2([0-9]{1,2})")
# The same for browsers, which refuse the rest before it is sent.
DAY_PATTERN = r"\s*[0-9]{4}(-[0-9]{1,2}-|\/[0-9]{1,2}\/)[0-9]{1,2}\s*"
DAY_HINT = _("A day like 2026-06-30 or 2026/6/30")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?")
# Invisible characters that turn or hide text: no name needs them, a fraud does. The joiners
# U+200C and U+200D stay: Persian and Indic names and composed emoji are written with them.
_UNSEEN = re.compile(
    "[\u0000-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\uffff]"
)
_BREAKS = str.maketrans("\r\n\t", "   ")
_LONGEST_SHOWN = 40


def shown(typed: str) -> str:
    """Somebody's text, fit for a sentence: short, and with nothing unprintable in it."""
    plain = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in typed)
    return plain[:_LONGEST_SHOWN] + "…" if len(plain) > _LONGEST_SHOWN else plain


def refuse(typed: str, label: Text, way_out: Text, reason: str = "unreadable") -> BadInput:
    """The refusal of one field's text."""
    return BadInput(
        None,
        _('%(field)s: "%(typed)s" cannot be used.', field=label, typed=shown(typed)),
        reason=reason,
        way_out=_half_width(typed) or way_out,
    )


def _half_width(typed: str) -> Text | None:
    narrow = unicodedata.normalize("NFKC", typed)
    if narrow == typed or not (narrow.isascii() and narrow.isprintable()) or narrow[0] == "-":
        return None
    return _('Type it in half-width characters: "%(narrow)s".', narrow=shown(narrow))


def optional(reader: Reader[Value]) -> Reader[Value | None]:
    """The same reader, with None for an empty text."""

    def read(typed: str, label: Text) -> Value | None:
        return reader(typed, label) if typed.strip() else None

    return read


def read_text(longest: int) -> Reader[str]:
    """A reader of one line of text, in NFC, of up to `longest` characters."""

    def read(typed: str, label: Text) -> str:
        line = unicodedata.normalize("NFC", _required(typed, label))
        if len(line) > longest:
            raise refuse(
                typed, label, _("Use at most %(longest)s characters.", longest=longest), "too_long"
            )
        if _UNSEEN.search(line) or _has_surrogate(line):
            raise refuse(typed, label, _("Remove the invisible characters."), "invisible")
        return line

    return read


def has_unseen(text: str) -> bool:
    """Whether several lines of text hold what nobody sees; line breaks and tabs are seen."""
    plain = text.translate(_BREAKS)
    return bool(_UNSEEN.search(plain)) or _has_surrogate(plain)


def _has_surrogate(line: str) -> bool:
    return any(0xD800 <= ord(c) <= 0xDFFF for c in line)


def read_whole(smallest: int, largest: int) -> Reader[int]:
    """A reader of a whole number within two bounds."""
    way_out = _(
        "Enter a whole number from %(smallest)s to %(largest)s in half-width digits.",
        smallest=smallest,
        largest=largest,
    )

    def read(typed: str, label: Text) -> int:
        digits = _required(typed, label)
        if not _WHOLE.fullmatch(digits) or not smallest <= int(digits) <= largest:
            raise refuse(typed, label, way_out)
        return int(digits)

    return read


def read_unit_price(typed: str, label: Text) -> Decimal:
    """A price of zero or more with at most four decimals (P3)."""
    number = _required(typed, label)
    if not _DECIMAL.fullmatch(number) or Decimal(number) < 0:
        raise refuse(typed, label, _("Enter a number without separators, as 1200.50."))
    if len(number.partition(".")[2]) > UNIT_PRICE_DIGITS:
        raise refuse(typed, label, _("A unit price has at most four decimals (P3)."), "decimals")
    return Decimal(number)


def read_currency(typed: str, label: Text) -> str:
    """An ISO 4217 code in capitals."""
    code = _required(typed, label)
    if not is_currency(code):
        raise refuse(typed, label, _("Enter a currency code of ISO 4217, as USD or TWD."))
    return code


def read_day(typed: str, label: Text) -> date:
    """A day as 2026-06-30 or 2026/6/30: year, month, day."""
    text = _required(typed, label)
    try:
        if found := _DAY.fullmatch(text):
            return date(int(found[1]), int(found[3]), int(found[4]))
    except ValueError:
        pass
    raise refuse(typed, label, _("Enter year, month and day, as 2026-06-30 or 2026/6/30."))


def read_moment(zone: str) -> Reader[datetime]:
    """A reader of a local time of an IANA zone, as 2026-06-30T14:00; aware.

    A time that a clock change leaves out is refused; of one that comes twice, the first.
    """

    def read(typed: str, label: Text) -> datetime:
        text = _required(typed, label)
        way_out = _("Enter day and time, as 2026-06-30T14:00.")
        if not _MOMENT.fullmatch(text):
            raise refuse(typed, label, way_out)
        try:
            moment = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
            back = datetime.fromtimestamp(moment.timestamp(), ZoneInfo(zone))
        except (ValueError, OverflowError, OSError):
            raise refuse(typed, label, way_out) from None
        if back.replace(tzinfo=None) != moment.replace(tzinfo=None):
            raise refuse(typed, label, _("The clocks leave this time out; choose another."))
        return moment

    return read


def read_instant(typed: str, label: Text) -> datetime:
    """An instant as 2026-06-30T14:00, in UTC unless it brings an offset; a day is its start."""
    try:
        found = datetime.fromisoformat(_required(typed, label))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        way_out = _("Enter day and time, as 2026-06-30T14:00.")
        raise refuse(typed, label, way_out) from None


def read_email(typed: str, label: Text) -> str:
    """An address in its stored form: domain in ASCII, ASCII letters in lower case."""
    text = _required(typed, label)
    try:
        found = validate_email(text, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise refuse(typed, label, _("Enter an e-mail address, as name@example.com.")) from None
    return canonical_email(found.ascii_email or found.normalized)


def canonical_email(address: str) -> str:
    """The form by which two addresses are the same."""
    return unicodedata.normalize("NFC", address.strip()).lower()


def read_zone(typed: str, label: Text) -> str:
    """An IANA time zone, as Asia/Taipei."""
    name = _required(typed, label)
    if name not in zones():
        raise refuse(typed, label, _("Choose a time zone from the list, as Asia/Taipei."))
    return name


@cache
def zones() -> tuple[str, ...]:
    """The names of the time zones, sorted: places, not abbreviations."""
    places = sorted(z for z in available_timezones() if "/" in z and "Etc/" not in z)
    return (*places, "UTC")


def read_country(typed: str, label: Text) -> str:
    """An ISO 3166 code in capitals, as TW."""
    code = _required(typed, label)
    if code not in countries():
        raise refuse(typed, label, _("Enter a country code of two letters, as TW or US."))
    return code


# Unions, tests, and parts of countries for which ISO 3166 only keeps a code free.
_NO_COUNTRIES = frozenset(
    {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"}
)


@cache
def countries() -> frozenset[str]:
    """The ISO 3166 codes of countries that exist."""
    territories = map(str, Locale("en").territories)
    codes = {code for code in territories if re.fullmatch("[A-Z]{2}", code)}
    return frozenset(codes - _NO_COUNTRIES)


def _required(typed: str, label: Text) -> str:
    text = typed.strip()
    if not text:
        raise BadInput(
            None, _("%(field)s is missing.", field=label), reason="missing", way_out=_("Enter it.")
        )
    return text


def search_key(*names: str | None) -> str:
    """Names as they are looked up: NFKC, case folded, one space between words."""
    joined = " ".join(name for name in names if name)
    return " ".join(unicodedata.normalize("NFKC", joined).casefold().split())
