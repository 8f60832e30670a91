"""No column that can hold a person's data is forgotten when that person is erased (D1)."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask
from sqlalchemy import JSON, Column, Enum, ForeignKey, LargeBinary, MetaData, String, Table, Uuid

from vlms.core.db import Base
from vlms.privacy.queries.rows import places
from vlms.privacy.rules.holding import Holding, Holdings, plain
from vlms.privacy.rules.holdings import HOLDINGS

HOLDS_TEXT = (String, JSON, LargeBinary)
WHERE = "declare it in vlms/privacy/rules/holdings_*.py: whose it is, what erasing does with it"


def texts_of(table: Table) -> set[str]:
    """The columns that can hold a name, an address or anything that somebody wrote."""
    return {
        column.name
        for column in table.columns
        if isinstance(column.type, HOLDS_TEXT) and not isinstance(column.type, Enum)
    }


def undeclared(tables: Mapping[str, Table], holdings: Holdings) -> list[str]:
    return sorted(
        f"{name}.{column}: {WHERE}"
        for name, table in tables.items()
        for column in texts_of(table) - _declared(holdings, name)
    )


def _declared(holdings: Holdings, name: str) -> frozenset[str]:
    return holdings[name].declared if name in holdings else frozenset()


def unowned(tables: Mapping[str, Table], holdings: Holdings) -> list[str]:
    """Tables that refer to persons and do not say that rows are theirs."""
    return sorted(
        f"{name}: {WHERE}"
        for name, table in tables.items()
        if any(key.target_fullname == "person.id" for key in table.foreign_keys)
        and "person_id" in table.columns
        and not (name in holdings and holdings[name].person)
    )


def test_every_column_that_holds_text_is_declared(app: Flask) -> None:
    assert undeclared(Base.metadata.tables, HOLDINGS) == []
    assert unowned(Base.metadata.tables, HOLDINGS) == []


def test_a_column_is_declared_once_and_is_there(app: Flask) -> None:
    tables = Base.metadata.tables
    assert sorted(set(HOLDINGS) - set(tables)) == []
    for name, holding in HOLDINGS.items():
        named = [*holding.written, *holding.plain.split(), *holding.kept]
        assert set(named) <= set(tables[name].columns.keys()), name
        assert {*holding.plain.split()}.isdisjoint({*holding.written, *holding.kept}), name
        owners = {holding.person, holding.user, holding.address, holding.mcid} - {""}
        assert owners <= set(tables[name].columns.keys()), name
        assert {holding.about} - {""} <= set(tables[name].columns.keys()), name


def test_what_is_written_once_is_not_rewritten(app: Flask) -> None:
    fixed = [place for place in places() if place.model.visible.append_only]
    assert "audit_detail" in {place.name for place in fixed}
    assert [one.name for one in fixed if one.holding.written or one.holding.gone] == []


def test_what_is_emptied_may_be_empty(app: Flask) -> None:
    tables = Base.metadata.tables
    full = [
        f"{name}.{column}"
        for name, holding in HOLDINGS.items()
        for column in holding.empty.split()
        if not tables[name].columns[column].nullable
    ]
    assert full == []


def test_a_new_column_or_table_that_declares_nothing_is_found() -> None:
    metadata = MetaData()
    Table("person", metadata, Column("id", Uuid, primary_key=True), Column("nickname", String(9)))
    Table("diary", metadata, Column("person_id", ForeignKey("person.id")), Column("text", JSON))
    told = undeclared(metadata.tables, {"person": Holding(word="name")})
    assert [each.split(":")[0] for each in told] == ["diary.text", "person.nickname"]
    assert unowned(metadata.tables, {"diary": plain("text")}) == [f"diary: {WHERE}"]
