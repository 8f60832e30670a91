"""The charges of orders that were placed before there were charges.

Placed orders are charged on their order day, cancelled ones given back on the day of their
cancellation in the agreement's zone, each with the instant at which that was recorded then.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# A migration does not depend on our code.
_new_key = uuid.uuid4  # noqa: TID251
_instant = sa.DateTime(timezone=True)
_order = sa.table(
    "order",
    sa.column("id", sa.Uuid),
    sa.column("organisation_id", sa.Uuid),
    sa.column("agreement_id", sa.Uuid),
    sa.column("reseller_id", sa.Uuid),
    sa.column("currency", sa.String),
    sa.column("state", sa.String),
    sa.column("ordered_on", sa.Date),
    sa.column("placed_at", _instant),
    sa.column("brought_by_order_id", sa.Uuid),
)
_agreement = sa.table("agreement", sa.column("id", sa.Uuid), sa.column("time_zone", sa.String))
_line = sa.table(
    "order_line",
    sa.column("id", sa.Uuid),
    sa.column("order_id", sa.Uuid),
    sa.column("product_id", sa.Uuid),
    sa.column("charge_type", sa.String),
    sa.column("quantity", sa.Integer),
    sa.column("unit_price", sa.BigInteger),
    sa.column("months", sa.Integer),
    sa.column("amount_minor", sa.BigInteger),
    sa.column("charge_start", sa.Date),
    sa.column("charge_end", sa.Date),
)
_event = sa.table(
    "order_event",
    sa.column("order_id", sa.Uuid),
    sa.column("step", sa.String),
    sa.column("recorded_at", _instant),
)
_COPIED = (
    _order.c.organisation_id,
    _order.c.agreement_id,
    _order.c.reseller_id,
    _line.c.order_id,
    _line.c.product_id,
    _line.c.charge_type,
    _line.c.unit_price,
    _line.c.months,
    _order.c.currency,
    _line.c.charge_start,
    _line.c.charge_end,
)
_charge = sa.table(
    "charge",
    sa.column("id", sa.Uuid),
    sa.column("order_line_id", sa.Uuid),
    sa.column("sequence", sa.Integer),
    sa.column("reason", sa.String),
    sa.column("quantity", sa.Integer),
    sa.column("net_minor", sa.BigInteger),
    sa.column("charged_on", sa.Date),
    sa.column("recorded_at", _instant),
    *(sa.column(column.name, column.type) for column in _COPIED),
)


def upgrade() -> None:
    """Write a charge for each placed line, and one that gives it back where it was cancelled."""
    connection = op.get_bind()
    cancelled_at = dict(_cancellations(connection))
    for line in connection.execute(_placed_lines()).mappings().all():
        connection.execute(_charge.insert(), list(_charges(dict(line), cancelled_at)))


def _placed_lines() -> sa.Select[Any]:
    return (
        sa.select(
            *_COPIED,
            _line.c.id.label("order_line_id"),
            _line.c.quantity,
            _line.c.amount_minor,
            _order.c.ordered_on,
            _order.c.placed_at,
            _agreement.c.time_zone,
        )
        .join_from(_line, _order, _order.c.id == _line.c.order_id)
        .join(_agreement, _agreement.c.id == _order.c.agreement_id)
        .where(
            _order.c.placed_at.is_not(None),
            _order.c.brought_by_order_id.is_(None),
            _line.c.amount_minor.is_not(None),
        )
    )


def _cancellations(connection: sa.Connection) -> Iterator[tuple[Any, Any]]:
    steps = ("cancel", "cancel_on_request")
    found = connection.execute(
        sa.select(_event.c.order_id, _event.c.recorded_at).where(_event.c.step.in_(steps))
    )
    yield from ((row.order_id, row.recorded_at) for row in found)


def _charges(line: dict[str, Any], cancelled_at: dict[Any, Any]) -> Iterator[dict[str, Any]]:
    same = {column.name: line[column.name] for column in _COPIED}
    same["order_line_id"] = line["order_line_id"]
    bought = {
        "id": _new_key(),
        "sequence": 1,
        "reason": "purchase",
        "quantity": line["quantity"],
        "net_minor": line["amount_minor"],
        "charged_on": line["ordered_on"],
        "recorded_at": line["placed_at"],
    }
    yield same | bought
    when = cancelled_at.get(line["order_id"])
    if when is not None:
        back = {
            "id": _new_key(),
            "sequence": 2,
            "reason": "cancellation",
            "quantity": -line["quantity"],
            "net_minor": -line["amount_minor"],
            "charged_on": _day(when, line["time_zone"]),
            "recorded_at": when,
        }
        yield same | back


def _day(when: datetime, zone: str) -> date:
    # SQLite forgets that instants are in UTC.
    known = when if when.tzinfo else when.replace(tzinfo=UTC)
    return known.astimezone(ZoneInfo(zone)).date()


def downgrade() -> None:
    """They go with their table."""
