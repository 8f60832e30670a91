"""Somebody else's imports of people: one for each kind of id in addresses."""

from __future__ import annotations

from uuid import UUID

from tests.support.importing_people import people_sheet
from vlms.accounts.service.people_writing import Source, import_now
from vlms.core.work import Work


def make_foreign_people(work: Work, owner_id: UUID) -> dict[str, UUID]:
    sheet = people_sheet(("F-1", "宏遠科技 Foreign", "foreign@hongyuan.example", "", ""))
    source = Source(owner_id, "宏遠科技.csv", sheet)
    return {"import_id": import_now(work, source, good_rows=False).id}
