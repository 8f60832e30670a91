"""The days that are no business days in a country (O4): filled in once, then edited."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from vlms.catalog.models import Holiday
from vlms.catalog.queries import has_holidays
from vlms.catalog.service.entries import remove_entry
from vlms.core.doubles import broken_index, refusing_doubles
from vlms.core.errors import BadInput
from vlms.core.loading import load
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.core.work import Work

_LANGUAGES = {"TW": "zh_TW"}
_NAME_LENGTH = 200


def fill_holidays(work: Work, country: str, years: Iterable[int]) -> int:
    """Add the public holidays of a country's years that have none yet; how many were added.

    What the operator has edited in a year stays. A country without a known calendar gets none.
    """
    work.does("holidays.filled")
    missing = [year for year in years if not has_holidays(work.session, country, year)]
    return sum(_fill_year(work, country, year) for year in missing)


def _fill_year(work: Work, country: str, year: int) -> int:
    """None where somebody else fills it at this moment: then their days are there."""
    found = sorted(_public_holidays(country, year).items())
    work.flush()
    try:
        with work.session.begin_nested():
            work.session.add_all(
                Holiday(country=country, day=day, name=name[:_NAME_LENGTH]) for day, name in found
            )
    except IntegrityError as error:
        if broken_index(error) != "uq_holiday":
            raise
        return 0
    return len(found)


def _public_holidays(country: str, year: int) -> dict[date, str]:
    try:
        # Loaded here: it knows every country, and few programs ask for one.
        calendar = load("holidays:country_holidays")
        found: Mapping[date, str] = calendar(
            country, years=[year], language=_LANGUAGES.get(country, "en_US")
        )
    except NotImplementedError:
        return {}
    return {day: name for day, name in found.items() if day.year == year}


def add_holiday(work: Work, country: str, day: date, name: str) -> Holiday:
    """Raises BadInput when the day is one already."""
    work.actor.require(Permission.EDIT_CATALOG)
    work.does("holiday.added")
    holiday = Holiday(country=country, day=day, name=name)
    with refusing_doubles(work, uq_holiday=_there_already(country, day)):
        work.session.add(holiday)
    return holiday


def _there_already(country: str, day: date) -> BadInput:
    return BadInput(
        "O4",
        _("%(day)s is a holiday of %(country)s already.", day=day, country=country),
        reason="double",
        field="day",
        way_out=_("Choose another day."),
    )


def remove_holiday(work: Work, holiday_id: UUID) -> Holiday:
    """The day is a business day again. Raises NotFound."""
    missing = _("There is no such holiday.")
    return remove_entry(work, Holiday, holiday_id, "holiday.removed", missing)
