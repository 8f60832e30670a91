"""The list of agreements as a table for files."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from vlms.agreements.models import Agreement
from vlms.agreements.rules.terms import LABELS
from vlms.agreements.words import MODE_WORDS, STATE_WORDS, standing_of
from vlms.core.text import _
from vlms.exports.table import Column, Kind, Table

COLUMNS: tuple[Column[Agreement], ...] = (
    Column(LABELS["number"], lambda one: one.number, of="number"),
    Column(_("Organisation"), lambda one: one.organisation.name, of="organisation"),
    Column(LABELS["programme"], lambda one: one.programme.value, of="programme"),
    Column(LABELS["first_day"], lambda one: one.first_day, Kind.DATE, of="first_day"),
    Column(LABELS["last_day"], lambda one: one.last_day, Kind.DATE, of="last_day"),
    Column(LABELS["country"], lambda one: one.country, of="country"),
    Column(LABELS["time_zone"], lambda one: one.time_zone, of="time_zone"),
    Column(LABELS["currency"], lambda one: one.currency, of="currency"),
    Column(LABELS["level_mode"], lambda one: MODE_WORDS[one.level_mode]),
    Column(LABELS["price_level"], lambda one: one.price_level.value),
    Column(
        LABELS["reseller"], lambda one: one.reseller.name if one.reseller else None, of="reseller"
    ),
    Column(LABELS["account_manager_name"], lambda one: one.account_manager_name),
    Column(LABELS["account_manager_email"], lambda one: one.account_manager_email),
)


def agreements_table(agreements: Iterable[Agreement], made_at: datetime) -> Table[Agreement]:
    """Each with its standing on the day of `made_at` in its own zone."""
    standing = Column[Agreement](
        _("Standing"), lambda one: STATE_WORDS[standing_of(one, made_at)], of="standing"
    )
    return Table(_("Agreements"), COLUMNS, agreements, made_at, extra=(standing,))
