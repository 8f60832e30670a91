"""The list of agreements as a table for files."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from vlms.agreements.models import Agreement
from vlms.agreements.rules.terms import LABELS
from vlms.agreements.words import MODE_WORDS
from vlms.core.text import _
from vlms.exports.table import Column, Kind, Table

COLUMNS: tuple[Column[Agreement], ...] = (
    Column(LABELS["number"], lambda one: one.number),
    Column(_("Organisation"), lambda one: one.organisation.name),
    Column(LABELS["programme"], lambda one: one.programme.value),
    Column(LABELS["first_day"], lambda one: one.first_day, Kind.DATE),
    Column(LABELS["last_day"], lambda one: one.last_day, Kind.DATE),
    Column(LABELS["country"], lambda one: one.country),
    Column(LABELS["time_zone"], lambda one: one.time_zone),
    Column(LABELS["currency"], lambda one: one.currency),
    Column(LABELS["level_mode"], lambda one: MODE_WORDS[one.level_mode]),
    Column(LABELS["price_level"], lambda one: one.price_level.value),
    Column(LABELS["reseller"], lambda one: one.reseller.name if one.reseller else None),
    Column(LABELS["account_manager_name"], lambda one: one.account_manager_name),
    Column(LABELS["account_manager_email"], lambda one: one.account_manager_email),
)


def agreements_table(agreements: Iterable[Agreement], made_at: datetime) -> Table[Agreement]:
    return Table(_("Agreements"), COLUMNS, agreements, made_at)
