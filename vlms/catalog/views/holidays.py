"""The page of the days that are no business days (O4)."""

from __future__ import annotations

from uuid import UUID

from flask import g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from vlms.audit.views import journal_of
from vlms.catalog.forms import ConfirmForm, FillForm, HolidayForm
from vlms.catalog.queries import list_holiday_countries, list_holidays_of
from vlms.catalog.service.holidays import add_holiday, fill_holidays, remove_holiday
from vlms.catalog.views.blueprint import catalog
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.web.access import requires
from vlms.web.pages import wanted
from vlms.web.unit_of_work import answer, unit_of_work


@catalog.route("/holidays", methods=["GET", "POST"])
@requires(Permission.EDIT_CATALOG)
def holidays() -> str | Response | tuple[str, int]:
    form = HolidayForm(country=_country())
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                added = add_holiday(work, form.country.value, form.day.value, form.name.value)
                work.location = _place(added.country, added.day.year)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("Saved."))
    return _page(form), 422 if form.is_refused else 200


def _place(country: str, year: int) -> str:
    return url_for(".holidays", country=country, year=year)


def _country() -> str:
    countries = list_holiday_countries(db.session())
    asked = wanted("country") or ""
    return asked if asked in countries else next(iter(countries), "")


def _year() -> int:
    asked = wanted("year") or ""
    is_year = asked.isascii() and asked.isdecimal() and 2000 <= int(asked) <= 2100
    return int(asked) if is_year else int(g.now.year)


def _page(form: HolidayForm, fill: FillForm | None = None) -> str:
    country, year = _country(), _year()
    days = list_holidays_of(db.session(), country, year)
    return render_template(
        "catalog/holidays.html",
        form=form,
        fill=fill or FillForm(formdata=None, country=country, year=str(year)),
        country=country,
        year=year,
        countries=list_holiday_countries(db.session()),
        days=days,
        entries=journal_of(*(one.id for one in days)),
    )


@catalog.post("/holidays/fill")
@requires(Permission.EDIT_CATALOG)
def fill() -> str | Response | tuple[str, int]:
    form = FillForm()
    if not form.validate_on_submit():
        return _page(HolidayForm(formdata=None, country=_country()), form), 422
    with unit_of_work(form) as work:
        added = fill_holidays(work, form.country.value, [form.year.value])
        work.location = _place(form.country.value, form.year.value)
    if added:
        return answer(work, _("%(count)s days were added.", count=added))
    return answer(work, _("Nothing was added: the year is filled in, or no calendar is known."))


@catalog.post("/holidays/<uuid:holiday_id>/remove")
@requires(Permission.EDIT_CATALOG)
def remove(holiday_id: UUID) -> Response:
    form = ConfirmForm()
    if not form.validate_on_submit():
        return redirect(url_for(".holidays"))
    with unit_of_work(form) as work:
        gone = remove_holiday(work, holiday_id)
        work.location = _place(gone.country, gone.day.year)
    return answer(work, _("The day is a business day again."))
