"""The board of certifications as a table for files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from vlms.certifications.models import HeldCertification
from vlms.certifications.rules.renewal import RenewalState
from vlms.certifications.words import STATE_WORDS
from vlms.core.text import _
from vlms.exports.table import Column, Kind, Table

Held = HeldCertification


def board_table(
    found: Iterable[Held],
    managers: Mapping[UUID, str],
    state: Callable[[Held], RenewalState],
    named: tuple[Callable[[object], str], datetime],
) -> Table[Held]:
    """`managers` are names by key; `named` is how a certification is called, and the instant."""
    name_of, made_at = named

    def manager(one: Held) -> str | None:
        return managers.get(one.person.manager_id) if one.person.manager_id else None

    columns = (
        Column[Held](_("Full name"), lambda one: one.person.name, of="person"),
        Column[Held](_("E-mail address"), lambda one: one.person.email, of="person"),
        Column[Held](_("Manager"), manager, of="manager"),
        Column[Held](
            _("Certification"), lambda one: name_of(one.certification), of="certification"
        ),
        Column[Held](_("Earned on"), lambda one: one.earned_on, Kind.DATE, of="earned"),
        Column[Held](_("Valid until"), lambda one: one.expires_on, Kind.DATE, of="expires"),
        Column[Held](_("State"), lambda one: str(STATE_WORDS[state(one)]), of="state"),
    )
    return Table(_("Certifications"), columns, found, made_at)
