"""Packs and their ledger as tables for files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from vlms.academy.models.packs import Pack
from vlms.academy.pack_words import KIND_WORDS, STANDING_WORDS
from vlms.academy.queries.pack_lists import PackCounts, standing_of
from vlms.core.text import Name, _
from vlms.exports.table import Column, Kind, Table


def packs_table(
    packs: Iterable[Pack], counts: Mapping[UUID, PackCounts], made_at: datetime
) -> Table[Pack]:
    """What is asked of packs, with the counts that the reader sees."""

    def count(pack: Pack) -> PackCounts:
        return counts.get(pack.id, PackCounts())

    columns = (
        Column[Pack](_("Pack"), lambda pack: pack.number, of="number"),
        Column[Pack](_("Kind"), lambda pack: KIND_WORDS[pack.kind], of="kind"),
        Column[Pack](
            _("Product"),
            lambda pack: Name(pack.product.name_en, chinese=pack.product.name_zh),
            of="product",
        ),
        Column[Pack](
            _("Organisation"), lambda pack: pack.agreement.organisation.name, of="organisation"
        ),
        Column[Pack](_("Agreement"), lambda pack: pack.agreement.number, of="agreement"),
        Column[Pack](
            _("Standing"), lambda pack: STANDING_WORDS[standing_of(pack, made_at)], of="standing"
        ),
        Column[Pack](_("Last day of use"), lambda pack: pack.last_day, Kind.DATE, of="last_day"),
        Column[Pack](_("Exams"), lambda pack: pack.capacity, Kind.INTEGER, of="capacity"),
        Column[Pack](_("Given"), lambda pack: count(pack).given, Kind.INTEGER, of="given"),
        Column[Pack](_("Reserved"), lambda pack: count(pack).reserved, Kind.INTEGER, of="reserved"),
        Column[Pack](_("Used"), lambda pack: count(pack).used, Kind.INTEGER, of="used"),
        Column[Pack](_("Free"), lambda pack: count(pack).free, Kind.INTEGER, of="free"),
    )
    return Table(_("Packs"), columns, packs, made_at)
