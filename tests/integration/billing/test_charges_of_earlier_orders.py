"""The migration writes, for orders placed before, the charges that placing writes today."""

from __future__ import annotations

import importlib.util
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from flask import Flask
from sqlalchemy import select, text

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_orders import make_draft, make_placed, make_shop, wish
from tests.support.owning import owner_engine
from vlms.billing.models.charges import Charge
from vlms.orders.service import steps
from vlms.resources import resource_path

FILE = Path(resource_path("migrations")) / "versions" / "0003_charges_of_earlier_orders.py"


def migrate() -> None:
    spec = importlib.util.spec_from_file_location("earlier", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with owner_engine().begin() as connection:
        connection.execute(text("DELETE FROM charge"))
        with Operations.context(MigrationContext.configure(connection)):
            module.upgrade()


def written(clock: StillClock) -> list[dict[str, Any]]:
    """All charges, but for their keys."""
    columns = [column for column in Charge.__table__.columns if column.name != "id"]
    with making(clock()) as work:
        order = (Charge.order_line_id, Charge.sequence)
        rows = work.session.scalars(select(Charge).order_by(*order))
        return [{column.name: getattr(row, column.name) for column in columns} for row in rows]


@pytest.mark.parametrize("zone", ["Asia/Taipei", "America/Los_Angeles"])
@pytest.mark.parametrize("hour", [2, 20])
def test_it_writes_what_placing_and_cancelling_write(
    app: Flask, clock: StillClock, zone: str, hour: int
) -> None:
    """Also where the day of the agreement's zone is not that of UTC."""
    with making(clock()) as work:
        shop = make_shop(work, time_zone=zone)
    with shop.buying(clock()) as work:
        make_placed(work, shop, wish(shop.product, 10), wish(shop.product, 3))
        cancelled = make_placed(work, shop)
        make_draft(work, shop)
    clock.now = clock.now.replace(hour=hour) + timedelta(days=2)
    with shop.buying(clock()) as work:
        steps.cancel(work, cancelled.id, "not needed")
    today = written(clock)
    assert len(today) == 4
    migrate()
    assert written(clock) == today
