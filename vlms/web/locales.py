"""Languages, zones and figures of the request, and what templates call to show them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from babel import numbers
from flask import Flask, g, has_request_context, request, session
from flask_babel import Babel, get_locale, get_translations, refresh
from jinja2 import pass_context
from jinja2.runtime import Context

from vlms.core.days import write_day
from vlms.core.language import Language, language_of, locale_of
from vlms.core.money import Money, minor_digits
from vlms.core.places import country_name
from vlms.core.text import bracketed, use_translator
from vlms.core.zones import bracketed_zone, zone_name

LANGUAGE = "language"
_MINUTE = timedelta(minutes=1)


def current_language() -> Language:
    """The language being written in: the request's, or that of a mail or paper being made."""
    return language_of(str(get_locale() or "")) or Language.ENGLISH


def _choose() -> str:
    """The session's choice; else the visitor's, or theirs who comes in; else the browser's."""
    return _chosen().value if has_request_context() else Language.ENGLISH.value


def _chosen() -> Language:
    if LANGUAGE in session:
        return Language(session[LANGUAGE])
    visitor = g.get("visitor")
    if visitor is not None:
        return Language(visitor.language)
    if "spoken_to" in g:
        return Language(g.spoken_to)
    for tag, _quality in request.accept_languages:
        language = language_of(tag)
        if language is not None:
            return language
    return Language.ENGLISH


def speak_as(language: Language) -> None:
    """Let this page speak the language of who is on their way in, as their mail did."""
    g.spoken_to = language
    refresh()


def _translate(singular: str, plural: str | None, number: int | None) -> str:
    translations = get_translations()
    if plural is None:
        return str(translations.ugettext(singular))
    return str(translations.ungettext(singular, plural, number or 0))


def _reads_chinese() -> bool:
    return current_language() is Language.TRADITIONAL_CHINESE


def show_day(day: date | None) -> str:
    """A day as its reader writes it."""
    if day is None:
        return "–"
    return write_day(day, current_language())


def _write_day(day: date) -> str:
    """As pages show it; commands and programs read ISO 8601."""
    return show_day(day) if has_request_context() else day.isoformat()


def _write_count(count: int) -> str:
    """As pages show it; commands and programs read bare digits."""
    return show_number(count) if has_request_context() else str(count)


def show_moment(instant: datetime | None, zone: str | None = None) -> str:
    """A moment in a zone (else the visitor's), with the zone's name."""
    if instant is None:
        return "–"
    zone = zone or _visitors_zone()
    return f"{_local(instant, zone)}{bracketed_zone(zone)}"


def show_deadline(instant: datetime | None, zone: str) -> str:
    """A moment by which something is due: in the visitor's zone, and in the one that decides it."""
    if instant is None:
        return "–"
    theirs = show_moment(instant, zone)
    if not (has_request_context() and g.get("visitor")):
        return theirs
    own = show_moment(instant)
    return own if own == theirs else f"{own} = {theirs}"


def show_end(instant: datetime | None, zone: str) -> str:
    """The same of the first instant after something: its last minute is what people can use."""
    return show_deadline(None if instant is None else instant - _MINUTE, zone)


def show_when(instant: datetime | None) -> str:
    """A moment in the visitor's zone, for lists: without the zone's name."""
    return "–" if instant is None else _local(instant, _visitors_zone())


def _visitors_zone() -> str:
    return g.actor.time_zone if has_request_context() and g.get("actor") else "UTC"


def _local(instant: datetime, zone: str) -> str:
    local = instant.astimezone(ZoneInfo(zone))
    return f"{show_day(local.date())} {local:%H:%M}"


def show_country(code: str) -> str:
    """A country by its name for the reader."""
    return str(country_name(code))


def show_zone(zone: str) -> str:
    """A time zone by its name for the reader: Asia/Taipei; 臺北時間."""
    return str(zone_name(zone))


def show_money(amount: Money | None) -> str:
    """`USD 1,234.50`, `NT$1,234`: the currency's own decimals (P3)."""
    if amount is None:
        return "–"
    return amount.in_chinese if _reads_chinese() else str(amount)


def show_minor(minor: int | None, currency: str) -> str:
    """An amount in minor units, as money."""
    return show_money(None if minor is None else Money(minor, currency))


def show_price(price: Decimal | None, currency: str) -> str:
    """A unit price with its own decimals, at least those of the currency."""
    if price is None:
        return "–"
    digits = minor_digits(currency)
    pattern = "#,##0." + "0" * digits + "#" * (4 - digits)
    before = "NT$" if currency == "TWD" and _reads_chinese() else f"{currency} "
    return before + str(numbers.format_decimal(price, pattern, locale="en"))


def show_number(number: int | None) -> str:
    """A count with separators."""
    if number is None:
        return "–"
    return numbers.format_decimal(number, locale=locale_of(current_language()))


def name_of(record: Any) -> str:
    """The name of a catalogue record in the reader's language."""
    chinese = current_language() is Language.TRADITIONAL_CHINESE
    return str(record.name_zh if chinese else record.name_en)


def show_list(items: Iterable[object]) -> str:
    """Some words in a row, as the reader's script sets them: a, b; a、b."""
    mark = "、" if current_language() is Language.TRADITIONAL_CHINESE else ", "
    return mark.join(map(str, items))


def install(app: Flask) -> None:
    """Let pages, forms and sentences speak the reader's language."""
    Babel(app, locale_selector=_choose, default_translation_directories="translations")
    use_translator(_translate, _reads_chinese, _write_day, _write_count)
    app.jinja_env.filters.update(
        day=show_day,
        moment=show_moment,
        when=show_when,
        deadline=show_deadline,
        end=show_end,
        zone=show_zone,
        country=show_country,
        bracketed=bracketed,
        money=show_money,
        minor=show_minor,
        price=show_price,
        number=show_number,
        named=name_of,
        listed=show_list,
    )

    _write_numbers(app)

    @app.context_processor
    def _language() -> dict[str, Any]:
        return {"language": current_language(), "html_lang": _html_lang()}


def _write_numbers(app: Flask) -> None:
    """Let a template's sentence show its number as the reader writes it."""
    bare: Any = app.jinja_env.globals["ngettext"]

    @pass_context
    def ngettext(
        context: Context, singular: str, plural: str, number: int, /, **values: Any
    ) -> Any:
        shown = {"num": show_number(number), **values}
        return bare(context, singular, plural, number, **shown)

    app.jinja_env.globals["ngettext"] = ngettext


def _html_lang() -> str:
    return "zh-Hant-TW" if current_language() is Language.TRADITIONAL_CHINESE else "en"
